"""The text map on real documents: the characters in a span's rectangles are the span's characters."""

import random
import re
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from extractors import Document, ExtractOptions, extract

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FILES = sorted(CORPUS.glob("*.pdf"), key=lambda path: path.stat().st_size)[:8]

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FILES, reason="the real corpus is not there (../shared/corpus)"),
]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_characters_in_the_rectangles_are_those_of_the_span(path: Path) -> None:
    document = extract(path, "d", ExtractOptions(tables=False, ocr="never")) if _has_text(path) else None
    if document is None:
        pytest.skip("no text layer")
    pages = pdfium.PdfDocument(path)
    chooser = random.Random(7)
    wrong = tried = 0
    words = [match.span() for match in re.finditer(r"\w{4,}(?: \w+){0,12}", document.text)]
    for start, end in chooser.sample(words, min(150, len(words))):
        tried += 1
        wrong += squeezed(_in_rectangles(pages, document, start, end)) != squeezed(document.text[start:end])
    assert tried > 20
    assert wrong <= 0.02 * tried


def _has_text(path: Path) -> bool:
    pdf = pdfium.PdfDocument(path)
    return any(page.get_textpage().count_chars() > 20 for page in pdf)


def _in_rectangles(pages: pdfium.PdfDocument, document: Document, start: int, end: int) -> str:
    """Text whose glyphs' middles lie in the span's rectangles, by PDFium's own boxes."""
    found = []
    for box in document.rectangles(start, end):
        page = pages[box.page - 1]
        text_page = page.get_textpage()
        left, _, _, top = page.get_bbox()
        if page.get_rotation() != 0:
            pytest.skip("PDFium's bounded text is in the turned page's own space")
        middle = (box.top + box.bottom) / 2
        found.append(
            text_page.get_text_bounded(
                left + box.x0 + 0.3,
                top - middle - 0.1 * (box.bottom - box.top),
                left + box.x1 - 0.3,
                top - middle + 0.1 * (box.bottom - box.top),
            )
        )
    return "".join(found)
