from pathlib import Path

import pytest

from extractors import ExtractionError, ExtractOptions, extract
from tests.extractors.pages import BODY, HEIGHT, Sheet, kinds

GEOMETRY = ExtractOptions(ocr="never")


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "two.pdf")
    left = [f"left {n} words of the first column go here" for n in "abcdefgh"]
    right = [f"right {n} words of the second column go here" for n in "abcdefgh"]
    for x, column in ((60, left), (320, right)):
        sheet.lines(x, 100, column, 10)
    text = extract(sheet.save(), "d", GEOMETRY).text
    assert " ".join(text.split()) == " ".join(left + right)


def test_heading_across_two_columns_parts_them(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "zones.pdf")
    for top, mark in ((100, "one"), (400, "two")):
        sheet.write(60, top - 30, f"Part {mark} of the report goes across the whole page here", 18, "Helvetica-Bold")
        for side, x in (("left", 60), ("right", 320)):
            for row in range(7):
                sheet.write(x, top + 14 * row, f"{mark} {side} line {row} with some words in it", 10)
    text = extract(sheet.save(), "d", GEOMETRY).text
    order = [text.index(f"{mark} {side} line 0") for mark in ("one", "two") for side in ("left", "right")]
    assert order == sorted(order)
    assert text.index("Part two") > text.index("one right line 6")


def test_running_heads_and_page_numbers_go_on_left_and_right_pages(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "furniture.pdf")
    for number in range(1, 9):
        head = "Annual review of partnerships" if number % 2 else "Department of Orchards"
        sheet.write(60 if number % 2 else 380, 40, head, 9)
        sheet.lines(60, 120, [f"Page {'abcdefgh'[number - 1]} says that {line}" for line in BODY])
        sheet.write(290, HEIGHT - 30, str(number), 9)
        sheet.next_page()
    text = extract(sheet.save(), "d", GEOMETRY).text
    assert "Annual review" not in text
    assert "Orchards" not in text
    assert not any(character.isdigit() for character in text)
    assert text.count("The first pilots began") == 8


def test_footnote_is_kept_apart_and_linked(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "note.pdf")
    sheet.lines(60, 100, BODY)
    sheet.write(60, 142, "and this was reported")
    end = 60 + sheet.canvas.stringWidth("and this was reported", "Helvetica", 11)
    sheet.write(end, 138, "7", 6.5)
    sheet.write(end + 8, 142, "to the county in the spring.")
    sheet.rule(60, 700, 180, 700)
    sheet.write(60, 716, "7 See the second report of the county board.", 8)
    document = extract(sheet.save(), "d", GEOMETRY)
    note = next(block for block in document.blocks if block.kind == "footnote")
    assert document.text[note.start : note.end] == "7 See the second report of the county board."
    assert note.anchor is not None
    assert document.text[: note.anchor].endswith("and this was reported")
    assert document.text[note.anchor :].lstrip().startswith("to the county")


def test_paragraph_goes_on_over_the_page(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "over.pdf")
    sheet.lines(60, 700, BODY)
    sheet.next_page()
    sheet.lines(60, 80, ["and the rest of the sentence stands on the second page of it."])
    document = extract(sheet.save(), "d", GEOMETRY)
    assert len(document.blocks) == 1
    assert len(document.sentences) == 1
    boxes = document.rectangles(0, len(document.text))
    assert {box.page for box in boxes} == {1, 2}
    assert document.pages[1].start == document.text.index("and the rest")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("the programme of the govern-", "ment was changed. The government agreed.", "the government was changed"),
        ("they agreed on a long-", "term plan. Another long-term plan failed.", "a long-term plan. Another"),
        ("it was heard by the Sub-", "Committee of the county board in May.", "the Sub-Committee of"),
    ],
)
def test_hyphen_at_line_end(tmp_path: Path, first: str, second: str, expected: str) -> None:
    sheet = Sheet(tmp_path / "hyphen.pdf")
    sheet.lines(60, 100, [*BODY[:2], f"the end of this line is of use because {first}", second])
    assert expected in extract(sheet.save(), "d", GEOMETRY).text


def test_headings_and_their_levels(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "headings.pdf")
    sheet.write(60, 100, "1 What was found", 18, "Helvetica-Bold")
    sheet.lines(60, 130, [*BODY, "and that was the end of it in the first year."])
    sheet.write(60, 220, "1.1 Costs of transport", 13, "Helvetica-Bold")
    sheet.lines(60, 245, [*BODY, "and that was the end of it in the second year."])
    sheet.next_page()
    sheet.lines(60, 100, BODY)
    document = extract(sheet.save(), "d", GEOMETRY)
    found = [(document.text[b.start : b.end], b.level) for b in document.blocks if b.kind == "heading"]
    assert found == [("1 What was found", 1), ("1.1 Costs of transport", 2)]
    sections = {document.text[s.start : s.end][:9]: s.section for s in document.sentences}
    assert sections["The first"] == "1.1 Costs of transport"


def test_list_items_are_blocks_of_their_own(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "list.pdf")
    sheet.write(60, 100, "The partners agreed to:")
    for row, item in enumerate(["meet each month;", "share the costs; and", "report to the county."]):
        sheet.write(70, 116 + 14 * row, "•")
        sheet.write(84, 116 + 14 * row, item)
    items = [text for kind, text in kinds(extract(sheet.save(), "d", GEOMETRY)) if kind == "list_item"]
    assert items == ["• meet each month;", "• share the costs; and", "• report to the county."]


def test_letter_spaced_heading_is_closed_up(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "spaced.pdf")
    x = 60.0
    for word in ("LOCAL", "PILOTS"):
        for letter in word:
            sheet.write(x, 100, letter, 16, "Helvetica-Bold")
            x += 19
        x += 16
    sheet.lines(60, 140, BODY)
    assert extract(sheet.save(), "d", GEOMETRY).text.startswith("LOCAL PILOTS\n")


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_page_with_rotate_entry_is_read_and_boxed_as_displayed(tmp_path: Path, turn: int) -> None:
    sheet = Sheet(tmp_path / "rotate.pdf")
    sheet.canvas.setPageRotation(turn)
    canvas = sheet.canvas
    canvas.saveState()
    canvas.translate(*{90: (842, 0), 180: (595, 842), 270: (0, 595)}[turn])  # reportlab lays turned pages on their side
    canvas.rotate(turn)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(100, 300, "Read me upright on the turned page, please.")
    canvas.restoreState()
    document = extract(sheet.save(), "d", GEOMETRY)
    assert document.text == "Read me upright on the turned page, please."
    box = document.rectangles(0, len(document.text))[0]
    assert (document.pages[0].width, document.pages[0].height) == pytest.approx((595, 842))
    assert box.x0 == pytest.approx(100, abs=1)
    assert box.top < 842 - 300 < box.bottom


@pytest.mark.parametrize("turn", [90, 270])
def test_text_turned_on_an_upright_page_is_read(tmp_path: Path, turn: int) -> None:
    sheet = Sheet(tmp_path / "turned.pdf")
    canvas = sheet.canvas
    canvas.translate(*((0, 842) if turn == 270 else (595, 0)))
    canvas.rotate(turn)
    canvas.setFont("Helvetica", 11)
    for row, line in enumerate(BODY):
        canvas.drawString(60, 400 - 14 * row, line)
    document = extract(sheet.save(), "d", GEOMETRY)
    assert document.text == " ".join(BODY)
    assert document.pages[0].width == pytest.approx(595)


def test_ruled_table_is_not_running_text(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "table.pdf")
    sheet.lines(60, 100, [*BODY, "as the table shows."])
    sheet.write(60, 190, "Table 1: Costs of the pilots", 11)
    rows = [("County", "Cost"), ("Alder", "120"), ("Birch", "95")]
    for row, pair in enumerate(rows):
        for column, text in enumerate(pair):
            sheet.write(66 + 150 * column, 214 + 20 * row, text)
    for line in range(4):
        sheet.rule(60, 200 + 20 * line, 360, 200 + 20 * line)
    for x in (60, 210, 360):
        sheet.rule(x, 200, x, 260)
    document = extract(sheet.save(), "d", GEOMETRY)
    assert "Alder" not in document.text
    (table,) = document.tables
    assert table.caption == "Table 1: Costs of the pilots"
    cells = {(cell.row, cell.column): cell.text for cell in table.cells}
    assert cells == {(r, c): text for r, pair in enumerate(rows) for c, text in enumerate(pair)}
    assert ("caption", "Table 1: Costs of the pilots") in kinds(document)


def test_framed_prose_is_a_box_not_a_table(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "box.pdf")
    sheet.lines(60, 100, [*BODY, "and so it ended."])
    sheet.canvas.rect(55, HEIGHT - 280, 500, 90)
    sheet.lines(60, 210, [*BODY, "in this box."], 10)
    sheet.lines(60, 320, [*BODY, "and so it went on."])
    document = extract(sheet.save(), "d", GEOMETRY)
    assert [kind for kind, _ in kinds(document)] == ["body", "box", "body"]
    assert document.tables == ()


def test_contents_rows_are_no_headings(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "contents.pdf")
    for row in range(6):
        sheet.write(60, 100 + 20 * row, f"Chapter {row + 1} of the story", 14, "Helvetica-Bold")
        sheet.write(500, 100 + 20 * row, str(3 + 4 * row), 14, "Helvetica-Bold")
    sheet.next_page()
    for row in range(5):
        sheet.lines(60, 100 + 60 * row, BODY)
    document = extract(sheet.save(), "d", GEOMETRY)
    assert [kind for kind, _ in kinds(document)[:6]].count("heading") == 0
    assert kinds(document)[0][1] == "Chapter 1 of the story 3"


def test_same_bytes_same_document(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "same.pdf")
    sheet.lines(60, 100, BODY)
    path = sheet.save()
    one, other = extract(path, "d"), extract(path, "d")
    assert (one.text, one.blocks, one.sentences, one.pages) == (other.text, other.blocks, other.sentences, other.pages)


def test_page_without_text_is_a_problem_but_an_empty_back_is_not(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "mixed.pdf")
    sheet.lines(60, 100, BODY)
    sheet.next_page()
    sheet.next_page()  # an empty page
    sheet.canvas.rect(60, 100, 300, 300, fill=1)
    sheet.next_page()
    document = extract(sheet.save(), "d", GEOMETRY)
    assert [problem.page for problem in document.problems] == [3]
    assert "no text layer" in document.problems[0].message
    assert document.status == "partial"


def test_no_text_at_all_is_an_error(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "picture.pdf")
    sheet.canvas.rect(60, 100, 300, 300, fill=1)
    with pytest.raises(ExtractionError, match=r"picture\.pdf.*text layer"):
        extract(sheet.save(), "d", GEOMETRY)


def test_more_pages_than_allowed(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "long.pdf")
    for _ in range(4):
        sheet.lines(60, 100, BODY)
        sheet.next_page()
    document = extract(sheet.save(), "d", ExtractOptions(max_pages=2))
    assert len(document.pages) == 2
    assert "4 pages" in document.problems[0].message
