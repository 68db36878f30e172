"""Consultation windows that the text states: when a consultation opened, when it closed, how long it was open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reports.views import DocumentView

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
        ],
        1,
    )
}
DAYS_IN = {"day": 1, "week": 7}

_MONTH = "|".join(MONTHS)
_DATE = rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})(?:,?\s+((?:19|20)\d\d))?"
DATE = re.compile(rf"\b{_DATE}\b", re.IGNORECASE)
SUBJECT = re.compile(
    r"\b(consultations?|consulted|calls? for (?:evidence|views|submissions)|call for input|"
    r"invit\w+ (?:comments|views|responses)|green paper)\b",
    re.IGNORECASE,
)
RANGE = re.compile(
    rf"\b(?:from|between)\s+(?:the\s+)?{_DATE}\s+(?:to|until|till|and)\s+(?:the\s+)?{_DATE}\b", re.IGNORECASE
)
CLOSES = re.compile(
    rf"\b(?:clos(?:e|es|ed|ing)(?: date)?|ends?|ended|deadline|runs? until|ran until|open until|until|no later than)\b"
    rf"[^.;]{{0,40}}?\b{_DATE}\b",
    re.IGNORECASE,
)
OPENS = re.compile(
    rf"\b(?:open(?:s|ed)?|launch(?:es|ed)?|issued|published|began|begins?|start(?:s|ed)?|ran from|runs from)\b"
    rf"[^.;]{{0,30}}?\b{_DATE}\b",
    re.IGNORECASE,
)
LENGTH = re.compile(
    rf"\b(\d{{1,3}}|{'|'.join(NUMBERS)})[-\s](day|week|month)s?(?:'|’)?[-\s]*(?:long\s+)?"
    r"(?:public\s+)?(?:formal\s+)?(?:written\s+)?(?:consultation|call for|period of consultation|window)"
    r"|\b(?:consult\w*|call for \w+|open|period|ran|runs|lasted|lasts)\b[^.;]{0,40}?"
    r"\b(?:for|of|lasted|lasts)\s+(?:a period of\s+)?"
    rf"(\d{{1,3}}|{'|'.join(NUMBERS)})[-\s](day|week|month)s?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ConsultationWindow:
    """One stated window. ``days`` is None where the text does not settle it; ``basis`` says how it was got.

    Days are counted from the opening day up to the closing day (closed minus opened).
    """

    doc_id: str
    sentence_id: int
    opened: date | None
    closed: date | None
    days: int | None
    basis: str


def consultation_windows(view: DocumentView) -> Iterator[ConsultationWindow]:
    """Windows stated in a document, one for each sentence that states one."""
    for sentence in view.sentences:
        if sentence.kind != "heading" and SUBJECT.search(sentence.text):
            found = read_window(sentence.text)
            if found is not None:
                yield ConsultationWindow(view.doc_id, sentence.sentence_id, *found)


def read_window(text: str) -> tuple[date | None, date | None, int | None, str] | None:
    """Opened, closed, days and basis from one sentence about a consultation; None where it states no window.

    >>> read_window("The consultation ran from 2 August to 30 September 2010.")[2]
    59
    >>> read_window("There was a twelve-week consultation.")[2:]
    (84, 'stated as 12 weeks')
    """
    opened = closed = None
    if span := RANGE.search(text):
        opened, closed = _pair(span.groups()[:3], span.groups()[3:])
    else:
        start, end = OPENS.search(text), CLOSES.search(text)
        if end and start and start.end() <= end.end():
            opened, closed = _pair(start.groups(), end.groups())
        elif end:
            closed = _date(end.groups())
    if opened and closed and closed >= opened:
        return opened, closed, (closed - opened).days, "from the dates"
    if length := LENGTH.search(text):
        number, unit = (
            part.lower() for part in (length.group(1) or length.group(3), length.group(2) or length.group(4))
        )
        amount = int(number) if number.isdigit() else NUMBERS[number]
        days = amount * DAYS_IN[unit] if unit in DAYS_IN else None
        plural = "" if amount == 1 else "s"
        return opened, closed, days, f"stated as {amount} {unit}{plural}"
    if closed:
        return None, closed, None, "only the closing date"
    return None


def _pair(start: tuple[str | None, ...], end: tuple[str | None, ...]) -> tuple[date | None, date | None]:
    """Two dates of one sentence; a missing year is taken from the other where that leaves them in order."""
    closed = _date(end)
    opened = _date(start)
    if opened is None and closed is not None:
        opened = _date((start[0], start[1], str(closed.year)))
        if opened is not None and opened > closed:
            opened = _date((start[0], start[1], str(closed.year - 1)))
    elif closed is None and opened is not None:
        closed = _date((end[0], end[1], str(opened.year)))
    return opened, closed


def _date(parts: tuple[str | None, ...]) -> date | None:
    day, month, year = parts
    if not (day and month and year):
        return None
    try:
        return date(int(year), MONTHS.index(month.lower()) + 1, int(day))
    except ValueError:
        return None
