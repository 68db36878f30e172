"""One way in for every kind of file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from extractors.document import Document, ExtractionError
from extractors.options import ExtractOptions

_PDF_HEAD = 1024
_KINDS = {
    ".pdf": "pdf",
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}


def extract(
    path: Path,
    doc_id: str,
    options: ExtractOptions | None = None,
    on_ocr_page: Callable[[int], None] | None = None,
) -> Document:
    """Read one file.

    Parameters
    ----------
    path
        A PDF, plain text, Markdown or HTML file; what it is is decided by its first bytes where they are clear, by its
        ending otherwise.
    doc_id
        The document's name in its corpus.
    on_ocr_page
        Called with a page's number before it is read from its picture, which takes seconds.

    Raises
    ------
    ExtractionError
        The file cannot be read at all. A page that cannot be read is a problem of the document instead.

    Notes
    -----
    PDFium crashes and grows on hostile files: use :func:`extractors.isolated.extract_isolated` for files of others.
    """
    options = options or ExtractOptions()
    data = _read(path, options)
    digest = hashlib.sha256(data).hexdigest()
    kind = _kind(path, data)
    if kind == "pdf":
        from extractors.pdf import extract_pdf  # noqa: PLC0415  (PDFium is loaded only when needed)

        return extract_pdf(data, path, doc_id, digest, options=options, on_ocr_page=on_ocr_page)
    from extractors.plain import extract_markup  # noqa: PLC0415

    return extract_markup(data, path.name, doc_id, digest, kind)


def _read(path: Path, options: ExtractOptions) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ExtractionError(path.name, "is not a file")
        if size == 0:
            raise ExtractionError(path.name, "the file is empty (0 bytes)")
        if size > options.max_megabytes * 1_000_000:
            raise ExtractionError(
                path.name, f"{size // 1_000_000} MB, more than the limit of {options.max_megabytes} MB (max_megabytes)"
            )
        return path.read_bytes()
    except OSError as error:
        raise ExtractionError(path.name, f"cannot be read: {error.strerror or error}") from error


def _kind(path: Path, data: bytes) -> str:
    head = data[:_PDF_HEAD]
    if b"%PDF-" in head:
        return "pdf"
    kind = _KINDS.get(path.suffix.lower())
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    looks_html = start.startswith((b"<!doctype html", b"<html", b"<?xml")) and b"<html" in data[:4096].lower()
    if kind == "pdf":
        what = "it is an HTML page saved as .pdf" if looks_html or start.startswith(b"<") else "its header is missing"
        raise ExtractionError(path.name, f"not a PDF: {what}")
    if looks_html:
        return "html"
    if kind is None:
        raise ExtractionError(
            path.name, f"kind of file not known: {path.suffix or 'no ending'} (read: {', '.join(_KINDS)})"
        )
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ExtractionError(path.name, "binary data, not text")
    return kind
