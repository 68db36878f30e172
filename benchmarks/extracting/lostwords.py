"""Which of a PDF's visible words a Document lets one reach, word by word and by position. Definition: decision 015."""

from __future__ import annotations

import itertools
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from extractors import Document
from extractors.document import Box
from extractors.pdfium import BREAK, SPACE, Glyphs, TextPage

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Word:
    """A word as PDFium parts it: its letters and digits, their places in hundredths of a point, and its middle."""

    text: str
    places: tuple[Place, ...]
    x: float
    y: float


@dataclass(frozen=True)
class Reach:
    """Visible words by where the Document holds them; ``examples`` are pages and words that it holds nowhere."""

    words: Counter[str]
    examples: tuple[tuple[int, str], ...]

    @property
    def lost(self) -> float:
        """Share of the words that are neither in the text nor in tables, furniture or a note's call."""
        return self.words["lost"] / max(1, self.words.total())


def reach(path: Path, document: Document) -> Reach:
    """Look for every visible word of the pages with a text layer.

    ``text``: half of its letters or more stand in the text, by position; ``table``: inside a table, whose cells hold
    it; ``furniture``: inside a box of the document's furniture; ``call``: a number that calls a note of its page.
    """
    held = _places(document)
    cells = {table: _squeezed(" ".join(c.text for c in table.cells)) for table in document.tables}
    captions = {table: _squeezed(table.caption) for table in document.tables}
    notes = _notes(document)
    found: Counter[str] = Counter()
    examples: list[tuple[int, str]] = []
    pdf = pdfium.PdfDocument(path)
    try:
        for page in document.pages:
            if page.source != "text_layer":
                continue
            tables = [table for table in document.tables if table.page == page.number]
            furniture = [item.box for item in document.furniture if item.box.page == page.number]
            with TextPage(pdf.raw, page.number - 1) as text_page:
                glyphs = text_page.glyphs()
            for word in visible_words(glyphs):
                kept = sum(place in held[page.number] for place in word.places)
                if 2 * kept >= len(word.places):
                    kind = "text"
                elif any(_inside(word, t.box) and (word.text in cells[t] or word.text in captions[t]) for t in tables):
                    kind = "table"
                elif any(_inside(word, box) for box in furniture):
                    kind = "furniture"
                elif word.text in notes[page.number]:
                    kind = "call"
                else:
                    kind = "lost"
                    examples.append((page.number, word.text))
                found[kind] += 1
    finally:
        pdf.close()
    return Reach(found, tuple(examples))


def visible_words(glyphs: Glyphs) -> Iterator[Word]:
    """The words of a page; what has neither letter nor digit is none."""
    count = len(glyphs.code)
    if not count:
        return
    starts = np.flatnonzero((glyphs.before == SPACE) | (glyphs.before == BREAK))
    edges = sorted({0, *starts.tolist(), count})
    places = np.rint(glyphs.box[:, :2] * 100).astype(int)
    for start, end in itertools.pairwise(edges):
        at = [k for k in range(start, end) if chr(glyphs.code[k]).isalnum()]
        if at:
            box = glyphs.box[at]
            x, y = float(box[:, (0, 2)].mean()), float(box[:, (1, 3)].mean())
            text = _squeezed("".join(chr(glyphs.code[k]) for k in at))
            yield Word(text, tuple((int(a), int(b)) for a, b in places[at]), x, y)


def _places(document: Document) -> dict[int, set[Place]]:
    text_map = document.text_map
    seen = np.flatnonzero(text_map.run >= 0)
    result: dict[int, set[Place]] = defaultdict(set)
    pages = text_map.run_page[text_map.run[seen]].tolist()
    for page, x, y in zip(pages, text_map.box[seen, 0].tolist(), text_map.box[seen, 1].tolist(), strict=True):
        result[page].add((x, y))
    return result


def _notes(document: Document) -> dict[int, set[str]]:
    """Marks of the notes by page."""
    result: dict[int, set[str]] = defaultdict(set)
    starts = [page.start for page in document.pages]
    for block in document.blocks:
        mark = re.match(r"\W*(\d{1,3})", document.text[block.start : block.start + 8])
        if block.kind == "footnote" and mark:
            at = max(0, bisect_right(starts, block.start) - 1)
            first = bisect_left(starts, block.start)
            for page in {at, min(first, len(starts) - 1)}:
                result[document.pages[page].number].add(mark.group(1))
    return result


def _squeezed(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _inside(word: Word, box: Box) -> bool:
    return box.x0 - 1 <= word.x <= box.x1 + 1 and box.top - 1 <= word.y <= box.bottom + 1
