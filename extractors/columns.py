"""Reading order of the lines of a page: columns first down, then across.

A gutter is a vertical strip that few lines cross while many stand on either side. Lines that cross it part the page
into zones; in each zone the left side is read before the right one. Everything else is read from top to bottom.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from statistics import median

from extractors.lines import Cells, Line, part_line

_LEAST_LINES = 4
_LEAST_SHARE = 0.18
_DEPTH = 4


@dataclass(slots=True)
class Flow:
    """Lines that are read one below the other, and the left and right edge of their column."""

    lines: list[Line]
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Gutter:
    """A gutter, and the ones inside the parts left and right of it."""

    x: float
    left: Gutter | None
    right: Gutter | None


def read_order(lines: list[Line], cells: Cells) -> list[Flow]:
    """The lines of a page (without furniture, notes and tables) as flows in reading order."""
    if not lines:
        return []
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    gutter = _gutters(lines, x0, x1, _DEPTH)
    if gutter is None:
        return [Flow(_rows(lines), x0, x1)]
    edges = _positions(gutter)
    parted: list[Line] = []
    for line in lines:
        crossed = [x for x in edges if line.x0 + 1 < x < line.x1 - 1]
        parted.extend(part_line(line, cells, crossed, 4.0) if crossed else [line])
    return _zones(parted, x0, x1, gutter)


def _gutters(lines: list[Line], x0: float, x1: float, depth: int) -> Gutter | None:
    x = _gutter(lines, x0, x1) if depth and len(lines) >= 2 * _LEAST_LINES else None
    if x is None:
        return None
    left = [line for line in lines if line.x1 <= x + 1]
    right = [line for line in lines if line.x0 >= x - 1]
    return Gutter(x, _gutters(left, x0, x, depth - 1), _gutters(right, x, x1, depth - 1))


def _positions(gutter: Gutter | None) -> list[float]:
    return [*_positions(gutter.left), gutter.x, *_positions(gutter.right)] if gutter else []


def _zones(lines: list[Line], x0: float, x1: float, gutter: Gutter | None) -> list[Flow]:
    if gutter is None:
        return [Flow(_rows(lines), x0, x1)]
    left = [line for line in lines if line.x1 <= gutter.x + 1]
    right = [line for line in lines if line.x0 >= gutter.x - 1 and line.x1 > gutter.x + 1]
    aside = {id(line) for line in left} | {id(line) for line in right}
    across = _rows([line for line in lines if id(line) not in aside])
    left_edge = max((line.x1 for line in left), default=gutter.x)
    right_edge = min((line.x0 for line in right), default=gutter.x)
    result: list[Flow] = []
    upper = -1e9
    for line in [*across, None]:
        lower = line.middle if line else 1e9
        for side, a, b, inner in ((left, x0, left_edge, gutter.left), (right, right_edge, x1, gutter.right)):
            zone = [item for item in side if upper <= item.middle < lower]
            if zone:
                result.extend(_zones(zone, a, b, inner))
        if line:
            if result and result[-1].lines and result[-1].lines[-1] in across:
                result[-1].lines.append(line)
            else:
                result.append(Flow([line], x0, x1))
            upper = line.middle
    return result


def _gutter(lines: list[Line], x0: float, x1: float) -> float | None:
    """The x of the best gutter, or None."""
    wide = x1 - x0
    if wide < 150:
        return None
    if sum(line.x1 - line.x0 > 0.62 * wide for line in lines) > 0.75 * len(lines):
        return None
    starts, ends = sorted([line.x0 for line in lines]), sorted([line.x1 for line in lines])
    best: tuple[float, float] | None = None
    for x in _candidates(lines, x0 + _LEAST_SHARE * wide, x1 - _LEAST_SHARE * wide):
        n_left, n_right = bisect_right(ends, x + 0.5), len(lines) - bisect_left(starts, x - 0.5)
        least = min(n_left, n_right)
        if least < _LEAST_LINES or len(lines) - n_left - n_right > 0.8 * least:
            continue
        n_cross = sum(line.x1 > x + 0.5 and line.x0 < x - 0.5 for line in lines)
        score = least - 1.5 * n_cross
        if n_cross <= 0.8 * least and (best is None or score > best[0]) and _columns(lines, (x0, x, x1)):
            best = (score, x)
    return best[1] if best else None


def _candidates(lines: list[Line], low: float, high: float) -> list[float]:
    """Where gutters may end: at left edges of lines between ``low`` and ``high``, half a line's height apart."""
    apart = 0.5 * median([line.size for line in lines])
    edges: list[float] = []
    for edge in sorted({round(line.x0) for line in lines}):
        x = edge - 2.0
        if low <= x <= high and not (edges and x - edges[-1] < apart):
            edges.append(x)
    return edges


def _columns(lines: list[Line], edges: tuple[float, float, float]) -> bool:
    """Whether the lines left and right of an edge are columns of text rather than labels and values, or a table's."""
    x0, x, x1 = edges
    left, right = [line for line in lines if line.x1 <= x + 0.5], [line for line in lines if line.x0 >= x - 0.5]
    gap = min(line.x0 for line in right) - max(line.x1 for line in left)
    if gap < 0.4 * left[0].size:
        return False
    top, bottom = (
        max(min(i.top for i in left), min(i.top for i in right)),
        min(max(i.bottom for i in left), max(i.bottom for i in right)),
    )
    if bottom - top < 3 * left[0].size:
        return False
    for side, a, b in ((left, x0, x), (right, min(i.x0 for i in right), x1)):
        widths = sorted(item.x1 - item.x0 for item in side)
        full = widths[int(0.7 * (len(widths) - 1))]
        if sum(len(item.text) for item in side) < 12 * len(side):
            return False
        if full < 0.5 * (b - a) and (full < 0.2 * (b - a) or _gutter(side, a, b) is None):
            return False  # neither one column nor several
    if all(sum(len(item.text) for item in side) > 28 * len(side) for side in (left, right)):
        return True  # too wordy for cells, whatever the order in which they were drawn
    return _switches(lines, x) <= 0.35 * 2 * min(len(left), len(right))


def _switches(lines: list[Line], x: float) -> int:
    """How often the content stream goes from one side to the other: in a table once in every row."""
    sides = [line.x1 <= x + 0.5 for line in lines if line.x1 <= x + 0.5 or line.x0 >= x - 0.5]
    return sum(one != other for one, other in itertools.pairwise(sides))


def _rows(lines: list[Line]) -> list[Line]:
    """Top to bottom; what stands on one base line from left to right. A drop cap stands in its first line."""
    if len(lines) < 2:
        return lines
    usual = sorted(line.size for line in lines)[len(lines) // 2]

    def height(line: Line) -> float:
        drop_cap = len(line.text) == 1 and line.size > 1.7 * usual and line.text.isupper()
        return line.top + 0.2 * line.size + 0.3 * usual if drop_cap else line.middle

    ordered = sorted(((height(line), line.x0, at) for at, line in enumerate(lines)))
    result: list[Line] = []
    row: list[Line] = []
    first = 0.0
    for y, _, at in ordered:
        line = lines[at]
        if row and y - first > 0.45 * min(line.size, row[0].size):
            row.sort(key=_left)
            result.extend(row)
            row = []
        if not row:
            first = y
        row.append(line)
    row.sort(key=_left)
    return result + row


def _left(line: Line) -> float:
    return line.x0
