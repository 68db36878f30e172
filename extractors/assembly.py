"""From blocks of lines to the document's text and its map."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from extractors.document import SEPARATOR, Block, BlockKind, Box, Page, PageSource, Sentence
from extractors.lines import Cells, Line
from extractors.sentences import split_sentences
from extractors.textmap import UNITS_PER_POINT, GlyphMap

_NOWHERE = np.zeros((2, 4), np.float32)
_HYPHENS = "-\u2010\u00ad"


@dataclass(slots=True)
class TextBlock:
    """Lines that make one block, in reading order, possibly over several columns and pages.

    ``label`` is a footnote's mark; ``contents`` is true of a row of a table of contents,
    ``drawn`` of words in a diagram.
    """

    lines: list[Line]
    kind: BlockKind = "body"
    level: int = 0
    label: str = ""
    text: str = ""
    contents: bool = False
    drawn: bool = False

    def settle(self) -> None:
        """Set ``text`` from the lines, as rules about words see it (before hyphens are undone)."""
        self.text = " ".join(line.text for line in self.lines)


@dataclass(slots=True)
class PageFrame:
    """What assembly needs to know of a page beside its lines."""

    number: int
    width: float
    height: float
    cells: Cells
    source: PageSource = "text_layer"

    def displayed_box(self, line: Line) -> Box:
        """Where a line of this page stands on the page as it is displayed."""
        if not self.cells.turn:
            return Box(self.number, line.x0, line.top, line.x1, line.bottom)
        box = self.cells.box[line.start : line.end]
        (x0, top), (x1, bottom) = box[:, :2].min(axis=0).tolist(), box[:, 2:].max(axis=0).tolist()
        return Box(self.number, x0, top, x1, bottom)


@dataclass(slots=True)
class _Writer:
    """The pieces of the text so far: their characters, boxes, runs (-1 for none) and lengths; the page of each run."""

    texts: list[str] = field(default_factory=list)
    boxes: list[npt.NDArray[np.float32]] = field(default_factory=list)
    run_of_piece: list[int] = field(default_factory=list)
    piece_lengths: list[int] = field(default_factory=list)
    run_page: list[int] = field(default_factory=list)
    length: int = 0

    def implied(self, text: str) -> None:
        """Write characters that stand nowhere on a page."""
        size = len(text)
        self.texts.append(text)
        self.boxes.append(_NOWHERE[:size])
        self.run_of_piece.append(-1)
        self.piece_lengths.append(size)
        self.length += size

    def cells(self, cells: Cells, start: int, end: int, page: int) -> None:
        """Write cells of a page as one run."""
        if end <= start:
            return
        self.texts.append(cells.text[start:end])
        self.boxes.append(cells.box[start:end])
        self.run_of_piece.append(len(self.run_page))
        self.piece_lengths.append(end - start)
        self.run_page.append(page)
        self.length += end - start


@dataclass(frozen=True, slots=True)
class Assembled:
    """Text, map and structure of a document."""

    text: str
    text_map: GlyphMap
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    pages: tuple[Page, ...]


def assemble(frames: list[PageFrame], blocks: list[TextBlock], words: frozenset[str]) -> Assembled:
    """Write blocks one after the other.

    Parameters
    ----------
    frames
        All pages, in order.
    blocks
        In reading order.
    words
        The document's own words in lower case: a hyphen at a line end stays only where they say so.
    """
    by_page = {frame.number: frame for frame in frames}
    writer = _Writer()
    ranges: list[tuple[int, int]] = []
    calls: dict[tuple[int, str], int] = {}
    for block in blocks:
        if writer.length:
            writer.implied(SEPARATOR)
        start = writer.length
        _write_lines(writer, block, by_page, words, calls)
        ranges.append((start, writer.length))
    done = [
        Block(
            start,
            end,
            block.kind,
            block.level,
            calls.get((block.lines[0].page, block.label)) if block.label else None,
        )
        for (start, end), block in zip(ranges, blocks, strict=True)
    ]
    text, text_map = "".join(writer.texts), _text_map(writer)
    return Assembled(text, text_map, tuple(done), _sentences(text, done, text_map), _pages(frames, writer))


def _text_map(writer: _Writer) -> GlyphMap:
    points = np.concatenate([_NOWHERE[:0], *writer.boxes])
    points *= UNITS_PER_POINT
    box = np.rint(points, out=points).astype(np.int32)
    run = np.repeat(np.array(writer.run_of_piece, np.int32), np.array(writer.piece_lengths, np.int64))
    return GlyphMap(run, np.array(writer.run_page, np.int32), box)


def _write_lines(
    writer: _Writer,
    block: TextBlock,
    frames: dict[int, PageFrame],
    words: frozenset[str],
    calls: dict[tuple[int, str], int],
) -> None:
    lines = block.lines
    for at, line in enumerate(lines):
        end = line.end
        glue = line.glue
        if at + 1 < len(lines):
            following = lines[at + 1].text
            if line.text[-1:] in _HYPHENS and len(line.text) > 1 and line.text[-2].isalpha():
                glue = ""
                if following[:1].islower() and not keeps_hyphen(line.text, following, words):
                    end -= 1
        cells, start, before = frames[line.page].cells, line.start, writer.length
        for skip, after in line.skips:
            writer.cells(cells, start, skip, line.page)
            calls[line.page, cells.text[skip:after]] = writer.length
            start = after
        writer.cells(cells, start, end, line.page)
        if at + 1 < len(lines) and glue and writer.length > before:
            writer.implied(glue)


_LONGEST_WORD = 80
_HEAD = re.compile(r"[^\W\d_]+")
_TAIL_REVERSED = re.compile(r"[-\u2010\u00ad]([^\W\d_]+)")


def keeps_hyphen(line: str, following: str, words: frozenset[str]) -> bool:
    """Whether a hyphen at a line end belongs to the word: the document spells it so, or has no such joined word."""
    tail, head = _TAIL_REVERSED.match(line[: -_LONGEST_WORD - 1 : -1]), _HEAD.match(following)
    if line.endswith("\u00ad"):
        return False
    if not tail or not head:
        return True
    left, right = tail.group(1)[::-1].lower(), head.group().lower()
    if left + right in words:
        return False
    if f"{left}-{right}" in words:
        return True
    return left in words and right in words


def _pages(frames: list[PageFrame], writer: _Writer) -> tuple[Page, ...]:
    """A page begins with the first character on it or on a later page, and ends where the next one's text begins."""
    lengths = np.array(writer.piece_lengths, np.int64)
    inked = np.flatnonzero(np.array(writer.run_of_piece, np.int64) >= 0)
    page_of = np.maximum.accumulate(np.array(writer.run_page, np.int64))  # runs are numbered in the order of the text
    edges = np.append((np.cumsum(lengths) - lengths)[inked], writer.length)
    numbers = np.array([frame.number for frame in frames], np.int64)
    starts = edges[np.searchsorted(page_of, numbers)].tolist()
    ends = edges[np.searchsorted(page_of, numbers, side="right")].tolist()
    return tuple(
        Page(frame.number, start, end, *_displayed_size(frame), frame.source)
        for frame, start, end in zip(frames, starts, ends, strict=True)
    )


def _displayed_size(frame: PageFrame) -> tuple[float, float]:
    return (frame.height, frame.width) if frame.cells.turn in (90, 270) else (frame.width, frame.height)


def _sentences(text: str, blocks: list[Block], text_map: GlyphMap) -> tuple[Sentence, ...]:
    spans: list[tuple[int, int, str, int]] = []
    section = ""
    for number, block in enumerate(blocks):
        body = text[block.start : block.end]
        pieces = [(0, len(body))] if block.kind == "heading" else split_sentences(body)
        spans.extend((block.start + start, block.start + end, section, number) for start, end in pieces)
        if block.kind == "heading":
            section = body
    if not spans:
        return ()
    run = text_map.run[[span[0] for span in spans]]
    pages = np.where(run >= 0, text_map.run_page[run], 1).tolist()
    return tuple(
        Sentence(at, start, end, page, title, block)
        for at, ((start, end, title, block), page) in enumerate(zip(spans, pages, strict=True))
    )
