"""The document model: text, and what stands where in it.

A character offset into :attr:`Document.text` is the only address. Offsets are Unicode code points, half open
(``start`` included, ``end`` excluded), so ``document.text[start:end]`` is exactly what a span quotes. Pages and
boxes are looked up from offsets through the text map; a span may cross lines, columns and pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

BlockKind = Literal["heading", "body", "list_item", "footnote", "caption", "box"]
PageSource = Literal["text_layer", "ocr", "plain", "none"]

SEPARATOR = "\n\n"
"""What stands between two blocks of a document's text."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, ``0 <= start <= end``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"span {self.start}..{self.end} is not a range of offsets")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in PDF points from the page's top left corner as it is displayed, y downwards.

    ``page`` counts from 1.
    """

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number (from 1), its range of the text, its size in points and where its text came from."""

    number: int
    start: int
    end: int
    width: float
    height: float
    source: PageSource


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph-like unit of running text, never split by a column or page end.

    ``level`` is 1-6 for headings, otherwise 0. ``anchor`` is, for a footnote, the offset of the call that refers to
    it where one was found.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    anchor: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a block. ``sentence_id`` counts from 0 in reading order.

    ``block`` indexes :attr:`Document.blocks`; ``section`` is the title of the nearest heading above, ``""`` before
    the first. ``page`` is the page of its first character.
    """

    sentence_id: int
    start: int
    end: int
    page: int
    section: str
    block: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; ``row`` and ``column`` count from 0."""

    row: int
    column: int
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Table:
    """A table found on a page; its words are not part of the running text."""

    page: int
    box: Box
    caption: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Furniture:
    """A running head, page number or stamp: not part of the running text, kept so that nothing is lost."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong without stopping the document; ``page`` is None where it concerns the whole file."""

    message: str
    page: int | None = None


class TextMap(Protocol):
    """Where each character of the text stands. Implementations: PDF, OCR words, none (plain text)."""

    def rectangles(self, start: int, end: int) -> tuple[Box, ...]:
        """The boxes of ``text[start:end]``, one per run of characters on one line, in reading order."""
        ...


@dataclass(frozen=True)
class Document:
    """What the extractors make of one file.

    ``extractor`` names the route taken, e.g. ``pdfium-geometry``, ``pdfium-tags``, ``ocr``, ``markdown``.
    """

    doc_id: str
    sha256: str
    text: str
    pages: tuple[Page, ...]
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    extractor: str
    text_map: TextMap
    tables: tuple[Table, ...] = ()
    problems: tuple[Problem, ...] = ()
    title: str = ""
    language: str = "en"
    furniture: tuple[Furniture, ...] = ()

    def quote(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]

    def sentence_text(self, sentence: Sentence) -> str:
        """The text of a sentence as it stands in the document (line breaks already folded to spaces)."""
        return self.text[sentence.start : sentence.end]

    def rectangles(self, start: int, end: int) -> tuple[Box, ...]:
        """The boxes of ``text[start:end]``; empty for plain text."""
        return self.text_map.rectangles(start, end)

    @property
    def status(self) -> Literal["ok", "partial"]:
        """``partial`` where some page gave no text or something else was lost."""
        return "partial" if self.problems else "ok"


class ExtractionError(Exception):
    """A file that could not be read. ``str()`` is one line that names the file, the page where known, and the cause."""

    def __init__(self, file: str, message: str, page: int | None = None) -> None:
        self.file, self.message, self.page = file, message, page
        where = f"{file}, page {page}" if page is not None else file
        # names of files and what parsers say of them may hold line breaks; this is one line
        super().__init__("".join(c if c.isprintable() else " " for c in f"{where}: {message}"))


def sentence_texts(document: Document) -> Sequence[str]:
    """The texts of all sentences in reading order."""
    return [document.text[s.start : s.end] for s in document.sentences]
