from pathlib import Path

from extractors import ExtractOptions, extract
from tests.extractors.pages import BODY, HEIGHT, Sheet, kinds

GEOMETRY = ExtractOptions(ocr="never")


def test_three_narrow_columns(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "three.pdf")
    expected = []
    for column, x in enumerate((40, 220, 400)):
        lines = [f"column {column} line {row} has six words" for row in range(12)]
        sheet.lines(x, 100, lines, 9)
        expected += lines
    assert " ".join(extract(sheet.save(), "d", GEOMETRY).text.split()) == " ".join(expected)


def test_drop_cap_stands_before_its_first_line(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "cap.pdf")
    sheet.write(60, 122, "T", 32)
    sheet.lines(
        82,
        108,
        [
            "he first pilots began in three counties and the partners met each month",
            "to compare what they had seen in their own schools",
        ],
    )
    sheet.lines(60, 136, [*BODY])
    assert extract(sheet.save(), "d", GEOMETRY).text.startswith("The first pilots began in three counties")


def test_rows_of_figures_are_a_table_without_rules(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "figures.pdf")
    sheet.lines(60, 100, [*BODY, "as follows."])
    for row, name in enumerate(("Alder", "Birch", "Cedar", "Elm")):
        sheet.write(60, 190 + 16 * row, name)
        for column in range(3):
            sheet.write(220 + 100 * column, 190 + 16 * row, f"{row + column}.{row}%")
    sheet.lines(60, 300, [*BODY, "and no more."])
    document = extract(sheet.save(), "d", GEOMETRY)
    assert "Birch" not in document.text
    (table,) = document.tables
    assert {cell.text for cell in table.cells if cell.column == 0} == {"Alder", "Birch", "Cedar", "Elm"}
    assert [cell.text for cell in table.cells if cell.row == 1] == ["Birch", "1.1%", "2.1%", "3.1%"]


def test_diagram_is_neither_table_nor_heading(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "diagram.pdf")
    sheet.lines(60, 100, [*BODY, "as the diagram shows."])
    for number in range(12):
        x, y = 70 + 90 * (number % 5) + 7 * number, 200 + 40 * (number // 3) + 9 * (number % 4)
        sheet.canvas.rect(x, HEIGHT - y - 20, 60, 20)
        sheet.write(x + 4, y + 14, f"Body {number}", 9, "Helvetica-Bold")
    document = extract(sheet.save(), "d", GEOMETRY)
    assert all(f"Body {number}" in document.text for number in range(12))
    assert not any(kind == "heading" for kind, _ in kinds(document))


def test_a_sentence_that_comes_back_at_the_head_of_some_pages_is_kept(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "back.pdf")
    note = "Notes to this table are the same on every page where it stands and are therefore long."
    for number in range(40):
        if number in (3, 9, 20):
            sheet.write(60, 50, note, 9)
        sheet.lines(60, 120, BODY)
        sheet.next_page()
    assert extract(sheet.save(), "d", GEOMETRY).text.count(note) == 3
