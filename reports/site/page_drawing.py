"""Draws pages of a PDF; run as a script of its own by :mod:`reports.site.pictures`.

It imports nothing of the project, so that it starts at once.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH = 820
"""Pixels across; enough to read 9-point type on a page that fills a third of a wide screen."""
GREYS = 8
"""Text stays crisp in eight greys at half the bytes of a JPEG; pages over ``LARGEST`` bytes (photos) become JPEG."""
LARGEST = 160_000
QUALITY = 35
MEMORY = 3 * 2**30


def _draw(pdf: str, pages: Sequence[int], folder: str, stem: str) -> None:
    """Draw the pages; one line on standard output for each: number, file name, width and height in points."""
    document = pypdfium2.PdfDocument(pdf)
    for number in pages:
        try:
            page = document[number - 1]
            width, height = page.get_size()
            scale = WIDTH / width
            if scale * height > 6 * WIDTH:
                continue
            name = _save(
                page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil(), Path(folder), stem, number
            )
            page.close()
        except (pypdfium2.PdfiumError, IndexError, OSError, ValueError):
            continue
        sys.stdout.write(f"{number}\t{name}\t{width:.2f}\t{height:.2f}\n")


def _save(picture: Image, folder: Path, stem: str, number: int) -> str:
    """Write one grey picture; its file name."""
    step = 255 / (GREYS - 1)
    few = picture.point([round(value / step) for value in range(256)])
    few.putpalette([round(step * grey) for grey in range(GREYS) for _ in "rgb"])
    out = io.BytesIO()
    few.save(out, "PNG", bits=4, compress_level=6)
    name = f"{stem}-{number}.png"
    if out.tell() > LARGEST:
        name, out = f"{stem}-{number}.jpg", io.BytesIO()
        picture.save(out, "JPEG", quality=QUALITY)
    (folder / name).write_bytes(out.getvalue())
    return name


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _draw(*json.loads(sys.stdin.read()))
