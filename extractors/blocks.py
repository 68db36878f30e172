"""Paragraphs, list items and headings' lines from the flows of a page."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from extractors.assembly import TextBlock
from extractors.columns import Flow
from extractors.lines import MARKER, Line

BULLET = re.compile(r"(?:[•●○▪■□◦‣⁃∙❑➢✓❖►·]|[–—*-]\s|o\s(?=[A-Z]))")
LETTERED = re.compile(r"\(?(?:[a-zA-Z]|[ivx]{1,5}|[IVX]{1,5}|\d{1,3})[.)]\s|\((?:[a-zA-Z]|[ivx]{1,5}|\d{1,3})\)")
MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
NUMBERED = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,4}[.)]?(?:\s|$)|\d{1,3}\.(?:\s|$)|\d{1,3}\s+(?=[A-Z])(?!" + MONTH + ")")
LEADERS = re.compile(r"(?:\.\s?){4,}|…{2,}|_{5,}")
_CAPTION = re.compile(r"(?:Annex |Appendix )?(?:Table|Figure|Box|Chart|Map|Exhibit)\s+[A-Z]?\d+(?:[.-]\d+)*[.:]\s*\S")
_JOINING = frozenset(("of", "and", "the", "for", "in", "to", "a", "an", "on", "with", "by", "from", "or", "at", "as"))
_FEW = 3
_STOPS = frozenset(".!?:;")
_AFTER_STOP = "0123456789\"'”’)]"


@dataclass(frozen=True, slots=True)
class Pitches:
    """The usual distance of base lines for each height of print, rounded, and the height of the body's print."""

    usual: dict[float, float]
    body: float


def line_pitches(flows: Iterable[Flow], body: float) -> Pitches:
    """The usual distance of base lines for each height of print."""
    seen: dict[float, Counter[float]] = defaultdict(Counter)
    for flow in flows:
        for before, line in zip(flow.lines, flow.lines[1:], strict=False):
            pitch = line.bottom - before.bottom
            if 0.6 * line.size < pitch < 2.2 * line.size and abs(line.size - before.size) < 0.6:
                seen[round(line.size)][round(pitch * 2) / 2] += 1
    result: dict[float, float] = {}
    for size, counter in seen.items():
        best = max(counter.values())
        if best < _FEW:
            continue  # two titles one below the other say nothing of their print
        result[size] = min(pitch for pitch, count in counter.items() if count >= 0.5 * best)
    return Pitches(result, body)


def has_leaders(text: str) -> bool:
    """Whether a text holds a row of dots or rules such as lead to a page number. Cheap where it does not."""
    return (".." in text or ". ." in text or "……" in text or "____" in text) and bool(LEADERS.search(text))


def _ends(text: str) -> bool:
    """Whether a line ends a sentence or clause; closing quotes and the call of a note may follow."""
    return text.rstrip(_AFTER_STOP)[-1:] in _STOPS


def same_row(before: Line, line: Line) -> bool:
    """Whether a line goes on where the other ends, on the same base line."""
    return abs(line.middle - before.middle) < 0.45 * max(line.size, before.size) and line.x0 >= before.x1 - 3


def _begins_with_word(text: str) -> bool:
    """Whether a text begins with two letters that cannot be a Roman number's: quickly told, and then it has no mark."""
    return len(text) > 1 and text[:2].isalpha() and text[1] not in "ivxlcIVXLC"


def marked(text: str) -> bool:
    """Whether a text begins with a bullet, letter or number of a list or paragraph."""
    if _begins_with_word(text):
        return False
    return bool(BULLET.match(text) or LETTERED.match(text) or NUMBERED.match(text))


_PAGE_NUMBER = re.compile(r"(?:\d{1,4}|[ivxlc]{1,7}|\d{1,3}[-–—]\d{1,3})$", re.I)


def mark_contents(flow: Flow) -> set[int]:
    """``id()`` of the last pieces of the rows of a table of contents.

    Such rows end in page numbers that stand below one another at the right and never fall.
    """
    ends: list[tuple[Line, int]] = []
    rows = 0
    goes_on = False
    for line, following in itertools.zip_longest(flow.lines, flow.lines[1:]):
        in_row, goes_on = goes_on, following is not None and same_row(line, following)
        if goes_on:
            continue
        rows += 1
        text = line.text
        if (in_row and len(text) < 9 and _PAGE_NUMBER.match(text)) or (text[-1].isalnum() and has_leaders(text)):
            digits = re.search(r"\d+$", line.text)
            ends.append((line, int(digits.group()) if digits else 0))
    if len(ends) < 4 or len(ends) < 0.3 * rows:
        return set()
    rising = sum(after >= before for (_, before), (_, after) in itertools.pairwise(ends))
    edge = Counter(round(line.x1 / 4) for line, _ in ends).most_common(1)[0][0]
    aligned = sum(abs(line.x1 / 4 - edge) < 3 for line, _ in ends)
    if rising < 0.75 * (len(ends) - 1) or aligned < 0.6 * len(ends):
        return set()
    return {id(line) for line, _ in ends}


def flow_blocks(flow: Flow, pitches: Pitches) -> list[TextBlock]:
    """Part a flow into blocks: by distance, print, indentation, markers and short last lines."""
    if not flow.lines:
        return []
    contents = mark_contents(flow)
    row = flow.lines[0]
    result = [TextBlock([row])]
    for last, line in itertools.pairwise(flow.lines):
        block = result[-1]
        if len(last.text) == 1 and _drop_cap(last, line):
            last.glue = ""
        elif same_row(last, line):
            block.lines.append(line)
            continue
        elif id(last) in contents or _breaks(block, row, line, flow, pitches):
            block.contents = id(last) in contents
            row = line
            result.append(TextBlock([line]))
            continue
        row = line
        block.lines.append(line)
    result[-1].contents = id(flow.lines[-1]) in contents
    return result


def _drop_cap(last: Line, line: Line) -> bool:
    """Whether a letter is the large first one of a paragraph that a line goes on with."""
    return (
        last.text.isupper()
        and last.size > 1.7 * line.size
        and line.x0 >= last.x0
        and last.top - line.size < line.top < last.bottom
        and line.x0 - last.x1 < last.size
    )


def _breaks(block: TextBlock, row: Line, line: Line, flow: Flow, pitches: Pitches) -> bool:  # noqa: PLR0911
    """Whether a line begins a new block. ``row`` is the first piece of the last row."""
    last = block.lines[-1]
    if abs(line.size - last.size) > 0.08 * max(last.size, line.size) and not _inset(block, last, line):
        return True
    usual = pitches.usual.get(round(line.size), 1.2 * line.size)
    step = line.bottom - last.bottom
    if step < 0 or (step > usual + 0.22 * line.size and not _reaches(last, line, flow, step, usual)):
        return True
    if line.bold and last.bold and line.size < 1.12 * pitches.body and _is_next_title(row, last, line, flow):
        return True
    if has_leaders(last.text):
        return True
    if block.lines[0].bold and all(x.bold for x in block.lines) != line.bold and not _run_in(last, line, flow):
        return True
    if line.bold and not last.bold and last.x1 < flow.x1 - 0.12 * (flow.x1 - flow.x0) and _ends(last.text):
        return True
    ended = _ends(last.text)
    if not _begins_with_word(line.text) and _is_marked_off(block, row, line, ended):
        return True
    return _indent_breaks(block, row, line, flow, ended)


def _is_marked_off(block: TextBlock, row: Line, line: Line, ended: bool) -> bool:
    """Whether a line begins with a bullet, or with a number that does not just stand in the text."""
    text, first = line.text, block.lines[0]
    if BULLET.match(text) or (len(text) < 8 and line.x0 <= first.x0 + 0.5 * line.size and MARKER.match(text)):
        return True
    numbered = LETTERED.match(text) or NUMBERED.match(text)
    return bool(numbered) and (ended or marked(first.text)) and (ended or line.x0 <= row.x0 + 1)


def _reaches(last: Line, line: Line, flow: Flow, step: float, usual: float) -> bool:
    """Whether a line goes on with the one before it in spite of more than the usual distance."""
    if _ends(last.text):
        return False
    if line.text[0].islower():
        return step < usual + 0.5 * line.size
    return last.bold and line.bold and step < 1.6 * line.size and _room(last, line, flow) < 0.08 * (flow.x1 - flow.x0)


def _is_next_title(row: Line, last: Line, line: Line, flow: Flow) -> bool:
    """Whether a title ends with a line: it stops short of words that would have found room in it by far."""
    if abs(row.x0 - line.x0) > 2 or line.text[0].islower():
        return False
    if _CAPTION.match(line.text):
        return True
    open_end = last.text[-1] in ":,;-–—&" or last.text.rsplit(" ", 1)[-1].lower() in _JOINING
    return not open_end and _room(last, line, flow) > 0.4 * (flow.x1 - flow.x0)


def _room(last: Line, line: Line, flow: Flow) -> float:
    """The room that the first word of a line would have left at the end of the one before; negative for none."""
    word = (line.x1 - line.x0) * (1 + len(line.text.split(" ", 1)[0])) / max(1, len(line.text))
    centred = abs(last.x0 - line.x0) > 3 and abs(last.x0 + last.x1 - line.x0 - line.x1) < 6
    right = flow.x1 - flow.x0 + last.x0 if centred else flow.x1
    return right - last.x1 - word


def _indent_breaks(block: TextBlock, row: Line, line: Line, flow: Flow, ended: bool) -> bool:
    first, last = block.lines[0], block.lines[-1]
    shift = line.x0 - row.x0
    hanging = not _begins_with_word(first.text) and (marked(first.text) or MARKER.match(first.text))
    if shift > 0.8 * line.size:
        return (
            not (row is first and hanging) and (ended or last.x1 < flow.x1 - 0.1 * (flow.x1 - flow.x0)) and shift < 60
        )
    if shift < -0.8 * line.size and row is not first and (ended or hanging):
        return True
    short = last.x1 < flow.x1 - 0.2 * (flow.x1 - flow.x0)
    return ended and short and line.text[:1].isupper() and not hanging and len(block.lines) > 1 and _justified(block)


def _justified(block: TextBlock) -> bool:
    ends = [line.x1 for line in block.lines[:-1]]
    return max(ends) - min(ends) < 4


def _inset(block: TextBlock, last: Line, line: Line) -> bool:
    """A line whose print is smaller or larger only because of one or two characters of another font."""
    return min(len(last.text), len(line.text)) <= 3 and same_row(last, line)


def _run_in(last: Line, line: Line, flow: Flow) -> bool:
    """A bold beginning that goes on in plain print: the bold line fills its column, or ends inside the next one."""
    return last.x1 > flow.x1 - 0.15 * (flow.x1 - flow.x0) and (line.font.bold or not line.text[:1].isupper())


def continues(before: TextBlock, after: TextBlock) -> bool:
    """Whether a paragraph at the end of a column or page goes on in the first block of the next."""
    last, first = before.lines[-1], after.lines[0]
    if before.kind not in ("body", "list_item") or after.kind not in ("body", "box") or marked(first.text):
        return False
    if abs(last.size - first.size) > 0.1 * last.size or has_leaders(last.text):
        return False
    if last.text[-1:] in "-\u2010\u00ad" and first.text[:1].islower():
        return True
    if _ends(last.text):
        return last.text[-1] in ";:" and first.text[:1].islower()
    return first.text[:1].islower() or (len(last.text) > 30 and not first.bold)
