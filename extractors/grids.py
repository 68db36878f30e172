"""Grids of ruling lines and shaded areas on a page."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import compress, count

import numpy as np
import numpy.typing as npt

from extractors.foreign import FloatArray
from extractors.lines import Line
from extractors.rules import Rectangle, Rules

_TOUCH = 3.0
_SAME_EDGE = 5.0
MOST_EDGES = 1500


@dataclass(slots=True)
class Region:
    """A table or box on a page. ``rows`` and ``columns`` are the rules' positions, outer ones included."""

    box: Rectangle
    rows: list[float]
    columns: list[float]
    regular: bool = True
    lines: list[Line] = field(default_factory=list)


def overlap(one: Rectangle, other: Rectangle) -> bool:
    """Whether two rectangles have some area in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def level_edges(rules: Rules) -> FloatArray:
    """Horizontal edges of rules and areas: x0, x1, y, shape (n, 3)."""
    h, a = rules.horizontal, rules.areas
    middle = np.stack((h[:, 0], h[:, 2], (h[:, 1] + h[:, 3]) / 2), 1)
    return np.concatenate((middle, a[:, (0, 2, 1)], a[:, (0, 2, 3)]))


def upright_edges(rules: Rules) -> FloatArray:
    """Vertical edges of rules and areas: top, bottom, x, shape (n, 3)."""
    v, a = rules.vertical, rules.areas
    middle = np.stack((v[:, 1], v[:, 3], (v[:, 0] + v[:, 2]) / 2), 1)
    return np.concatenate((middle, a[:, (1, 3, 0)], a[:, (1, 3, 2)]))


def drawn_grids(rules: Rules) -> list[Region]:
    """Grids of drawn lines, then those in which the edges of shaded areas take part."""
    drawn = _grids(Rules(rules.horizontal, rules.vertical)) if len(rules.vertical) > 2 else []
    if not len(rules.areas):
        return drawn or _grids(rules)
    drawn = [grid for grid in drawn if grid.regular and len(grid.columns) > 2 and len(grid.rows) > 2]
    return drawn + [
        grid for grid in _grids(rules) if grid.regular or not any(overlap(grid.box, one.box) for one in drawn)
    ]


def _grids(rules: Rules) -> list[Region]:
    """Regions of edges that touch one another."""
    flat, upright = level_edges(rules), upright_edges(rules)
    if len(flat) < 2 or len(upright) < 2 or len(flat) + len(upright) > MOST_EDGES:
        return []
    touch = (
        (flat[:, None, 0] <= upright[None, :, 2] + _TOUCH)
        & (flat[:, None, 1] >= upright[None, :, 2] - _TOUCH)
        & (upright[None, :, 0] <= flat[:, None, 2] + _TOUCH)
        & (upright[None, :, 1] >= flat[:, None, 2] - _TOUCH)
    )
    result = []
    for rows, columns in _connected(touch):
        if len(rows) < 2 or len(columns) < 2:
            continue
        ys, xs = _distinct(flat[rows, 2]), _distinct(upright[columns, 2])
        if len(ys) >= 2 and len(xs) >= 2:
            regular = len(ys) < 4
            if not regular:
                across = _covered(flat[rows], ys, xs[-1] - xs[0])
                down = _covered(upright[columns], xs, ys[-1] - ys[0]) if across <= 0.66 else 0.0
                regular = max(across, down) > 0.66 or min(across, down) >= 0.5
            result.append(Region((xs[0], ys[0], xs[-1], ys[-1]), ys, xs, regular))
    return sorted(result, key=lambda region: -len(region.rows) * len(region.columns))


def _connected(touch: npt.NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Rows and columns of a matrix, by which of them are linked through true elements; columns alone are left out."""
    across, down = _as_numbers(touch), _as_numbers(touch.T)
    result: list[tuple[list[int], list[int]]] = []
    seen = 0
    for seed in range(len(across)):
        if seen >> seed & 1:
            continue
        rows, columns, fresh = 1 << seed, 0, 1 << seed
        while fresh:
            found = 0
            for row in _places(fresh):
                found |= across[row]
            found &= ~columns
            columns |= found
            fresh = 0
            for column in _places(found):
                fresh |= down[column]
            fresh &= ~rows
            rows |= fresh
        seen |= rows
        result.append((_places(rows), _places(columns)))
    return result


def _as_numbers(rows: npt.NDArray[np.bool_]) -> list[int]:
    """Each row of a matrix as the bits of a number, the first one lowest."""
    packed = np.packbits(rows, axis=1, bitorder="little")
    data, step = packed.tobytes(), packed.shape[1]
    return [int.from_bytes(data[at : at + step], "little") for at in range(0, len(data), step)]


def _places(bits: int) -> list[int]:
    """Where a number's bits are set, lowest first."""
    if 8 * bits.bit_count() > bits.bit_length():
        return list(compress(count(), map("1".__eq__, bin(bits)[:1:-1])))
    result = []
    while bits:
        lowest = bits & -bits
        result.append(lowest.bit_length() - 1)
        bits ^= lowest
    return result


def _covered(flat: FloatArray, ys: list[float], width: float) -> float:
    """Share of the edges' positions at which most of the extent is ruled: high in a table, low in a diagram."""
    by_height: list[list[tuple[float, float]]] = [[] for _ in ys]
    middles = [(one + other) / 2 for one, other in itertools.pairwise(ys)]
    for x0, x1, y in flat.tolist():
        by_height[bisect_left(middles, y)].append((x0, x1))
    whole = 0
    for spans in by_height:
        reached, ruled = -1e9, 0.0
        for x0, x1 in sorted(spans):
            if x1 > reached:
                ruled += x1 - (x0 if x0 > reached else reached)
                reached = x1
        whole += ruled > 0.7 * width
    return whole / len(ys)


def _distinct(values: FloatArray) -> list[float]:
    """Means of the groups of values that lie close together."""
    groups: list[list[float]] = []
    for value in sorted(values.tolist()):
        if groups and value - groups[-1][-1] <= _SAME_EDGE:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]


def extents(flat: FloatArray) -> list[tuple[float, float, list[float]]]:
    """Rules joined along each height, then grouped by where they begin and end: x0, x1, heights."""
    joined: list[list[float]] = []
    for x0, x1, y in flat[np.lexsort((flat[:, 0], np.round(flat[:, 2])))].tolist():
        if joined and abs(joined[-1][2] - y) < 2 and x0 <= joined[-1][1] + 4:
            joined[-1][1] = max(joined[-1][1], x1)
        else:
            joined.append([x0, x1, y])
    groups: list[tuple[float, float, list[float]]] = []
    for x0, x1, y in joined:
        for a, b, ys in groups:
            if abs(a - x0) < 8 and abs(b - x1) < 8:
                ys.append(y)
                break
        else:
            groups.append((x0, x1, [y]))
    return [(a, b, _distinct(np.array(ys, np.float32))) for a, b, ys in groups if len(ys) >= 3]
