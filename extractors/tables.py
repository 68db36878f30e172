"""Tables found on the page to tables of the document: cells by pdfplumber where rules mark them."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pdfplumber

from extractors.assembly import TextBlock
from extractors.document import Box, Cell, Problem, Table
from extractors.grids import Region
from extractors.headingsigns import is_caption
from extractors.plain import fold
from extractors.rules import Rectangle
from extractors.tablecolumns import region_cells


def read_tables(
    path: Path, found: list[tuple[int, Region]], blocks: list[TextBlock]
) -> tuple[tuple[Table, ...], list[Problem]]:
    """Cells of the tables that geometry found, page by page, and what went wrong.

    Parameters
    ----------
    path
        The PDF, opened by pdfplumber for the pages with tables only.
    found
        Page number and region of each table.
    blocks
        The document's blocks: captions are looked for among them.
    """
    tables: list[Table] = []
    problems: list[Problem] = []
    captions = [block for block in blocks if is_caption(block.text)]
    pages: dict[int, list[Region]] = {}
    for number, region in found:
        pages.setdefault(number, []).append(region)
    with contextlib.ExitStack() as stack:
        try:
            pdf = stack.enter_context(pdfplumber.open(path, pages=sorted(pages)))
            plumbed = {page.page_number: page for page in pdf.pages}
        except Exception as error:  # pdfminer raises anything on damaged files that PDFium still reads
            problems.append(
                Problem(f"table cells are from geometry alone: pdfplumber cannot open it ({_short(error)})")
            )
            plumbed = {}
        for number, regions in sorted(pages.items()):
            ruled = _ruled_tables(plumbed.get(number), number, problems)
            for region in sorted(regions, key=lambda item: (item.box[1], item.box[0])):
                cells = _matching(region, ruled, number) or tuple(
                    Cell(cell.row, cell.column, cell.text, Box(number, *cell.box)) for cell in region_cells(region)
                )
                tables.append(Table(number, Box(number, *region.box), _caption(region, number, captions), cells))
    return tuple(tables), problems


Grid = list[list[tuple[str, Rectangle | None]]]


def _ruled_tables(page: Any, number: int, problems: list[Problem]) -> list[tuple[Rectangle, Grid]]:
    """What pdfplumber finds on a page: box and cells of each table with two columns and rows or more."""
    if page is None or page.rotation or tuple(page.bbox[:2]) != (0, 0):
        return []
    result: list[tuple[Rectangle, Grid]] = []
    try:
        for table in page.find_tables():
            texts = table.extract()
            grid = [
                [(fold(text or ""), box) for text, box in zip(line, row.cells, strict=False)]
                for line, row in zip(texts, table.rows, strict=False)
            ]
            grid = _without_empty(grid)
            if len(grid) > 1 and len(grid[0]) > 1:
                result.append((table.bbox, grid))
    except Exception as error:  # see read_tables
        problems.append(Problem(f"page {number}: table cells are from geometry alone ({_short(error)})", number))
    finally:
        page.close()
    return result


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:80].strip()


def _matching(region: Region, ruled: list[tuple[Rectangle, Grid]], page: int) -> tuple[Cell, ...]:
    """The cells of the ruled table that covers the region and holds its words; none where there is no such table."""
    x0, top, x1, bottom = region.box
    words = sum(len(line.text) for line in region.lines)
    for (a, b, c, d), grid in ruled:
        shared = max(0.0, min(x1, c) - max(x0, a)) * max(0.0, min(bottom, d) - max(top, b))
        held = sum(len(text) for row in grid for text, _ in row)
        if len(region.columns) > 2 and len(region.rows) > 2 and len(grid) > 1.2 * (len(region.rows) - 1):
            continue  # strips of shading were taken for rows
        if shared > 0.8 * max((x1 - x0) * (bottom - top), (c - a) * (d - b)) and held > 0.9 * words:
            return tuple(
                Cell(row, column, text, Box(page, *box))
                for row, line in enumerate(grid)
                for column, (text, box) in enumerate(line)
                if text and box
            )
    return ()


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
