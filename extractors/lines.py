"""A page's lines and the characters they are made of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from extractors.foreign import FloatArray
from extractors.pdfium import Font

MARKER = re.compile(
    r"(?:[•●○▪■□◦‣⁃∙·❑➢✓❖►*–—-]|o|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,6})[.)]|\d{1,3}(?:\.\d{1,3}){1,4}\.?|\d{1,3})$"
)
"""A bullet or number that stands alone in front of a paragraph."""


@dataclass(frozen=True, slots=True)
class Call:
    """A raised number or sign, which may call a footnote: its range of the page's cells."""

    start: int
    end: int
    label: str


@dataclass(slots=True)
class Line:
    """A piece of a line of print. ``start`` and ``end`` are a range of the page's :class:`Cells`.

    ``middle`` is the vertical middle; ``skips`` are ranges of cells inside it that are not part of the text;
    ``glue`` stands between it and the next line of its block.
    """

    page: int
    start: int
    end: int
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    text: str
    font: Font
    bold: bool
    hyphen: bool
    angle: int = 0
    calls: tuple[Call, ...] = ()
    skips: tuple[tuple[int, int], ...] = ()
    glue: str = " "
    middle: float = field(init=False)

    def __post_init__(self) -> None:
        self.middle = (self.top + self.bottom) / 2


@dataclass(slots=True)
class Cells:
    """A page's characters with the spaces between words as characters of their own.

    ``code`` code points, shape (n,); ``box`` x0, top, x1, bottom, shape (n, 4); ``text`` the same as a string;
    ``index`` PDFium's character index, -1 for a space. ``turn`` is how far, clockwise in degrees, a page's text is
    turned on it: then lines stand as on the page turned back, while ``box`` stays as displayed.
    """

    code: npt.NDArray[np.uint32]
    box: FloatArray
    index: npt.NDArray[np.int32]
    text: str
    turn: int = 0


def part_line(line: Line, cells: Cells, edges: list[float], least: float = 0.0) -> list[Line]:
    """Part a line at blanks that lie on vertical edges and are at least so wide; else give the line itself."""
    if not edges or line.skips or cells.turn:
        return [line]
    box = cells.box[line.start : line.end]
    wide = (cells.code[line.start : line.end] == 32) & (box[:, 2] - box[:, 0] >= least)
    places = {
        line.start + int(place)
        for x in edges
        for place in np.flatnonzero(wide & (box[:, 0] <= x + 1.5) & (box[:, 2] >= x - 1.5))[:1]
    }
    result = []
    bounds = sorted(places)
    for start, end in zip([line.start, *(place + 1 for place in bounds)], [*bounds, line.end], strict=True):
        if start < end:
            x0, x1 = float(cells.box[start, 0]), float(cells.box[end - 1, 2])
            calls = tuple(call for call in line.calls if start <= call.start < end)
            result.append(replace(line, start=start, end=end, x0=x0, x1=x1, text=cells.text[start:end], calls=calls))
    return result if places else [line]


NO_CELLS = Cells(np.zeros(0, np.uint32), np.zeros((0, 4), np.float32), np.zeros(0, np.int32), "")
