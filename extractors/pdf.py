"""PDF to Document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractors.assembly import PageFrame, assemble
from extractors.document import Document, ExtractionError, Problem
from extractors.language import guess_language
from extractors.layout import arrange
from extractors.lines import Cells, Line, page_lines
from extractors.options import ExtractOptions
from extractors.pdfium import TextPage
from extractors.rules import NO_RULES, Rules, page_rules
from extractors.tagged import TaggedLines, page_tags

_ERRORS = {
    pdfium_c.FPDF_ERR_PASSWORD: "encrypted; the empty password does not open it",
    pdfium_c.FPDF_ERR_FORMAT: "not a PDF, or damaged beyond repair (truncated?)",
    pdfium_c.FPDF_ERR_SECURITY: "encrypted with an unknown scheme",
}
_NO_TEXT = "page {} has no text layer; install halfloop[ocr]"


def open_pdf(data: bytes, file: str) -> Any:
    """Open a PDF from memory, trying the empty password. Raises ExtractionError."""
    try:
        return pdfium.PdfDocument(data, password="")
    except pdfium.PdfiumError as error:
        reason = _ERRORS.get(getattr(error, "err_code", None) or 0, "PDFium cannot open it")
        raise ExtractionError(file, reason) from error


def extract_pdf(data: bytes, path: Path, doc_id: str, digest: str, options: ExtractOptions) -> Document:
    """Read a PDF. Raises ExtractionError where no page gave text."""
    pdf = open_pdf(data, path.name)
    try:
        return _read(pdf, path, doc_id, digest, options)
    finally:
        pdf.close()


def _read(pdf: Any, path: Path, doc_id: str, digest: str, options: ExtractOptions) -> Document:
    problems: list[Problem] = []
    count = len(pdf)
    if count == 0:
        raise ExtractionError(path.name, "has no pages (truncated?)")
    if count > options.max_pages:
        problems.append(Problem(f"{count} pages; only the first {options.max_pages} were read (max_pages)"))
        count = options.max_pages
    frames: list[PageFrame] = []
    lines: list[list[Line]] = []
    rules: list[Rules] = []
    tags: list[TaggedLines | None] = []
    tagged = not options.ignore_tags and bool(pdfium_c.FPDFCatalog_IsTagged(pdf.raw))
    for index in range(count):
        number = index + 1
        try:
            with TextPage(pdf.raw, index) as page:
                cells, found = page_lines(page, number)
                frames.append(PageFrame(number, page.width, page.height, cells))
                lines.append(found)
                rules.append(page_rules(page))
                tags.append(page_tags(page, frames[-1]) if tagged and found else None)
                if not found:
                    frames[-1].source = "none"
        except ValueError as error:
            problems.append(Problem(str(error), number))
            frames.append(PageFrame(number, 0.0, 0.0, _no_cells(), "none"))
            lines.append([])
            rules.append(NO_RULES)
            tags.append(None)
    for frame in frames:
        if frame.source == "none":
            problems.append(Problem(_NO_TEXT.format(frame.number), frame.number))
    if not any(lines):
        raise ExtractionError(
            path.name, _NO_TEXT.format(1) if count == 1 else "no page has a text layer; install halfloop[ocr]"
        )
    words = frozenset(" ".join([line.text for page in lines for line in page]).lower().split())
    layout = arrange(frames, lines, rules, tags)
    done = assemble(frames, layout.blocks, words)
    title = (pdf.get_metadata_dict().get("Title") or "").strip()
    return Document(
        doc_id=doc_id,
        sha256=digest,
        text=done.text,
        pages=done.pages,
        blocks=done.blocks,
        sentences=done.sentences,
        extractor="pdfium-tags" if layout.tagged > count / 2 else "pdfium-geometry",
        text_map=done.text_map,
        problems=tuple(problems),
        title=title,
        language=guess_language(done.text),
    )


def _no_cells() -> Cells:
    import numpy as np  # noqa: PLC0415

    return Cells(np.zeros(0, np.uint32), np.zeros((0, 4), np.float32), np.zeros(0, np.int32), "")
