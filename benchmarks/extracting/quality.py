"""How near an engine's text is to the authors' own structure tags. The definition: docs/decisions/015.

A document is measured where it is tagged and at least 90% of its characters belong to its structure tree.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from extracting.tagsanity import Piece, headings
from rapidfuzz.distance import Indel

from extractors import Document
from extractors.foreign import FloatArray
from extractors.pdfium import BREAK, SPACE, Glyphs, TextPage
from extractors.tags import NOTES, Marked, contents, read_tags

TAGGED_SHARE = 0.9
_TABLE = frozenset(("Table", "TR", "TD", "TH"))
_HEADING = frozenset(("H", "H1", "H2", "H3", "H4", "H5", "H6", "Title"))
_TEXT = frozenset(("text", "heading", "contents", "figure"))
Place = tuple[int, int, int]


def words(text: str) -> list[str]:
    """Words as compared: compatibility forms folded, lower case, hyphens closed up, punctuation dropped."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(r"\w+", re.sub(r"[-\u2010\u2011\u00ad\ufffe]\s*", "", text))


def kind_of(mark: Marked) -> str:
    """What the author says a piece of content is."""
    path = set(mark.path)
    for kind, types in (("table", _TABLE), ("note", NOTES), ("figure", {"Figure"}), ("call", {"Reference"})):
        if path & types:
            return kind
    if path & _HEADING:
        return "heading"
    return "contents" if path & {"TOC", "TOCI"} else "text"


@dataclass
class Reference:
    """The authors' words of one document: pieces in their order, and where characters stand by kind."""

    pieces: list[Piece] = field(default_factory=list)
    places: dict[Place, str] = field(default_factory=dict)

    def words(self) -> list[str]:
        return [word for piece in self.pieces if piece.kind in _TEXT for word in words(piece.text)]

    def words_of_page(self, page: int) -> list[str]:
        found = [piece for piece in self.pieces if piece.page == page and piece.kind in _TEXT]
        return [word for piece in found for word in words(piece.text)]

    def clean_pages(self) -> list[int]:
        """Pages without tagged tables and footnotes, where every engine can be asked for the same words."""
        other = {piece.page for piece in self.pieces if piece.kind in ("table", "note")}
        return sorted({piece.page for piece in self.pieces if piece.kind in _TEXT} - other)

    def headings(self) -> Counter[str]:
        """All that the author tagged as a heading."""
        found = Counter(" ".join(words(piece.text)) for piece in self.pieces if piece.kind == "heading")
        del found[""]
        return found

    def sane_headings(self) -> Counter[str]:
        """What the author tagged as a heading and a reader would not call a row of contents, list item or sentence."""
        found = Counter(" ".join(words(piece.text)) for piece in headings(self.pieces))
        del found[""]
        return found


def read_reference(path: Path) -> Reference | None:
    """The reference of a document; None where its tags do not cover it."""
    pdf = pdfium.PdfDocument(path)
    try:
        if not pdfium_c.FPDFCatalog_IsTagged(pdf.raw):
            return None
        reference, seen = Reference(), 0
        for index in range(len(pdf)):
            with TextPage(pdf.raw, index) as page:
                glyphs = page.glyphs()
                seen += len(glyphs.code)
                if len(glyphs.code):
                    _page(reference, index + 1, page, glyphs)
    finally:
        pdf.close()
    return reference if sum(k != "artifact" for k in reference.places.values()) >= TAGGED_SHARE * seen > 0 else None


def _page(reference: Reference, number: int, page: TextPage, glyphs: Glyphs) -> None:
    by_content: dict[int, list[int]] = {}
    for at, content in enumerate(contents(page, glyphs.index.tolist())):
        by_content.setdefault(content, []).append(at)
    places = np.rint(glyphs.box[:, :2] * 100).astype(int).tolist()
    last: int | None = None
    open_block: tuple[int, str] | None = None
    prints = _prints(page, glyphs)
    for mark in read_tags(page):
        at = by_content.pop(mark.content, None)
        if not at:
            continue
        kind = kind_of(mark)
        text, last = _text(glyphs, at, last)
        for k in at:
            reference.places[number, places[k][0], places[k][1]] = kind
        found = Piece(number, kind, text, *prints(at), _around(glyphs.box[at]))
        if (mark.block, kind) == open_block:
            reference.pieces[-1] = reference.pieces[-1].joined(found)
        else:
            reference.pieces.append(found)
        open_block = (mark.block, kind)
    for rest in by_content.values():
        for k in rest:
            reference.places[number, places[k][0], places[k][1]] = "artifact"


def _prints(page: TextPage, glyphs: Glyphs) -> Callable[[list[int]], tuple[float, str, bool]]:
    """What gives the height, font and weight of some characters' print, by the first and last of them."""
    height = glyphs.box[:, 3] - glyphs.box[:, 1]

    def of(at: list[int]) -> tuple[float, str, bool]:
        first, last = page.fonts([int(glyphs.index[at[0]]), int(glyphs.index[at[-1]])])
        return round(float(np.median(height[at])) * 2) / 2, first.name, first.bold and last.bold

    return of


def _around(box: FloatArray) -> tuple[float, float, float, float]:
    low, high = box.min(axis=0), box.max(axis=0)
    return float(low[0]), float(low[1]), float(high[2]), float(high[3])


def _text(glyphs: Glyphs, at: Iterable[int], last: int | None) -> tuple[str, int | None]:
    """The characters of one piece, with the blanks that stand before them."""
    out: list[str] = []
    for k in at:
        if last is not None:
            if k == last + 1:
                out.append(" " if glyphs.before[k] in (SPACE, BREAK) else "")
            else:
                one, other = glyphs.box[last], glyphs.box[k]
                high = other[3] - other[1]
                same = abs(one[3] - other[3]) < 0.5 * high and -0.3 * high < other[0] - one[2] < 0.12 * high
                out.append("" if same else " ")
        out.append(chr(glyphs.code[k]))
        last = k
    return "".join(out), last


@dataclass(frozen=True)
class Match:
    """Headings: how many the author has, how many of ours are among them, how many of theirs we have."""

    wanted: int
    precision: float
    recall: float

    @property
    def f1(self) -> float | None:
        """None where the author has none."""
        both = self.precision + self.recall
        return None if not self.wanted else 2 * self.precision * self.recall / both if both else 0.0


def _match(wanted: Counter[str], found: Counter[str]) -> Match:
    right = sum((wanted & found).values())
    return Match(sum(wanted.values()), right / max(1, sum(found.values())), right / max(1, sum(wanted.values())))


@dataclass(frozen=True)
class Scores:
    """Of one document. ``headings`` against all that is tagged so, ``sane`` without rows of contents and the like.

    ``lost`` and ``kept``: characters of each kind that the document's text lacks or holds.
    """

    words: int
    similarity: float
    headings: Match
    sane: Match
    lost: Counter[str]
    kept: Counter[str]


def score(reference: Reference, document: Document) -> Scores:
    """Our document against the authors' tags: footnotes and tables are left out on both sides, by position."""
    text_map = document.text_map
    page = np.where(text_map.run >= 0, text_map.run_page[text_map.run], 0) if len(text_map.run_page) else text_map.run
    places = list(zip(page.tolist(), text_map.box[:, 0].tolist(), text_map.box[:, 1].tolist(), strict=True))
    left_out = [reference.places.get(place) in ("table", "note", "call") for place in places]
    ours: list[str] = []
    found: Counter[str] = Counter()
    for block in document.blocks:
        text = document.text[block.start : block.end]
        if block.kind == "heading":
            found[" ".join(words(text))] += 1
        if block.kind != "footnote":
            out = left_out[block.start : block.end]
            ours += words("".join(c for c, drop in zip(text, out, strict=True) if not drop))
    theirs = reference.words()
    have = set(places)
    lost = Counter(kind for place, kind in reference.places.items() if place not in have)
    kept = Counter(kind for place, kind in reference.places.items() if place in have)
    return Scores(
        len(theirs),
        Indel.normalized_similarity(theirs, ours),
        _match(reference.headings(), found),
        _match(reference.sane_headings(), found),
        lost,
        kept,
    )


def similarity_of_pages(reference: Reference, texts: dict[int, str]) -> tuple[int, float]:
    """Number of pages and mean similarity, weighted by words, on the clean pages among those given."""
    total = weighted = 0.0
    pages = [page for page in reference.clean_pages() if page in texts]
    for page in pages:
        theirs, ours = reference.words_of_page(page), words(texts[page])
        total += len(theirs)
        weighted += len(theirs) * Indel.normalized_similarity(theirs, ours)
    return len(pages), weighted / total if total else float("nan")


def words_lost(all_of: dict[int, str], texts: dict[int, str]) -> tuple[int, int]:
    """Words of the first texts that the second lack, page by page whatever their order, and how many there are."""
    lost = total = 0
    for page in all_of.keys() & texts.keys():
        wanted = Counter(words(all_of[page]))
        total += sum(wanted.values())
        lost += sum((wanted - Counter(words(texts[page]))).values())
    return lost, total


def page_texts(document: Document) -> dict[int, str]:
    """Our text page by page; a block that goes on over a page is divided where the page ends."""
    run, pages = document.text_map.run, document.text_map.run_page
    out: dict[int, list[str]] = {page.number: [] for page in document.pages}
    for block in document.blocks:
        here = run[block.start : block.end]
        page = np.maximum.accumulate(np.where(here >= 0, pages[here], 0))
        for number in np.unique(page).tolist():
            at = np.flatnonzero(page == number)
            if number:
                start = block.start + int(at[0])
                out[number].append(document.text[start : block.start + int(at[-1]) + 1])
    return {number: "\n".join(parts) for number, parts in out.items()}
