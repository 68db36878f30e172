"""Page trees that run in a circle: PDFium then announces pages that are the same ones again and again."""

from __future__ import annotations

import io
from collections.abc import Sequence

from extractors.lines import Cells

_FEWEST_REPEATS = 3


def repeated_pages(pages: Sequence[Cells]) -> list[int]:
    """Indices of pages that show exactly what an earlier page shows, in the same places.

    Empty where fewer than three do: two title pages may well be the same.
    """
    seen: set[tuple[str, bytes]] = set()
    repeats: list[int] = []
    for index, cells in enumerate(pages):
        if not len(cells.code):
            continue
        shown = (cells.text, cells.box[:50].tobytes())
        if shown in seen:
            repeats.append(index)
        seen.add(shown)
    return repeats if len(repeats) >= _FEWEST_REPEATS else []


def is_cyclic(data: bytes) -> bool:
    """Whether a node of the page tree is among its own descendants. False where qpdf cannot read the file."""
    import pikepdf  # noqa: PLC0415  (needed for few documents)

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            len(pdf.pages)
    except pikepdf.PdfError as error:
        return "loop detected" in str(error).lower()
    return False
