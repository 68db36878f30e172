"""Tables from the edges that PDFium holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfplumber.table import edges_to_intersections, intersections_to_cells

from extractors import ExtractOptions, extract
from extractors.edges import DrawnPage
from extractors.ruledtables import ruled_tables, smallest_cells
from tests.extractors.pages import BODY, HEIGHT, Sheet

Edge = tuple[float, float, float, float]


def drawn(path: Path) -> set[Edge]:
    """The edges of a PDF's first page in whole points."""
    pdf = pdfium.PdfDocument(path)
    with DrawnPage(pdf.raw, 0) as page:
        edges = {tuple(round(float(value)) for value in row) for row in page.edges()}
    pdf.close()
    return edges  # type: ignore[return-value]


SQUARE = {(100, 200, 160, 200), (100, 240, 160, 240), (100, 200, 100, 240), (160, 200, 160, 240)}


def test_a_line_and_the_four_sides_of_a_rectangle(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.rule(50, 100, 250, 100)
    sheet.rule(50, 100, 250, 300)  # slanting: no edge
    sheet.canvas.rect(100, HEIGHT - 240, 60, 40)
    assert drawn(sheet.save()) == {(50, 100, 250, 100), *SQUARE}


def test_a_closed_figure_has_its_last_side(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    path = sheet.canvas.beginPath()
    path.moveTo(100, HEIGHT - 240)
    for x, y in ((160, 240), (160, 200), (100, 200)):
        path.lineTo(x, HEIGHT - y)
    path.close()
    path.moveTo(300, HEIGHT - 300)
    path.lineTo(300, HEIGHT - 400)
    sheet.canvas.drawPath(path)
    assert drawn(sheet.save()) == {(300, 300, 300, 400), *SQUARE}


def test_edges_inside_forms_within_forms(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    canvas = sheet.canvas
    canvas.beginForm("inner")
    canvas.rect(0, 0, 30, 20)
    canvas.endForm()
    canvas.beginForm("outer")
    canvas.translate(10, 10)
    canvas.doForm("inner")
    canvas.endForm()
    canvas.translate(80, HEIGHT - 260)
    canvas.scale(2, 2)
    canvas.doForm("outer")
    assert drawn(sheet.save()) == SQUARE


def test_edges_stand_where_a_turned_page_shows_them(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.canvas.setPageRotation(90)
    sheet.rule(50, 100, 250, 100)
    sheet.save()
    # turned clockwise: what was 100 below the top is 100 left of the right edge, the new width is the old height
    assert drawn(tmp_path / "a.pdf") == {(742, 50, 742, 250)}


def test_cells_of_a_grid_with_a_merged_head() -> None:
    level = [(0, y, 200, y) for y in (0, 20, 40)]
    upright = [(0, 0, 0, 40), (200, 0, 200, 40), (100, 20, 100, 40)]
    (table,) = ruled_tables(np.array(level + upright, np.float32))
    assert table.box == (0, 0, 200, 40)
    assert table.grid == [[(0, 0, 200, 20), None], [(0, 20, 100, 40), (100, 20, 200, 40)]]


def test_rules_drawn_as_thin_areas_are_one_edge_each() -> None:
    sides = []
    for x in (0, 100, 200):
        sides += [(x, 0, x, 41), (x + 1, 0, x + 1, 41)]
    for y in (0, 20, 40):
        sides += [(0, y, 201, y), (0, y + 1, 201, y + 1)]
    (table,) = ruled_tables(np.array(sides, np.float32))
    assert [len(row) for row in table.grid] == [2, 2]
    assert table.grid[1][1] == (100.5, 20.5, 200.5, 40.5)


def test_edges_that_do_not_meet_are_no_table() -> None:
    assert ruled_tables(np.array([(0, 0, 100, 0), (0, 50, 100, 50), (120, 0, 120, 50)], np.float32)) == []
    assert ruled_tables(np.zeros((0, 4), np.float32)) == []


PLACE = st.integers(0, 6).map(lambda at: at * 10.0)
SPAN = st.tuples(PLACE, st.integers(1, 6)).map(lambda span: (span[0], span[0] + 10.0 * span[1]))


def by_line(edges: list[tuple[float, tuple[float, float]]]) -> list[tuple[float, float, float]]:
    """Edges of which no two on one line touch, as merging leaves them."""
    kept: list[tuple[float, float, float]] = []
    for at, (low, high) in sorted(edges):
        if not kept or kept[-1][0] != at or low > kept[-1][2] + 3:
            kept.append((at, low, high))
    return kept


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(PLACE, SPAN), min_size=2, max_size=12), st.lists(st.tuples(PLACE, SPAN), min_size=2, max_size=12)
)
def test_cells_are_those_that_pdfplumber_finds(
    across: list[tuple[float, tuple[float, float]]], down: list[tuple[float, tuple[float, float]]]
) -> None:
    level, upright = by_line(across), by_line(down)
    edges = [{"orientation": "h", "x0": low, "x1": high, "top": y, "bottom": y} for y, low, high in level]
    edges += [{"orientation": "v", "x0": x, "x1": x, "top": low, "bottom": high} for x, low, high in upright]
    expected = intersections_to_cells(edges_to_intersections(edges, 3, 3))
    assert smallest_cells(np.array(upright), np.array(level)) == expected


def ruled_page(sheet: Sheet) -> None:
    """Two columns, a head over both, three rows; one piece of print runs over the inner rule."""
    sheet.lines(60, 100, [*BODY, "as the table shows."])
    for y in (200, 220, 240, 260):
        sheet.rule(60, y, 360, y)
    for x in (60, 360):
        sheet.rule(x, 200, x, 260)
    sheet.rule(210, 220, 210, 260)
    sheet.write(66, 214, "Costs of the pilots")
    sheet.write(150, 234, "Alder river 120 pounds")  # a blank stands beside the rule at 210
    sheet.write(66, 254, "Birch")
    sheet.write(216, 254, "95 pounds")


@pytest.mark.parametrize("turn", [0, 90])
def test_words_stand_in_the_cells_where_their_middle_is(tmp_path: Path, turn: int) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    ruled_page(sheet)
    if turn:  # the text runs upwards on the paper and is turned back by the page
        upright = tmp_path / "b.pdf"
        sheet = Sheet(upright, HEIGHT, 595)
        sheet.canvas.setPageRotation(90)
        sheet.canvas.rotate(90)
        sheet.canvas.translate(0, -HEIGHT)
        sheet.height = HEIGHT
        ruled_page(sheet)
    (table,) = extract(sheet.save(), "d", ExtractOptions(ignore_tags=True)).tables
    cells = {(cell.row, cell.column): cell.text for cell in table.cells}
    assert cells == {
        (0, 0): "Costs of the pilots",
        (1, 0): "Alder river",
        (1, 1): "120 pounds",
        (2, 0): "Birch",
        (2, 1): "95 pounds",
    }
    assert table.cells[0].box.x0 == pytest.approx(60, abs=1)
    assert table.cells[0].box.bottom == pytest.approx(220, abs=1)


def test_a_table_ruled_inside_a_form_is_a_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.canvas.beginForm("rules")
    sheet.canvas.setLineWidth(0.25)
    sheet.canvas.scale(2, 2)
    for y in (0, 10, 20, 30):
        sheet.canvas.line(0, y, 150, y)
    for x in (0, 75, 150):
        sheet.canvas.line(x, 0, x, 30)
    sheet.canvas.endForm()
    sheet.lines(60, 100, [*BODY, "as the table shows."])
    rows = [("County", "Cost"), ("Alder", "sixty pounds"), ("Birch", "none")]
    for row, pair in enumerate(rows):
        for column, text in enumerate(pair):
            sheet.write(66 + 150 * column, 214 + 20 * row, text)
    sheet.canvas.translate(60, HEIGHT - 260)
    sheet.canvas.doForm("rules")
    document = extract(sheet.save(), "d", ExtractOptions(ignore_tags=True))
    (table,) = document.tables
    cells = {(cell.row, cell.column): cell.text for cell in table.cells}
    assert cells == {(row, column): text for row, pair in enumerate(rows) for column, text in enumerate(pair)}
    assert "sixty pounds" not in document.text
