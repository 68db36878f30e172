"""Pictures of the pages on which something was found, made in a process of its own.

A PDF is untrusted input: each document is drawn by a child process with a time limit and a memory limit, so that a
file that hangs or breaks PDFium costs its own pictures and nothing else.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH = 820
"""Pixels across; enough to read 9-point type on a page that fills a third of a wide screen."""
GREYS = 8
"""Text stays crisp in eight greys at half the bytes of a JPEG; pages over ``LARGEST`` bytes (photos) become JPEG."""
LARGEST = 160_000
QUALITY = 35
SECONDS_A_PAGE = 5
SECONDS = 60
MEMORY = 3 * 2**30


@dataclass(frozen=True, slots=True)
class Picture:
    """A page's picture: its address from ``documents/`` and the page's size in points."""

    href: str
    width: float
    height: float


def draw_pages(pdf: Path, pages: Sequence[int], folder: Path, stem: str) -> Mapping[int, Picture]:
    """Draw some pages of a PDF as grey pictures ``folder/stem-PAGE``; the pages that could be drawn.

    ``pages`` count from 1.
    """
    if not pages:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    order = json.dumps([str(pdf), list(pages), str(folder), stem])
    try:
        done = subprocess.run(
            [sys.executable, "-m", "reports.site.pictures"],
            input=order.encode(),
            capture_output=True,
            timeout=SECONDS + SECONDS_A_PAGE * len(pages),
            check=False,
            cwd=Path(__file__).resolve().parents[2],
        )
    except subprocess.TimeoutExpired:
        return {}
    sizes: dict[int, Picture] = {}
    for line in done.stdout.decode("ascii", "replace").splitlines():
        page, name, width, height = line.split("\t")
        sizes[int(page)] = Picture(f"../{folder.name}/{name}", float(width), float(height))
    return sizes


def _draw(pdf: str, pages: Sequence[int], folder: str, stem: str) -> None:
    """The child's work: one line on standard output for each page drawn."""
    import pypdfium2  # noqa: PLC0415

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
