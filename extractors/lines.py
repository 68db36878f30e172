"""From a page's glyphs to its lines: runs of glyphs on one baseline with no column gap inside."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from extractors.foreign import FloatArray
from extractors.letters import among, expand
from extractors.pdfium import BREAK, NO_FONT, SPACE, Font, Glyphs, TextPage

_SHORT = 24
COLUMN_GAP = 1.6
"""A gap wider than this many line heights ends a line: it is a column gap, a tab stop or a table's."""

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
    calls: list[Call] = field(default_factory=list)
    skips: list[tuple[int, int]] = field(default_factory=list)
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
            calls = [call for call in line.calls if start <= call.start < end]
            result.append(replace(line, start=start, end=end, x0=x0, x1=x1, text=cells.text[start:end], calls=calls))
    return result if places else [line]


NO_CELLS = Cells(np.zeros(0, np.uint32), np.zeros((0, 4), np.float32), np.zeros(0, np.int32), "")


def page_lines(page: TextPage, number: int) -> tuple[Cells, list[Line]]:
    """The lines of an open page in PDFium's order."""
    glyphs = expand(page.glyphs())
    cells, lines = _split(page, glyphs, glyphs.box, number)
    turn = _turn(lines)
    if turn:
        turned = turned_boxes(glyphs.box, turn, glyphs.width, glyphs.height)
        cells, lines = _split(page, glyphs, turned, number)
        cells.turn = turn
        for line in lines:
            line.angle = 0
    return cells, lines


def _turn(lines: list[Line]) -> int:
    """The clockwise turn of most of a page's text, in degrees: 0 for upright pages.

    Turned text falls into lines of one letter, so that a stamp along the edge outnumbers an upright page's lines;
    letters are counted, not lines. Of text on its head, pieces of several letters pass for upright, so less is enough.
    """
    turned = [line for line in lines if line.angle]
    if len(turned) <= 8:
        return 0
    counts: Counter[int] = Counter()
    for line in turned:
        counts[line.angle] += len(line.text)
    angle, most = counts.most_common(1)[0]
    share = most / sum(len(line.text) for line in lines)
    return angle if angle in (90, 180, 270) and share > (0.4 if angle == 180 else 0.6) else 0


def turned_boxes(box: FloatArray, turn: int, width: float, height: float) -> FloatArray:
    """Boxes of text that runs ``turn`` degrees clockwise, as they stand when the page is turned back."""
    x0, top, x1, bottom = box.T
    if turn == 90:
        columns = (top, width - x1, bottom, width - x0)
    elif turn == 180:
        columns = (width - x1, height - bottom, width - x0, height - top)
    else:
        columns = (height - bottom, x0, height - top, x1)
    return np.stack(columns, axis=1)


def _split(page: TextPage, glyphs: Glyphs, box: FloatArray, number: int) -> tuple[Cells, list[Line]]:
    """Part glyphs into lines, where ``box`` says that they stand."""
    code, before = glyphs.code, glyphs.before
    count = len(code)
    if not count:
        return Cells(code, box, glyphs.index, ""), []
    x0, top, x1, bottom = np.ascontiguousarray(box.T)
    height = np.maximum(bottom - top, 1.0)
    gap = x0[1:] - x1[:-1]
    tall = np.maximum(height[1:], height[:-1])
    low = np.minimum(height[1:], height[:-1])
    overlap = np.minimum(bottom[1:], bottom[:-1]) - np.maximum(top[1:], top[:-1])
    split = (before[1:] == BREAK) | (gap > COLUMN_GAP * tall) | (gap < -0.8 * tall) | (overlap < 0.25 * low)
    starts = np.concatenate(([0], np.flatnonzero(split) + 1))
    ends = np.concatenate((starts[1:], [count]))
    spaced = before == SPACE
    spaced[starts] = False
    cells, place = _with_spaces(glyphs, spaced)
    low_x, low_y = np.minimum.reduceat(x0, starts), np.minimum.reduceat(top, starts)
    high_x, high_y = np.maximum.reduceat(x1, starts), np.maximum.reduceat(bottom, starts)
    size = np.add.reduceat(height, starts) / (ends - starts)
    sizes, heights = size.tolist(), height.tolist()
    for at, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if end - start < _SHORT:  # the call of a note weighs heavily in a short line
            sizes[at] = sorted(heights[start:end])[(end - start) // 2]
    lines = []
    firsts = glyphs.index[starts].tolist()
    rows = zip(
        place[starts].tolist(),
        (place[ends - 1] + 1).tolist(),
        low_x.tolist(),
        low_y.tolist(),
        high_x.tolist(),
        high_y.tolist(),
        sizes,
        page.fonts(firsts),
        firsts,
        glyphs.index[ends - 1].tolist(),
        glyphs.hyphen[ends - 1].tolist(),
        strict=True,
    )
    for a, b, left, upper, right, lower, mean, font, first, last, hyphen in rows:
        bold = font.bold and (last == first or page.font(last).bold)
        lines.append(Line(number, a, b, left, upper, right, lower, mean, cells.text[a:b], font, bold, hyphen))
        if b - a <= 2 and font is not NO_FONT:
            lines[-1].angle = page.angle(first)
        elif b - a >= 7 and cells.text[a + 1] == " " and cells.text[a + 3] == " ":
            _close_up(lines[-1], cells)
    _find_calls(cells, lines)
    return cells, lines


def _close_up(line: Line, cells: Cells) -> None:
    """Undo letter-spacing: where letters stand alone, only the blanks that are wider than the others part words."""
    tokens = line.text.split(" ")
    if sum(len(token) == 1 and token.isalpha() for token in tokens) < max(4, 0.8 * len(tokens)):
        return
    blanks = [at for at in range(line.start, line.end) if cells.code[at] == 32]
    widths = [float(cells.box[at, 2] - cells.box[at, 0]) for at in blanks]
    usual = sorted(widths)[len(widths) // 2]
    line.skips = [(at, at + 1) for at, width in zip(blanks, widths, strict=True) if width < 1.7 * usual + 0.5]
    skipped = {at for at, _ in line.skips}
    line.text = "".join(cells.text[at] for at in range(line.start, line.end) if at not in skipped)


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SIGNS = among([*b"0123456789*", 0xA7, 0xB2, 0xB3, 0xB9, 0x2020, 0x2021, *range(0x2070, 0x207A)])


def _find_calls(cells: Cells, lines: list[Line]) -> None:
    """Note raised small digits and signs on their lines."""
    code = cells.code
    signs = np.flatnonzero(_SIGNS.take(code, mode="clip"))
    if not len(signs):
        return
    ends = np.array([line.end for line in lines])
    owner = np.searchsorted(ends, signs, side="right")
    box = cells.box[signs]
    size = np.array([line.size for line in lines])[owner]
    bottom = np.array([line.bottom for line in lines])[owner]
    raised = (box[:, 3] - box[:, 1] < 0.85 * size) & (bottom - box[:, 3] > 0.12 * size)
    raised |= (code[signs] >= 0x2070) | ((code[signs] >= 0xB2) & (code[signs] <= 0xB9))
    found = np.flatnonzero(raised)
    if not len(found):
        return
    places, owners = signs[found], owner[found]
    breaks = np.flatnonzero((np.diff(places) > 1) | (np.diff(owners) > 0)) + 1
    for group, of in zip(np.split(places, breaks), owners[np.concatenate(([0], breaks))].tolist(), strict=True):
        line = lines[of]
        start, end = int(group[0]), int(group[-1]) + 1
        line.calls.append(Call(start, end, cells.text[start:end].translate(_SUPERSCRIPTS)))


def _with_spaces(glyphs: Glyphs, spaced: npt.NDArray[np.bool_]) -> tuple[Cells, npt.NDArray[np.int64]]:
    count = len(glyphs.code)
    place = np.arange(count) + np.cumsum(spaced)
    total = int(place[-1]) + 1
    code = np.full(total, 32, np.uint32)
    index = np.full(total, -1, np.int32)
    box = np.zeros((total, 4), np.float32)
    code[place], index[place] = glyphs.code, glyphs.index
    box.view(np.complex128)[place] = glyphs.box.view(np.complex128)  # a box as one value of 16 bytes is copied faster
    after = np.flatnonzero(spaced)
    at = place[after] - 1
    left, right = glyphs.box[after - 1], glyphs.box[after]
    box[at, 0] = np.minimum(left[:, 2], right[:, 0])
    box[at, 2] = np.maximum(left[:, 2], right[:, 0])
    box[at, 1] = np.maximum(left[:, 1], right[:, 1])
    box[at, 3] = np.minimum(left[:, 3], right[:, 3])
    return Cells(code, box, index, code.tobytes().decode("utf-32-le")), place
