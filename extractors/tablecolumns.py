"""Words in columns: whether a region's words fill several, where these are, and what stands in which cell."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from dataclasses import dataclass

from extractors.grids import Region
from extractors.lines import Line
from extractors.rules import Rectangle


def rows_of(lines: list[Line]) -> list[list[Line]]:
    """Lines by the rows in which they stand."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: item.middle):
        if rows and abs(line.middle - rows[-1][0].middle) < 0.4 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def side_by_side(lines: list[Line]) -> bool:
    """Whether some row of words stands in several pieces, and these are not two columns of prose."""
    rows = rows_of(lines)
    several = [row for row in rows if len(row) >= 2]
    if not several:
        return False
    prose = sum(len(row) < 4 and all(len(line.text) > 24 for line in row) for row in several)
    return not (len(rows) >= 8 and prose > 0.6 * len(several))


def in_columns(region: Region) -> bool:
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
    rows = rows_of(region.lines)
    several = [row for row in rows if len(row) >= 2]
    if len(several) < 2 or len(several) < 0.3 * len(rows):
        return False
    columns = free_strips(region)
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


def free_strips(region: Region) -> list[float]:
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
        rows = rows_of(region.lines)
        edges = [row[0].middle - row[0].size for row in rows] + [rows[-1][0].middle + rows[-1][0].size]
    cells: dict[tuple[int, int], list[Line]] = {}
    for line in region.lines:
        place = (_slot(edges, line.middle), _slot(region.columns, line.x0 + min(6.0, (line.x1 - line.x0) / 2)))
        cells.setdefault(place, []).append(line)
    used_rows = {row: at for at, row in enumerate(sorted({row for row, _ in cells}))}
    used_columns = {column: at for at, column in enumerate(sorted({column for _, column in cells}))}
    result = []
    for (row, column), lines in sorted(cells.items()):
        ordered = [line for group in rows_of(lines) for line in sorted(group, key=lambda item: item.x0)]
        box = (
            min(line.x0 for line in lines),
            min(line.top for line in lines),
            max(line.x1 for line in lines),
            max(line.bottom for line in lines),
        )
        result.append(CellText(used_rows[row], used_columns[column], " ".join(i.text for i in ordered), box))
    return result
