"""What a response does with the recommendations it answers: accepts them, in part, rejects them, or neither."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from reports.views import DocumentView, SentenceRow

Answer = Literal["accepted", "in_part", "rejected", "noted", "no_plain_answer"]
ANSWERS: tuple[Answer, ...] = ("accepted", "in_part", "rejected", "noted", "no_plain_answer")
RESPONSE_KINDS = ("government_response", "response")

_ITEM_WORD = r"(?:recommendations?|conclusions?(?: and recommendations?)?)"
ITEM = re.compile(rf"^\W*(?:\w+\s+){{0,3}}?{_ITEM_WORD}\s+(\d+(?:\.\d+)*|[A-Z]\d+)\b[.:)]?", re.IGNORECASE)
BARE_ITEM = re.compile(r"^\W*(?:\w+\s+){0,3}?recommendations?[\s:]*$", re.IGNORECASE)
NUMBER = re.compile(r"^\W*(\d+(?:\.\d+)*)\b")
FAR = 1_000_000
QUOTED_VOICE = re.compile(
    r"\b(?:we|the committee|the inquiry) (?:recommends?|urges?|calls? (?:on|for))\b"
    r"|\bwhether\b[^.;]{0,60}\b(?:accepted|rejected)\b",
    re.IGNORECASE,
)


@cache
def answer_patterns() -> tuple[tuple[Answer, re.Pattern[str]], ...]:
    """The expressions of ``reports/assets/answers.yaml``, in the order in which they are tried."""
    raw = yaml.safe_load(files("reports").joinpath("assets/answers.yaml").read_text(encoding="utf-8"))
    who = f"(?:{'|'.join(raw['who'])})"
    small = rf"(?:\s+(?:{'|'.join(raw['between'])}))*"
    what = f"(?:{'|'.join(raw['what'])})"
    order: tuple[Answer, ...] = ("in_part", "rejected", "accepted", "noted")
    return tuple(
        (
            answer,
            re.compile(
                "|".join(cue.replace("WHO", who).replace("SMALL", small).replace("WHAT", what) for cue in raw[answer]),
                re.IGNORECASE,
            ),
        )
        for answer in order
    )


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """A recommendation as it stands in a response, and what the response does with it.

    ``sentence_id`` is where the item starts, ``answer_sentence`` where the deciding words stand (None without any).
    """

    doc_id: str
    number: str
    sentence_id: int
    answer: Answer
    answer_sentence: int | None


def answered_items(view: DocumentView, quoted: Set[int] = frozenset()) -> list[AnsweredItem]:
    """The items of a response in reading order, none where it does not mark its recommendations.

    ``quoted`` holds the sentences that repeat the report: they are its voice, not the answer's.

    A recommendation that is listed more than once (a table of contents, a summary) counts once: the listing that is
    answered soonest decides, without a plain answer the longest.
    """
    if view.text("kind") not in RESPONSE_KINDS:
        return []
    best: dict[str, tuple[int, AnsweredItem]] = {}
    for number, sentences in _sections(view.sentences):
        item = _answer(view.doc_id, number, sentences, quoted)
        plain = item.answer_sentence is not None and item.answer != "noted"
        away = (item.answer_sentence or 0) - item.sentence_id if plain else FAR + max(0, FAR - len(sentences))
        if number not in best or away < best[number][0]:
            best[number] = (away, item)
    return sorted((item for _, item in best.values()), key=lambda item: item.sentence_id)


def _sections(sentences: tuple[SentenceRow, ...]) -> Iterator[tuple[str, list[SentenceRow]]]:
    number = ""
    held: list[SentenceRow] = []
    bare = 0
    for position, sentence in enumerate(sentences):
        found = ITEM.match(sentence.text)
        new = found.group(1) if found else ""
        if not found and BARE_ITEM.match(sentence.text) and position + 1 < len(sentences):
            after = NUMBER.match(sentences[position + 1].text)
            bare += 1
            new = after.group(1) if after else f"({bare})"
        if new:
            if number:
                yield number, held
            number, held = new, []
        held.append(sentence)
    if number:
        yield number, held


def _answer(doc_id: str, number: str, sentences: list[SentenceRow], quoted: Set[int]) -> AnsweredItem:
    noted: int | None = None
    for sentence in sentences:
        verdict = None if sentence.sentence_id in quoted else read_answer(sentence.text)
        if verdict == "noted":
            noted = sentence.sentence_id if noted is None else noted
        elif verdict is not None:
            return AnsweredItem(doc_id, number, sentences[0].sentence_id, verdict, sentence.sentence_id)
    answer: Answer = "no_plain_answer" if noted is None else "noted"
    return AnsweredItem(doc_id, number, sentences[0].sentence_id, answer, noted)


def read_answer(text: str) -> Answer | None:
    """What one sentence of a response does with a recommendation; None where it does nothing plainly.

    >>> read_answer("The Government accepts this recommendation in part.")
    'in_part'
    >>> read_answer("We do not accept the recommendation.")
    'rejected'
    """
    if QUOTED_VOICE.search(text):
        return None
    return next((answer for answer, pattern in answer_patterns() if pattern.search(text)), None)
