"""Tables found on the page to tables of the document: cells by ruling lines where these mark them."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from extractors.assembly import PageFrame, TextBlock
from extractors.document import Box, Cell, Table
from extractors.edges import DrawnPage
from extractors.foreign import FloatArray
from extractors.grids import Region
from extractors.headingsigns import is_caption
from extractors.lines import Line
from extractors.plain import fold
from extractors.ruledtables import RuledTable, cell_texts, ruled_tables
from extractors.rules import Rectangle
from extractors.tablecolumns import region_cells


def read_tables(
    pdf: Any,
    found: list[tuple[int, Region]],
    frames: list[PageFrame],
    lines: list[list[Line]],
    blocks: list[TextBlock],
) -> tuple[Table, ...]:
    """Cells of the tables that geometry found, page by page.

    Parameters
    ----------
    pdf
        PDFium's handle of the document: pages with tables are opened again for the edges drawn on them.
    found
        Page number and region of each table.
    frames, lines
        All pages of the document and all their lines.
    blocks
        The document's blocks: captions are looked for among them.
    """
    tables: list[Table] = []
    captions = [block for block in blocks if is_caption(block.text)]
    pages: dict[int, list[Region]] = {}
    for number, region in found:
        pages.setdefault(number, []).append(region)
    for number, regions in sorted(pages.items()):
        frame = frames[number - 1]
        ruled = ruled_tables(_edges(pdf, frame))
        for region in sorted(regions, key=lambda item: (item.box[1], item.box[0])):
            cells = _ruled_cells(region, ruled, frame, lines[number - 1]) or tuple(
                Cell(cell.row, cell.column, cell.text, Box(number, *cell.box)) for cell in region_cells(region)
            )
            tables.append(Table(number, Box(number, *region.box), _caption(region, number, captions), cells))
    return tuple(tables)


Grid = list[list[tuple[str, Rectangle | None]]]


def _edges(pdf: Any, frame: PageFrame) -> FloatArray:
    """The edges drawn on a page; none of a page that was read by OCR or has its text turned."""
    if not frame.cells.turn and frame.source == "text_layer":
        with contextlib.suppress(ValueError), DrawnPage(pdf, frame.number - 1) as page:
            return page.edges()
    return np.zeros((0, 4), np.float32)


def _ruled_cells(region: Region, ruled: list[RuledTable], frame: PageFrame, lines: list[Line]) -> tuple[Cell, ...]:
    """The cells of the ruled table that covers the region and holds its words; none where there is no such table."""
    x0, top, x1, bottom = region.box
    words = sum(len(line.text) for line in region.lines)
    for table in ruled:
        a, b, c, d = table.box
        shared = max(0.0, min(x1, c) - max(x0, a)) * max(0.0, min(bottom, d) - max(top, b))
        if shared <= 0.8 * max((x1 - x0) * (bottom - top), (c - a) * (d - b)):
            continue
        texts = cell_texts(table, [*region.lines, *_others(lines, region.lines)], frame.cells)
        grid = _without_empty(
            [
                [(fold(text), box) for text, box in zip(line, boxes, strict=True)]
                for line, boxes in zip(texts, table.grid, strict=True)
            ]
        )
        if len(grid) < 2 or len(grid[0]) < 2:
            continue
        if len(region.columns) > 2 and len(region.rows) > 2 and len(grid) > 1.2 * (len(region.rows) - 1):
            continue  # strips of shading were taken for rows
        if sum(len(text) for row in grid for text, _ in row) > 0.9 * words:
            return tuple(
                Cell(row, column, text, Box(frame.number, *box))
                for row, line in enumerate(grid)
                for column, (text, box) in enumerate(line)
                if text and box
            )
    return ()


def _others(lines: list[Line], taken: list[Line]) -> list[Line]:
    """The lines that share no character with those taken: a head that is repeated on every page is not the region's."""
    held = {place for line in taken for place in range(line.start, line.end)}
    return [line for line in lines if held.isdisjoint(range(line.start, line.end))]


def _without_empty(grid: Grid) -> Grid:
    """A grid without the rows and columns that hold nothing: shading is often drawn in strips."""
    rows = [row for row in grid if any(text for text, _ in row)]
    width = max((len(row) for row in rows), default=0)
    used = [at for at in range(width) if any(at < len(row) and row[at][0] for row in rows)]
    return [[row[at] for at in used if at < len(row)] for row in rows]


def _caption(region: Region, page: int, captions: list[TextBlock]) -> str:
    """The caption nearest above the table, or just below it, within a few lines."""
    best: tuple[float, str] = (60.0, "")
    for block in captions:
        line = block.lines[-1]
        if line.page != page:
            continue
        above, below = region.box[1] - line.bottom, block.lines[0].top - region.box[3]
        distance = above if above > -4 else below + 20 if below > -4 else 1e9
        if distance < best[0]:
            best = (distance, block.text)
    return best[1]
