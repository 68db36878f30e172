"""What a caller may choose about extraction, and what a worker process may use up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VERSION = "extraction-4"
"""Changes whenever the same bytes may give a different :class:`~extractors.document.Document`: part of cache keys."""

OcrChoice = Literal["auto", "never", "always"]


@dataclass(frozen=True, slots=True)
class ExtractOptions:
    """Choices that change the result, hence part of its cache key.

    Parameters
    ----------
    ignore_tags
        Force structure from geometry, also where a PDF carries sane structure tags.
    tables
        Look for tables on pages with ruling lines and read their cells.
    ocr
        ``auto`` reads pages without a usable text layer where the ``[ocr]`` extra is installed; ``never`` leaves
        them empty; ``always`` reads every page from its picture.
    ocr_language
        Tesseract's name of the language, e.g. ``eng``.
    max_pages
        Pages beyond this number are not read, and the document says so.
    max_megabytes
        Larger files are refused.
    """

    ignore_tags: bool = False
    tables: bool = True
    ocr: OcrChoice = "auto"
    ocr_language: str = "eng"
    max_pages: int = 5000
    max_megabytes: int = 500


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may use: wall-clock seconds, resident memory, and seconds granted anew for each OCR page."""

    seconds: float = 180.0
    memory_megabytes: int = 1500
    ocr_page_seconds: float = 90.0
