"""Pictures of the pages on which something was found, made in a process of its own.

A PDF is untrusted input: each document is drawn by a child process with a time limit and a memory limit, so that a
file that hangs or breaks PDFium costs its own pictures and nothing else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DRAWING = Path(__file__).with_name("page_drawing.py")
SECONDS_A_PAGE = 5
SECONDS = 60


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
            [sys.executable, "-I", str(DRAWING)],
            input=order.encode(),
            capture_output=True,
            timeout=SECONDS + SECONDS_A_PAGE * len(pages),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {}
    sizes: dict[int, Picture] = {}
    for line in done.stdout.decode("ascii", "replace").splitlines():
        page, name, width, height = line.split("\t")
        sizes[int(page)] = Picture(f"../{folder.name}/{name}", float(width), float(height))
    return sizes
