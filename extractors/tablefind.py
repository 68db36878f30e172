"""Tables by their rules and the alignment of their words, cheaply: where they are, and what stands in which cell.

Text between ruling lines is a table where it stands in columns; a frame around running text is a box.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from extractors.foreign import FloatArray
from extractors.lines import Cells, Line, part_line
from extractors.rules import Rectangle, Rules

_TOUCH = 3.0
_SAME_EDGE = 5.0
_MOST_EDGES = 1500


@dataclass(slots=True)
class Region:
    """A table or box on a page. ``rows`` and ``columns`` are the rules' positions, outer ones included."""

    box: Rectangle
    rows: list[float]
    columns: list[float]
    regular: bool = True
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Regions:
    """The tables, framed or shaded boxes of prose, and diagrams of a page."""

    tables: list[Region]
    boxes: list[Region]
    figures: list[Region]


def find_regions(lines: list[Line], cells: Cells, rules: Rules, page_height: float) -> Regions:
    """Regions of a page. ``lines`` in PDFium's order; those that cross a table's column edges are parted in place."""
    if not len(rules.areas) and len(rules.horizontal) < 3 and len(rules.vertical) < 2:
        return Regions(_figures_in_rows(lines), [], [])
    tables: list[Region] = []
    boxes: list[Region] = []
    figures: list[Region] = []
    taken: set[int] = set()
    grids = _all_grids(rules) if len(rules.areas) or len(rules.vertical) > 1 else []
    for region in grids:
        if region.regular and len(region.columns) > 2:
            _part_lines(lines, cells, region)
    loose = [region.box for region in grids if not region.regular]
    for region in grids + [band for band in _bands(rules, lines) if not any(_inside(band.box, box) for box in loose)]:
        if any(_inside(region.box, other.box) for other in tables):
            continue
        region.lines = [line for line in lines if id(line) not in taken and _holds(region.box, line)]
        if len(region.lines) < 2:
            continue
        if _in_columns(region):
            tables.append(region)
            taken.update(id(line) for line in region.lines)
        elif not region.regular:
            if sum(len(line.text) for line in region.lines) < 30 * len(region.lines):
                figures.append(region)
        elif len(region.lines) < 0.85 * len(lines) or region.box[3] - region.box[1] < 0.5 * page_height:
            boxes.append(region)
    tables.extend(_figures_in_rows([line for line in lines if id(line) not in taken]))
    figures = _outermost([f for f in figures if not any(_overlap(f.box, t.box) for t in tables)])
    other = tables + figures
    return Regions(tables, _outermost([b for b in boxes if not any(_inside(b.box, t.box) for t in other)]), figures)


_NUMBERLIKE = re.compile(
    r"[\[(]?[-–−+<>~]?\s?[£$€]?\d[\d.,\s]*(?:%|[a-z]{1,2}|\*{1,3})?[\])]?\*{0,3}$|[-–—*.]{1,3}$|n/?a$", re.I
)


def _figures_in_rows(lines: list[Line]) -> list[Region]:
    """Tables without rules: rows one below the other that hold two numbers or more each, in pieces."""
    if sum(1 for line in lines if line.text[-1].isdigit() or line.text[-1] in "%)]*") < 8:
        return []
    rows = _rows(lines)
    numeric = [sum(bool(_NUMBERLIKE.match(line.text)) for line in row) for row in rows]
    result: list[Region] = []
    at = 0
    while at < len(rows):
        if numeric[at] < 2:
            at += 1
            continue
        end, last = at + 1, at
        while end < len(rows) and rows[end][0].top - rows[end - 1][0].bottom < 1.6 * rows[end][0].size:
            if numeric[end] >= 2:
                last = end
            elif end - last > 2 or len(rows[end][0].text) > 60:
                break
            end += 1
        if sum(count >= 2 for count in numeric[at : last + 1]) >= 3:
            first = at
            while (
                first
                and len(rows[first - 1]) > 2
                and rows[first][0].top - rows[first - 1][0].bottom < 2 * rows[at][0].size
            ):
                first -= 1
            inside = [line for row in rows[first : last + 1] for line in row]
            x0, x1 = min(line.x0 for line in inside), max(line.x1 for line in inside)
            top, bottom = min(line.top for line in inside), max(line.bottom for line in inside)
            region = Region((x0, top, x1, bottom), [top, bottom], [], lines=inside)
            region.columns = _free_strips(region)
            result.append(region)
        at = last + 1
    return result


def _part_lines(lines: list[Line], cells: Cells, region: Region) -> None:
    """Part lines of a table where a blank lies on a column edge: it is often no wider than a blank between words."""
    inner = region.columns[1:-1]
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if not _holds(region.box, line):
            continue
        edges = [x for x in inner if line.x0 + 1 < x < line.x1 - 1]
        if edges:
            lines[at : at + 1] = part_line(line, cells, edges)


def _outermost(boxes: list[Region]) -> list[Region]:
    kept: list[Region] = []
    for box in sorted(boxes, key=lambda region: -(region.box[2] - region.box[0]) * (region.box[3] - region.box[1])):
        if not any(_overlap(box.box, other.box) for other in kept):
            kept.append(box)
    return kept


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _inside(one: Rectangle, other: Rectangle) -> bool:
    return one[0] >= other[0] - 4 and one[1] >= other[1] - 4 and one[2] <= other[2] + 4 and one[3] <= other[3] + 4


def _holds(box: Rectangle, line: Line) -> bool:
    middle = (line.x0 + line.x1) / 2
    return box[0] - 2 <= middle <= box[2] + 2 and box[1] - 1 <= line.middle <= box[3] + 1


def _edges(rules: Rules) -> tuple[FloatArray, FloatArray]:
    """Horizontal (x0, x1, y) and vertical (top, bottom, x) edges of rules and areas."""
    h, v, a = rules.horizontal, rules.vertical, rules.areas
    flat = np.concatenate((np.stack((h[:, 0], h[:, 2], (h[:, 1] + h[:, 3]) / 2), 1), a[:, (0, 2, 1)], a[:, (0, 2, 3)]))
    upright = np.concatenate(
        (np.stack((v[:, 1], v[:, 3], (v[:, 0] + v[:, 2]) / 2), 1), a[:, (1, 3, 0)], a[:, (1, 3, 2)])
    )
    return flat, upright


def _all_grids(rules: Rules) -> list[Region]:
    """Grids of drawn lines, then those in which the edges of shaded areas take part."""
    drawn = _grids(*_edges(Rules(rules.horizontal, rules.vertical))) if len(rules.vertical) > 2 else []
    if not len(rules.areas):
        return drawn or _grids(*_edges(rules))
    drawn = [grid for grid in drawn if grid.regular and len(grid.columns) > 2 and len(grid.rows) > 2]
    return drawn + [
        grid for grid in _grids(*_edges(rules)) if grid.regular or not any(_overlap(grid.box, one.box) for one in drawn)
    ]


def _grids(flat: FloatArray, upright: FloatArray) -> list[Region]:
    """Regions of horizontal (x0, x1, y) and vertical (top, bottom, x) edges that touch one another."""
    if len(flat) < 2 or len(upright) < 2 or len(flat) + len(upright) > _MOST_EDGES:
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
    across = [int.from_bytes(row, "little") for row in np.packbits(touch, axis=1, bitorder="little")]
    down = [int.from_bytes(column, "little") for column in np.packbits(touch.T, axis=1, bitorder="little")]
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


def _places(bits: int) -> list[int]:
    """Where a number's bits are set, lowest first."""
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


def _bands(rules: Rules, lines: list[Line]) -> list[Region]:
    """Regions between horizontal rules of equal extent, where words stand in columns."""
    flat, _ = _edges(rules)
    if len(flat) < 3 or len(flat) > _MOST_EDGES:
        return []
    result: list[Region] = []
    ordered = sorted(lines, key=lambda line: line.middle)
    middles = [line.middle for line in ordered]
    for x0, x1, ys in _extents(flat):
        good: list[bool] = []
        for top, bottom in itertools.pairwise(ys):
            near = ordered[bisect_left(middles, top - 1) : bisect_left(middles, bottom + 1)]
            good.append(len(near) > 1 and _side_by_side([x for x in near if x0 - 2 <= (x.x0 + x.x1) / 2 <= x1 + 2]))
        start = 0
        while start < len(good):
            if not good[start]:
                start += 1
                continue
            end = start
            while end < len(good) and (good[end] or (end + 1 < len(good) and good[end + 1])):
                end += 1
            rows = ys[start : end + 1]
            if sum(good[start:end]) >= 2:
                result.append(Region((x0, rows[0], x1, rows[-1]), rows, []))
            start = end + 1
    return result


def _extents(flat: FloatArray) -> list[tuple[float, float, list[float]]]:
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


def _rows(lines: list[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: item.middle):
        if rows and abs(line.middle - rows[-1][0].middle) < 0.4 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _side_by_side(lines: list[Line]) -> bool:
    """Whether some row of words stands in several pieces, and these are not two columns of prose."""
    rows = _rows(lines)
    several = [row for row in rows if len(row) >= 2]
    if not several:
        return False
    prose = sum(len(row) < 4 and all(len(line.text) > 24 for line in row) for row in several)
    return not (len(rows) >= 8 and prose > 0.6 * len(several))


def _in_columns(region: Region) -> bool:
    """Whether the region's words fill more than one column. Finds the columns where no rules mark them."""
    if not region.regular:
        return False
    if len(region.columns) > 2:
        filled = {_slot(region.columns, (line.x0 + line.x1) / 2) for line in region.lines}
        crossing = sum(any(line.x0 < x - 4 and line.x1 > x + 4 for x in region.columns[1:-1]) for line in region.lines)
        if len(filled) >= 2 and crossing < 0.5 * len(region.lines):
            return not _prose(region, region.columns)
    if len(region.rows) < 3:
        return False
    rows = _rows(region.lines)
    several = [row for row in rows if len(row) >= 2]
    if len(several) < 2 or len(several) < 0.3 * len(rows):
        return False
    columns = _free_strips(region)
    if len(columns) < 3 or _prose(region, columns):
        return False
    region.columns = columns
    return True


def _prose(region: Region, columns: list[float]) -> bool:
    """Whether two or three columns are columns of a page: long lines in each, written one column after the other."""
    lengths: dict[int, list[int]] = {}
    rows: dict[int, set[int]] = {}
    order: list[int] = []
    for line in region.lines:
        column = _slot(columns, (line.x0 + line.x1) / 2)
        rows.setdefault(_slot(region.rows, line.middle), set()).add(column)
        lengths.setdefault(column, []).append(len(line.text))
        order.append(column)
    if len(lengths) > 3 or not all(sum(sizes) / len(sizes) > 30 for sizes in lengths.values()):
        return False
    shared = sum(len(filled) > 1 for filled in rows.values())
    switches = sum(one != other for one, other in itertools.pairwise(order))
    return shared < 2 or switches < 2 * shared - 1


def _free_strips(region: Region) -> list[float]:
    """Column edges in the middle of the strips that almost no line of the region crosses."""
    lines = region.lines
    events = sorted([(line.x0, 1) for line in lines] + [(line.x1, -1) for line in lines])
    spare = len(lines) // 8
    edges, level, since = [region.box[0]], 0, None
    for x, step in events:
        if since is not None and x - since > 5 and since > edges[0] and edges[-1] < (since + x) / 2:
            edges.append((since + x) / 2)
        level += step
        since = x if level <= spare else None
    first = min(line.x0 for line in lines)
    return [x for x in edges if x <= region.box[0] or x > first] + [region.box[2]]


def _slot(edges: list[float], value: float) -> int:
    return bisect_left(edges, value, 1, max(1, len(edges) - 1)) - 1


@dataclass(frozen=True, slots=True)
class CellText:
    """Row, column, words and box of a filled cell."""

    row: int
    column: int
    text: str
    box: Rectangle


def region_cells(region: Region) -> list[CellText]:
    """The filled cells of a table, by rows. Between two rules several rows may stand: then each base line is one."""
    edges = region.rows
    if len(edges) < 3:
        rows = _rows(region.lines)
        edges = [row[0].middle - row[0].size for row in rows] + [rows[-1][0].middle + rows[-1][0].size]
    cells: dict[tuple[int, int], list[Line]] = {}
    for line in region.lines:
        place = (_slot(edges, line.middle), _slot(region.columns, line.x0 + min(6.0, (line.x1 - line.x0) / 2)))
        cells.setdefault(place, []).append(line)
    used_rows = {row: at for at, row in enumerate(sorted({row for row, _ in cells}))}
    used_columns = {column: at for at, column in enumerate(sorted({column for _, column in cells}))}
    result = []
    for (row, column), lines in sorted(cells.items()):
        ordered = [line for group in _rows(lines) for line in sorted(group, key=lambda item: item.x0)]
        box = (
            min(line.x0 for line in lines),
            min(line.top for line in lines),
            max(line.x1 for line in lines),
            max(line.bottom for line in lines),
        )
        result.append(CellText(used_rows[row], used_columns[column], " ".join(i.text for i in ordered), box))
    return result
