"""From a page's glyphs to its lines: runs of glyphs on one baseline with no column gap inside."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from extractors.foreign import FloatArray
from extractors.letters import among, expand
from extractors.lines import Call, Cells, Line
from extractors.pdfium import BREAK, NO_FONT, SPACE, Font, Glyphs, TextPage

_SHORT = 24
COLUMN_GAP = 1.6
"""A gap wider than this many line heights ends a line: it is a column gap, a tab stop or a table's."""

Places = npt.NDArray[np.int64]


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
    count = len(glyphs.code)
    if not count:
        return Cells(glyphs.code, box, glyphs.index, ""), []
    x0, top, x1, bottom = np.ascontiguousarray(box.T)
    height = np.maximum(bottom - top, 1.0)
    starts = _starts(glyphs.before, (x0, top, x1, bottom), height)
    ends = np.concatenate((starts[1:], [count]))
    spaced = glyphs.before == SPACE
    spaced[starts] = False
    cells, place = _with_spaces(glyphs, spaced)
    lows = np.maximum.reduceat(bottom, starts)
    sizes = _sizes(height, starts, ends)
    stops = place[ends - 1] + 1
    firsts, lasts = glyphs.index[starts].tolist(), glyphs.index[ends - 1].tolist()
    fonts = page.fonts(firsts)
    text = cells.text
    rows = zip(
        place[starts].tolist(),
        stops.tolist(),
        np.minimum.reduceat(x0, starts).tolist(),
        np.minimum.reduceat(top, starts).tolist(),
        np.maximum.reduceat(x1, starts).tolist(),
        lows.tolist(),
        sizes,
        fonts,
        _bold(page, fonts, firsts, lasts),
        firsts,
        glyphs.hyphen[ends - 1].tolist(),
        strict=True,
    )
    lines = []
    for a, b, left, upper, right, lower, size, font, bold, first, hyphen in rows:
        line = Line(number, a, b, left, upper, right, lower, size, text[a:b], font, bold, hyphen)
        if b - a <= 2 and font is not NO_FONT:
            line.angle = page.angle(first)
        elif b - a >= 7 and text[a + 1] == " " and text[a + 3] == " ":
            _close_up(line, cells)
        lines.append(line)
    _find_calls(cells, lines, stops, np.array(sizes), lows)
    return cells, lines


def _starts(before: npt.NDArray[np.uint8], columns: tuple[FloatArray, ...], height: FloatArray) -> Places:
    """The glyphs with which lines begin."""
    x0, top, x1, bottom = columns
    gap = x0[1:] - x1[:-1]
    tall = np.maximum(height[1:], height[:-1])
    low = np.minimum(height[1:], height[:-1])
    overlap = np.minimum(bottom[1:], bottom[:-1]) - np.maximum(top[1:], top[:-1])
    split = (before[1:] == BREAK) | (gap > COLUMN_GAP * tall) | (gap < -0.8 * tall) | (overlap < 0.25 * low)
    return np.concatenate(([0], np.flatnonzero(split) + 1))


def _sizes(height: FloatArray, starts: Places, ends: Places) -> list[float]:
    """The height of each line's print: the mean, in short lines the median, where the call of a note weighs heavily."""
    lengths = ends - starts
    sizes: list[float] = (np.add.reduceat(height, starts) / lengths).tolist()
    for at in np.flatnonzero(lengths < _SHORT).tolist():
        inside = height[starts[at] : ends[at]].tolist()
        sizes[at] = sorted(inside)[len(inside) // 2]
    return sizes


def _bold(page: TextPage, fonts: list[Font], firsts: list[int], lasts: list[int]) -> list[bool]:
    """Whether the first and the last character of each line are bold."""
    doubtful = [last for font, first, last in zip(fonts, firsts, lasts, strict=True) if font.bold and last != first]
    if not doubtful:
        return [font.bold for font in fonts]
    found = iter(page.fonts(doubtful))
    return [
        font.bold and (last == first or next(found).bold)
        for font, first, last in zip(fonts, firsts, lasts, strict=True)
    ]


def _close_up(line: Line, cells: Cells) -> None:
    """Undo letter-spacing: where letters stand alone, only the blanks that are wider than the others part words."""
    tokens = line.text.split(" ")
    if sum(len(token) == 1 and token.isalpha() for token in tokens) < max(4, 0.8 * len(tokens)):
        return
    blanks = [at for at in range(line.start, line.end) if cells.code[at] == 32]
    widths = [float(cells.box[at, 2] - cells.box[at, 0]) for at in blanks]
    usual = sorted(widths)[len(widths) // 2]
    line.skips = tuple((at, at + 1) for at, width in zip(blanks, widths, strict=True) if width < 1.7 * usual + 0.5)
    skipped = {at for at, _ in line.skips}
    line.text = "".join(cells.text[at] for at in range(line.start, line.end) if at not in skipped)


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SIGNS = among([*b"0123456789*", 0xA7, 0xB2, 0xB3, 0xB9, 0x2020, 0x2021, *range(0x2070, 0x207A)])


def _find_calls(
    cells: Cells, lines: list[Line], ends: Places, sizes: npt.NDArray[np.float64], bottoms: FloatArray
) -> None:
    """Note raised small digits and signs on their lines, of which ends, sizes and bottoms are given."""
    signs = np.flatnonzero(_SIGNS.take(cells.code, mode="clip"))
    if not len(signs):
        return
    owner = np.searchsorted(ends, signs, side="right")
    code, box, size = cells.code[signs], cells.box[signs], sizes[owner]
    raised = (box[:, 3] - box[:, 1] < 0.85 * size) & (bottoms[owner].astype(np.float64) - box[:, 3] > 0.12 * size)
    raised |= (code >= 0x2070) | ((code >= 0xB2) & (code <= 0xB9))
    found = np.flatnonzero(raised)
    if not len(found):
        return
    places, owners = signs[found], owner[found]
    breaks = np.flatnonzero((np.diff(places) > 1) | (np.diff(owners) > 0)) + 1
    for group, of in zip(np.split(places, breaks), owners[np.concatenate(([0], breaks))].tolist(), strict=True):
        start, end = int(group[0]), int(group[-1]) + 1
        lines[of].calls += (Call(start, end, cells.text[start:end].translate(_SUPERSCRIPTS)),)


def _with_spaces(glyphs: Glyphs, spaced: npt.NDArray[np.bool_]) -> tuple[Cells, Places]:
    """A page's cells, with a space before each glyph that ``spaced`` marks, and the cell of each glyph."""
    after = np.flatnonzero(spaced)
    blank = after + np.arange(len(after))
    seen = np.ones(len(glyphs.code) + len(after), bool)
    seen[blank] = False
    place = np.flatnonzero(seen)
    code = np.full(len(seen), 32, np.uint32)
    index = np.full(len(seen), -1, np.int32)
    box = np.empty((len(seen), 4), np.float32)
    code[place], index[place] = glyphs.code, glyphs.index
    rows = np.ascontiguousarray(glyphs.box)
    whole = box.view(np.complex128)[:, 0]  # a box as one value of 16 bytes is copied faster
    whole[place] = rows.view(np.complex128)[:, 0]
    one, other = rows.take(after - 1, axis=0), rows.take(after, axis=0)
    between = np.minimum(one, other)  # as high as what both glyphs share
    between[:, 1] = np.maximum(one[:, 1], other[:, 1])
    between[:, 0] = np.minimum(one[:, 2], other[:, 0])
    between[:, 2] = np.maximum(one[:, 2], other[:, 0])
    whole[blank] = between.view(np.complex128)[:, 0]
    return Cells(code, box, index, code.tobytes().decode("utf-32-le")), place
