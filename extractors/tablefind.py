"""Tables by their rules and the alignment of their words, cheaply: where they are.

Text between ruling lines is a table where it stands in columns; a frame around running text is a box.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from dataclasses import dataclass

from extractors.grids import MOST_EDGES, Region, drawn_grids, extents, level_edges, overlap
from extractors.lines import Cells, Line, part_line
from extractors.rules import Rectangle, Rules
from extractors.tablecolumns import free_strips, in_columns, rows_of, side_by_side


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
    grids = drawn_grids(rules) if len(rules.areas) or len(rules.vertical) > 1 else []
    for region in grids:
        if region.regular and len(region.columns) > 2:
            _part_lines(lines, cells, region)
    loose = [region.box for region in grids if not region.regular]
    for region in grids + [band for band in _bands(rules, lines) if not any(_inside(band.box, box) for box in loose)]:
        if any(_inside(region.box, other.box) for other in tables):
            continue
        region.lines = [lines[at] for at in _held(region.box, lines) if id(lines[at]) not in taken]
        if len(region.lines) < 2:
            continue
        if in_columns(region):
            tables.append(region)
            taken.update(id(line) for line in region.lines)
        elif not region.regular:
            if sum(len(line.text) for line in region.lines) < 30 * len(region.lines):
                figures.append(region)
        elif len(region.lines) < 0.85 * len(lines) or region.box[3] - region.box[1] < 0.5 * page_height:
            boxes.append(region)
    tables.extend(_figures_in_rows([line for line in lines if id(line) not in taken]))
    figures = _outermost([f for f in figures if not any(overlap(f.box, t.box) for t in tables)])
    other = tables + figures
    return Regions(tables, _outermost([b for b in boxes if not any(_inside(b.box, t.box) for t in other)]), figures)


_NUMBERLIKE = re.compile(
    r"[\[(]?[-–−+<>~]?\s?[£$€]?\d[\d.,\s]*(?:%|[a-z]{1,2}|\*{1,3})?[\])]?\*{0,3}$|[-–—*.]{1,3}$|n/?a$", re.I
)


def _figures_in_rows(lines: list[Line]) -> list[Region]:
    """Tables without rules: rows one below the other that hold two numbers or more each, in pieces."""
    if sum(1 for line in lines if line.text[-1].isdigit() or line.text[-1] in "%)]*") < 8:
        return []
    rows = rows_of(lines)
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
            region.columns = free_strips(region)
            result.append(region)
        at = last + 1
    return result


def _part_lines(lines: list[Line], cells: Cells, region: Region) -> None:
    """Part lines of a table where a blank lies on a column edge: it is often no wider than a blank between words."""
    inner = region.columns[1:-1]
    for at in reversed(_held(region.box, lines)):
        line = lines[at]
        edges = [x for x in inner if line.x0 + 1 < x < line.x1 - 1]
        if edges:
            lines[at : at + 1] = part_line(line, cells, edges)


def _outermost(boxes: list[Region]) -> list[Region]:
    kept: list[Region] = []
    for box in sorted(boxes, key=lambda region: -(region.box[2] - region.box[0]) * (region.box[3] - region.box[1])):
        if not any(overlap(box.box, other.box) for other in kept):
            kept.append(box)
    return kept


def _inside(one: Rectangle, other: Rectangle) -> bool:
    return one[0] >= other[0] - 4 and one[1] >= other[1] - 4 and one[2] <= other[2] + 4 and one[3] <= other[3] + 4


def _held(box: Rectangle, lines: list[Line]) -> list[int]:
    """Which lines have their middle inside a box, by their places in the list."""
    x0, top, x1, bottom = box[0] - 2, box[1] - 1, box[2] + 2, box[3] + 1
    return [at for at, line in enumerate(lines) if top <= line.middle <= bottom and x0 <= (line.x0 + line.x1) / 2 <= x1]


def _bands(rules: Rules, lines: list[Line]) -> list[Region]:
    """Regions between horizontal rules of equal extent, where words stand in columns."""
    flat = level_edges(rules)
    if len(flat) < 3 or len(flat) > MOST_EDGES:
        return []
    result: list[Region] = []
    ordered = sorted(lines, key=lambda line: line.middle)
    middles = [line.middle for line in ordered]
    for x0, x1, ys in extents(flat):
        good: list[bool] = []
        for top, bottom in itertools.pairwise(ys):
            near = ordered[bisect_left(middles, top - 1) : bisect_left(middles, bottom + 1)]
            good.append(len(near) > 1 and side_by_side([x for x in near if x0 - 2 <= (x.x0 + x.x1) / 2 <= x1 + 2]))
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
