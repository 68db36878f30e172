"""Cells of ruled tables: pdfplumber's table algorithm on the edges that PDFium holds already."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pdfplumber.table import Table as CellTable
from pdfplumber.table import TableSettings, cells_to_tables, merge_edges
from pdfplumber.utils import filter_edges

from extractors.foreign import FloatArray
from extractors.lines import Cells, Line
from extractors.rules import Rectangle
from extractors.tablecolumns import rows_of

MOST_PAIRS = 1_000_000
MOST_CROSSINGS = 10_000
"""On a page: more are a drawing."""

_SETTINGS = TableSettings()
_NO_EDGES: frozenset[int] = frozenset()
Grid = list[list[Rectangle | None]]


@dataclass(frozen=True, slots=True)
class RuledTable:
    """What rules alone say: the table's box and, by row and column, the box of each cell, None inside merged ones."""

    box: Rectangle
    grid: Grid


def ruled_tables(edges: FloatArray) -> list[RuledTable]:
    """Tables that edges (x0, top, x1, bottom, shape (n, 4)) describe by pdfplumber's algorithm and default settings."""
    described = [_edge(*row) for row in edges.tolist()]
    merged = filter_edges(
        merge_edges(
            described,
            _SETTINGS.snap_x_tolerance,
            _SETTINGS.snap_y_tolerance,
            _SETTINGS.join_x_tolerance,
            _SETTINGS.join_y_tolerance,
        ),
        min_length=_SETTINGS.edge_min_length,
    )
    upright = np.array([(e["x0"], e["top"], e["bottom"]) for e in merged if e["orientation"] == "v"])
    level = np.array([(e["top"], e["x0"], e["x1"]) for e in merged if e["orientation"] == "h"])
    if min(len(upright), len(level)) < 2 or len(upright) * len(level) > MOST_PAIRS:
        return []
    result = []
    for cells in cells_to_tables(smallest_cells(upright, level)):
        table = CellTable(None, cells)
        result.append(RuledTable(table.bbox, [row.cells for row in table.rows]))
    return result


Point = tuple[float, float]


def smallest_cells(upright: npt.NDArray[np.float64], level: npt.NDArray[np.float64]) -> list[Rectangle]:
    """Cells of a grid: from each crossing, by x and y, the smallest rectangle whose sides are all drawn.

    What ``intersections_to_cells`` of pdfplumber does, which compares all pairs of crossings and takes half the time
    of reading a table.

    Parameters
    ----------
    upright
        x, top, bottom of merged upright edges, shape (m, 3).
    level
        y, x0, x1 of merged level edges, shape (n, 3).
    """
    across, down = _SETTINGS.intersection_x_tolerance, _SETTINGS.intersection_y_tolerance
    x, top, bottom = (column[:, None] for column in upright.T)
    y, x0, x1 = level.T
    meet = (top <= y + down) & (bottom >= y - down) & (x >= x0 - across) & (x <= x1 + across)
    edge_of = np.nonzero(meet)
    points: list[Point] = list(zip(upright[edge_of[0], 0].tolist(), level[edge_of[1], 0].tolist(), strict=True))
    if len(points) > MOST_CROSSINGS:
        return []
    on_upright: dict[Point, set[int]] = {}
    on_level: dict[Point, set[int]] = {}
    along_upright: dict[int, list[Point]] = {}
    along_level: dict[int, list[Point]] = {}
    for point, of_upright, of_level in sorted(zip(points, edge_of[0].tolist(), edge_of[1].tolist(), strict=True)):
        on_upright.setdefault(point, set()).add(of_upright)
        on_level.setdefault(point, set()).add(of_level)
        along_upright.setdefault(of_upright, []).append(point)
        along_level.setdefault(of_level, []).append(point)
    cells = []
    for point in sorted(on_upright):
        below = _after(point, on_upright[point], along_upright)
        right = _after(point, on_level[point], along_level)
        found = next(
            (
                (*point, beside[0], under[1])
                for under, beside in itertools.product(below, right)
                if not on_upright.get((beside[0], under[1]), _NO_EDGES).isdisjoint(on_upright[beside])
                and not on_level[(beside[0], under[1])].isdisjoint(on_level[under])
            ),
            None,
        )
        if found:
            cells.append(found)
    return cells


def _after(point: Point, edges: set[int], along: dict[int, list[Point]]) -> list[Point]:
    """The crossings that follow one on its edges, in order."""
    if len(edges) == 1:
        (edge,) = edges
        return along[edge][bisect_right(along[edge], point) :]
    return sorted({other for edge in edges for other in along[edge] if other > point})


def _edge(x0: float, top: float, x1: float, bottom: float) -> dict[str, Any]:
    level = bottom - top <= x1 - x0
    return {
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
        "orientation": "h" if level else "v",
        "object_type": "line",
    }


def cell_texts(table: RuledTable, lines: list[Line], cells: Cells) -> list[list[str]]:
    """The words of lines by the table's rows and columns; a line that runs over several cells is parted."""
    places = [(row, column) for row, boxes in enumerate(table.grid) for column, box in enumerate(boxes) if box]
    box = np.array([table.grid[row][column] for row, column in places])
    x0, x1 = np.array([line.x0 for line in lines]), np.array([line.x1 for line in lines])
    middle = np.array([line.middle for line in lines])
    level = (box[:, 1] <= middle[:, None]) & (middle[:, None] < box[:, 3])
    inside = level & (box[:, 0] < x1[:, None]) & (box[:, 2] > x0[:, None])
    held: dict[tuple[int, int], list[Line]] = {}
    for of, at in zip(*(found.tolist() for found in np.nonzero(inside)), strict=True):
        piece = _piece(lines[of], float(box[at, 0]), float(box[at, 2]), cells)
        if piece is not None:
            held.setdefault(places[at], []).append(piece)
    texts = [[""] * len(boxes) for boxes in table.grid]
    for (row, column), pieces in held.items():
        ordered = [line for group in rows_of(pieces) for line in sorted(group, key=lambda item: item.x0)]
        texts[row][column] = " ".join(line.text for line in ordered)
    return texts


def _piece(line: Line, left: float, right: float, cells: Cells) -> Line | None:
    """The words of a line that have their middle between two edges."""
    if left - 1 <= line.x0 and line.x1 <= right + 1:
        return line
    seen = cells.code[line.start : line.end] != 32
    first = np.flatnonzero(seen & ~np.concatenate(([False], seen[:-1])))
    last = np.flatnonzero(seen & ~np.concatenate((seen[1:], [False])))
    box = cells.box[line.start : line.end]
    middle = (box[first, 0] + box[last, 2]) / 2
    at = np.flatnonzero((middle >= left) & (middle < right))
    if not len(at):
        return None
    start, end = int(first[at[0]]), int(last[at[-1]]) + 1
    text = cells.text[line.start + start : line.start + end]
    return replace(line, x0=float(box[start, 0]), x1=float(box[end - 1, 2]), text=text)
