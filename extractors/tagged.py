"""Blocks of a page from its structure tags, where these can be trusted."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace

import numpy as np

from extractors.assembly import PageFrame, TextBlock
from extractors.blocks import has_leaders
from extractors.document import BlockKind
from extractors.footnotes import Note
from extractors.grids import Region
from extractors.lines import Line
from extractors.pdfium import TextPage
from extractors.rules import Rectangle
from extractors.tags import NOTES, Marked, contents, read_tags

_HEADINGS = {"H": 1, "Title": 1, "H1": 1, "H2": 2, "H3": 3, "H4": 4, "H5": 5, "H6": 6}
_TEXT = frozenset(
    ("P", "LBody", "LI", "Lbl", "Caption", "TOCI", "TD", "TH", "BlockQuote", "Formula", *NOTES, *_HEADINGS)
)
_MOST_MISSED = 20
"""Characters of running text that a page's tags may leave out."""
_MOST_LATE = 0.1
"""Share of a page's characters tagged after what a reader comes to later."""
_LABEL = re.compile(r"\s*(\d{1,3}|[*†‡§]{1,3})")


@dataclass(slots=True)
class TaggedLines:
    """The tags of a page, the piece of marked content of each of its cells, and the cells where another one begins."""

    marks: list[Marked]
    content: list[int]
    changes: list[int]


@dataclass(slots=True)
class TaggedPage:
    """What the tags make of a page; ``rest`` is in none of them."""

    main: list[TextBlock] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    tables: list[Region] = field(default_factory=list)
    rest: list[Line] = field(default_factory=list)


def page_tags(page: TextPage, frame: PageFrame, lines: list[Line]) -> TaggedLines | None:
    """Read the tags of an open page."""
    marks = read_tags(page)
    if not marks:
        return None
    cells = frame.cells
    # asked for where a word or another print begins: pieces that part a word in the same print are of one paragraph
    height = cells.box[:, 3] - cells.box[:, 1]
    begins = np.ones(len(cells.code), bool)
    begins[1:] = (cells.code[:-1] == 32) | (np.abs(height[1:] - height[:-1]) > 0.2)
    begins[[line.start for line in lines]] = True
    begins &= cells.index >= 0
    at = np.flatnonzero(begins)
    found = np.array(contents(page, cells.index[at].tolist()), np.int64)
    content = found[np.maximum(np.searchsorted(at, np.arange(len(cells.code)), side="right") - 1, 0)]
    changes = np.flatnonzero(content[1:] != content[:-1]) + 1
    return TaggedLines(marks, content.tolist(), changes.tolist())


def tagged_page(lines: list[Line], furniture: set[int], tags: TaggedLines) -> TaggedPage | None:
    """Blocks in the author's order; None where the tags cannot be trusted.

    They are trusted where they leave out no more than a word or two beside furniture, put the rest into paragraphs,
    and hardly ever go back up the page within a column.
    """
    pieces: dict[int, list[Line]] = {}
    aside: set[int] = set()
    for line in lines:
        for content, piece in _pieces(line, tags):
            pieces.setdefault(content, []).append(piece)
            if id(line) in furniture or line.angle:
                aside.add(id(piece))
    groups: list[tuple[Marked, list[Line]]] = []
    covered = loose = 0
    for mark in tags.marks:
        found = pieces.pop(mark.content, None)
        if not found:
            continue
        size = sum(len(piece.text) for piece in found)
        covered += size
        loose += 0 if any(name in _TEXT for name in mark.path) else size
        if groups and _key(groups[-1][0]) == _key(mark):
            groups[-1][1].extend(found)
        else:
            groups.append((mark, list(found)))
    rest = [piece for found in pieces.values() for piece in found]
    missed = sum(len(piece.text) for piece in rest if id(piece) not in aside)
    if not groups or missed > _MOST_MISSED or loose > 0.2 * covered or not _in_order(groups):
        return None
    result = _build(groups)
    result.rest = rest
    return result


def _pieces(line: Line, tags: TaggedLines) -> list[tuple[int, Line]]:
    """A line parted where another piece of marked content begins; a letter-spaced one is left whole."""
    inside = tags.changes[bisect_right(tags.changes, line.start) : bisect_left(tags.changes, line.end)]
    if not inside or line.skips:
        return [(tags.content[line.start], line)]
    result: list[tuple[int, Line]] = []
    for start, end in zip([line.start, *inside], [*inside, line.end], strict=True):
        text = line.text[start - line.start : end - line.start]
        calls = tuple(call for call in line.calls if start <= call.start < end)
        last = end if end == line.end else end - len(text) + len(text.rstrip())
        if last > start:
            piece = replace(line, start=start, end=last, text=text[: last - start], calls=calls, skips=())
            result.append((tags.content[start], piece))
    return result


def _key(mark: Marked) -> tuple[int, int]:
    """Pieces with equal keys belong to one block: a list item is one block with its label, a note too."""
    if mark.item >= 0:
        return (0, mark.item)
    return (1, mark.block)


def _in_order(groups: list[tuple[Marked, list[Line]]]) -> bool:
    """Whether the order is that of reading: no steps back up a column, no column before the one left of it."""
    back = steps = late = total = 0
    main = [
        lines
        for mark, lines in groups
        if not NOTES.intersection(mark.path) and "Figure" not in mark.path and mark.cell < 0
    ]
    boxes = [_around(lines) for lines in main]
    for box, following in itertools.pairwise(boxes):
        steps += 1
        back += following[1] < box[1] - 6 and _one_column(box, following)
    for at, (lines, box) in enumerate(zip(main, boxes, strict=True)):
        size = sum(len(line.text) for line in lines)
        total += size
        if len(lines) > 1:  # labels and their values stand side by side in either order
            late += size * any(_is_later(box, boxes[k]) for k in range(at) if len(main[k]) > 1)
    return back <= max(1, 0.12 * steps) and late <= _MOST_LATE * total


def _around(lines: list[Line]) -> Rectangle:
    return (
        min(line.x0 for line in lines),
        min(line.top for line in lines),
        max(line.x1 for line in lines),
        max(line.bottom for line in lines),
    )


def _one_column(one: Rectangle, other: Rectangle) -> bool:
    return min(one[2], other[2]) - max(one[0], other[0]) > 0.5 * min(one[2] - one[0], other[2] - other[0])


def _is_later(box: Rectangle, other: Rectangle) -> bool:
    """Whether a reader comes to ``other`` later: below ``box`` in its column, or right of it at its height."""
    if other[1] >= box[3] - 2:
        return _one_column(box, other)
    shared = min(box[3], other[3]) - max(box[1], other[1])
    return other[0] >= box[2] - 2 and shared > 0.5 * min(box[3] - box[1], other[3] - other[1])


def _kind(mark: Marked) -> tuple[BlockKind, int]:
    for name in reversed(mark.path):
        if name in _HEADINGS:
            return "heading", _HEADINGS[name]
        if name in NOTES:
            return "footnote", 0
        if name in ("LI", "LBody", "TOCI"):
            return "list_item", 0
        if name == "Caption":
            return "caption", 0
        if name in ("TD", "TH", "Figure"):
            return "box", 0
    return "body", 0


def _build(groups: list[tuple[Marked, list[Line]]]) -> TaggedPage:
    result = TaggedPage()
    cells_of: dict[tuple[int, int], set[int]] = {}
    for mark, _ in groups:
        if mark.cell >= 0:
            cells_of.setdefault((mark.table, mark.row), set()).add(mark.cell)
    tables = {table for (table, _), cells in cells_of.items() if len(cells) > 1}
    for mark, lines in groups:
        kind, level = _kind(mark)
        if mark.cell >= 0 and mark.table in tables:
            _to_table(result, lines)
            continue
        if kind == "footnote":
            text = " ".join(line.text for line in lines)
            label = _LABEL.match(text)
            result.notes.append(Note(label.group(1) if label else "", lines))
            continue
        block = TextBlock(_merged(lines), kind, level)
        block.settle()
        block.contents = "TOCI" in mark.path or "TOC" in mark.path or has_leaders(block.text)
        block.drawn = "Figure" in mark.path
        if block.contents and kind == "heading":
            block.kind, block.level = "list_item", 0
        result.main.append(block)
    return result


def _to_table(page: TaggedPage, lines: list[Line]) -> None:
    x0, top, x1, bottom = _around(lines)
    if page.tables and top - page.tables[-1].box[3] < 40:
        region = page.tables[-1]
        a, b, c, d = region.box
        region.box = (min(a, x0), min(b, top), max(c, x1), max(d, bottom))
        region.lines.extend(lines)
    else:
        page.tables.append(Region((x0, top, x1, bottom), [], [], lines=list(lines)))


def _merged(lines: list[Line]) -> list[Line]:
    """Pieces that touch on one base line get no blank between them."""
    for before, line in itertools.pairwise(lines):
        one_line = line.page == before.page and line.top == before.top and line.x0 == before.x0
        if one_line and line.start == before.end:
            before.glue = ""
    return lines
