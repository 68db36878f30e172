"""PDF to Document."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractors.assembly import PageFrame, assemble
from extractors.document import Document, ExtractionError, Furniture, Problem, Table
from extractors.language import guess_language
from extractors.layout import arrange
from extractors.lines import NO_CELLS, Line
from extractors.metadata import document_title
from extractors.ocr import OcrPage, OcrReader, is_rubbish
from extractors.options import ExtractOptions
from extractors.pagelines import page_lines
from extractors.pagetree import is_cyclic, repeated_pages
from extractors.pdfium import TextPage
from extractors.rules import NO_RULES, Rules, page_rules, picture_share
from extractors.tagged import TaggedLines, page_tags

_ERRORS = {
    pdfium_c.FPDF_ERR_PASSWORD: "encrypted; the empty password does not open it",
    pdfium_c.FPDF_ERR_FORMAT: "not a PDF, or damaged beyond repair (truncated?)",
    pdfium_c.FPDF_ERR_SECURITY: "encrypted with an unknown scheme",
}


def open_pdf(data: bytes, file: str) -> Any:
    """Open a PDF from memory, trying the empty password. Raises ExtractionError."""
    try:
        return pdfium.PdfDocument(data, password="")
    except pdfium.PdfiumError as error:
        reason = _ERRORS.get(getattr(error, "err_code", None) or 0, "PDFium cannot open it")
        raise ExtractionError(file, reason) from error


def extract_pdf(
    data: bytes,
    path: Path,
    doc_id: str,
    digest: str,
    *,
    options: ExtractOptions,
    on_ocr_page: Callable[[int], None] | None = None,
) -> Document:
    """Read a PDF. Raises ExtractionError where no page gave text."""
    pdf = open_pdf(data, path.name)
    try:
        with _rarely_collected():
            return _Reader(pdf, path.name, options, on_ocr_page).document(data, doc_id, digest)
    finally:
        pdf.close()


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Look for reference cycles rarely: lines have none, and going through them takes a tenth of the time.

    The lines should be gone before this ends, since the next object that is made sets off the search.
    """
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class _Reader:
    """Goes through the pages once, then puts the document together."""

    def __init__(self, pdf: Any, file: str, options: ExtractOptions, on_ocr_page: Callable[[int], None] | None) -> None:
        self._pdf, self._file, self._options, self._on_ocr_page = pdf, file, options, on_ocr_page
        self._problems: list[Problem] = []
        self._frames: list[PageFrame] = []
        self._lines: list[list[Line]] = []
        self._rules: list[Rules] = []
        self._tags: list[TaggedLines | None] = []
        self._open: TextPage | None = None
        self._ocr: OcrReader | None = None
        self._ocr_missing = ""

    def _read(self, data: bytes) -> None:
        """Read all pages of the PDF whose bytes these are."""
        count = len(self._pdf)
        if count == 0:
            raise ExtractionError(self._file, "has no pages (truncated?)")
        if count > self._options.max_pages:
            most = self._options.max_pages
            self._problems.append(Problem(f"{count} pages; only the first {most} were read (max_pages)"))
            count = most
        tagged = not self._options.ignore_tags and bool(pdfium_c.FPDFCatalog_IsTagged(self._pdf.raw))
        try:
            for index in range(count):
                self._page(index, tagged)
        finally:
            self._turn_to(None)
            if self._ocr is not None:
                self._ocr.close()
        repeats = repeated_pages([frame.cells for frame in self._frames])
        if repeats and is_cyclic(data):
            for index in repeats:
                self._frames[index].source, self._lines[index], self._tags[index] = "none", [], None
            message = f"the page tree runs in a circle: of {count} pages, {len(repeats)} are the same ones again"
            self._problems.append(Problem(message))
        if not any(self._lines):
            last = self._problems[-1] if self._problems else Problem("holds no text")
            if count == 1:
                raise ExtractionError(self._file, last.message, last.page)
            raise ExtractionError(self._file, f"none of its {count} pages gave text; the last: {last.message}")

    def _turn_to(self, page: TextPage | None) -> None:
        """Close the page before only now: PDFium forgets fonts that no open page has, and most come back."""
        if self._open is not None:
            self._open.close()
        self._open = page

    def _page(self, index: int, tagged: bool) -> None:
        number = index + 1
        try:
            page = TextPage(self._pdf.raw, index, self._open)
            self._turn_to(page)
            cells, lines = page_lines(page, number)
            frame = PageFrame(number, page.width, page.height, cells)
            if cells.turn in (90, 270):
                frame.width, frame.height = page.height, page.width
            rules = page_rules(page) if not cells.turn else NO_RULES
            tags = page_tags(page, frame, lines) if tagged and lines else None
            scan = self._options.ocr == "always" or not lines or _is_scan(page, lines)
        except ValueError as error:
            self._problems.append(Problem(str(error), number))
            frame, lines, rules, tags, scan = PageFrame(number, 0.0, 0.0, NO_CELLS, "none"), [], NO_RULES, None, False
        if scan:
            read = self._read_picture(index, bool(lines))
            if read is not None:
                frame.cells, frame.source, lines, tags = read.cells, "ocr", read.lines, None
        if not lines:
            frame.source = "none"
        self._frames.append(frame)
        self._lines.append(lines)
        self._rules.append(rules)
        self._tags.append(tags)

    def _read_picture(self, index: int, has_text: bool) -> OcrPage | None:
        """OCR of a page that needs it; a problem is noted where it cannot be had."""
        number = index + 1
        try:
            page = self._pdf[index]
        except pdfium.PdfiumError:
            return None  # noted as unreadable when its text was asked for
        try:
            if not has_text and _is_blank(page):
                return None
            if self._options.ocr == "never" or not self._ocr_ready():
                what = "has no usable text layer" if has_text else "has no text layer"
                self._problems.append(Problem(f"{what}; {self._ocr_missing or 'OCR is off'}", number))
                return None
            if self._on_ocr_page is not None:
                self._on_ocr_page(number)
            assert self._ocr is not None
            read = self._ocr.read(page, number)
        except (pdfium.PdfiumError, ValueError, RuntimeError, MemoryError) as error:
            self._problems.append(Problem(f"its picture cannot be read ({error or type(error).__name__})", number))
            return None
        finally:
            page.close()
        if read.lines and read.confidence < _DOUBTFUL:
            self._problems.append(Problem(f"OCR is only {read.confidence:.0f}% sure of its words", number))
        return read if read.lines else None

    def _ocr_ready(self) -> bool:
        if self._ocr is None and not self._ocr_missing:
            try:
                self._ocr = OcrReader(self._options.ocr_language)
            except ValueError as error:
                self._ocr_missing = str(error).removeprefix("OCR is not installed; ")
        return self._ocr is not None

    def document(self, data: bytes, doc_id: str, digest: str) -> Document:
        """Read the PDF whose bytes these are. Raises ExtractionError where no page gave text."""
        self._read(data)
        layout = arrange(self._frames, self._lines, self._rules, self._tags)
        done = assemble(self._frames, layout.blocks, self._words())
        tables: tuple[Table, ...] = ()
        if self._options.tables and layout.tables:
            from extractors.tables import read_tables  # noqa: PLC0415  (pdfplumber takes long to import)

            tables = read_tables(self._pdf.raw, layout.tables, self._frames, self._lines, layout.blocks)
        return Document(
            doc_id=doc_id,
            sha256=digest,
            text=done.text,
            pages=done.pages,
            blocks=done.blocks,
            sentences=done.sentences,
            extractor=self._route(layout.tagged),
            text_map=done.text_map,
            tables=tables,
            problems=tuple(self._problems),
            title=document_title(self._pdf, done.text, done.blocks),
            language=guess_language(done.text),  # what the file states is often the default of its maker's program
            furniture=tuple(
                Furniture(line.text, self._frames[line.page - 1].displayed_box(line)) for line in layout.furniture
            ),
        )

    def _words(self) -> frozenset[str]:
        """The document's words in lower case."""
        return frozenset(" ".join([line.text for page in self._lines for line in page]).lower().split())

    def _route(self, tagged: int) -> str:
        read = sum(frame.source == "text_layer" for frame in self._frames)
        seen = sum(frame.source == "ocr" for frame in self._frames)
        if not read:
            return "ocr"
        return ("pdfium-tags" if tagged > read / 2 else "pdfium-geometry") + ("+ocr" if seen else "")


_DOUBTFUL = 60.0
_FEW = 60
_GLANCE = 4_000_000
"""Pixels of the picture in which blank pages are told from others, whatever size a page says it has."""


def _is_scan(page: TextPage, lines: list[Line]) -> bool:
    """Whether a page's text layer is rubbish, or only a number or stamp on a picture of the page."""
    if sum(len(line.text) for line in lines) < _FEW:
        return picture_share(page) > 0.6
    return is_rubbish(" ".join(line.text for line in lines))


def _is_blank(page: Any) -> bool:
    """Whether nothing is to be seen on a page: reports are full of empty backs."""
    if not pdfium_c.FPDFPage_CountObjects(page.raw) and not pdfium_c.FPDFPage_GetAnnotCount(page.raw):
        return True
    width, height = page.get_size()
    scale = min(0.3, (_GLANCE / max(width * height, 1.0)) ** 0.5)
    picture = page.render(scale=scale, grayscale=True).to_numpy()
    return int(picture.max()) - int(picture.min()) < 16
