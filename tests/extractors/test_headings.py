"""Headings told from captions, signatures, rows of contents, words in tables and charts."""

from pathlib import Path

import pytest

from extractors import Document, ExtractOptions, extract
from tests.extractors.pages import BODY, HEIGHT, Sheet, kinds

GEOMETRY = ExtractOptions(ocr="never", tables=False)
BOLD, SLANTED = "Helvetica-Bold", "Helvetica-Oblique"
PROSE = (*BODY, "and that was the end of it in the first year.")


def headings(document: Document) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == "heading"]


def kind_of(document: Document, text: str) -> str:
    return next(kind for kind, words in kinds(document) if text in words)


def read(sheet: Sheet) -> Document:
    """The sheet after a page of prose, so that it is no title page."""
    return extract(sheet.save(), "d", GEOMETRY)


def begin(folder: Path) -> Sheet:
    sheet = Sheet(folder / "headings.pdf")
    sheet.lines(60, 130, PROSE)
    sheet.next_page()
    return sheet


def test_a_title_that_comes_back_in_every_chapter_is_a_heading(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    for chapter in range(6):
        top = 100 + 20 * chapter
        sheet.write(60, top, "Conclusion", 13, BOLD)
        sheet.lines(60, top + 24, PROSE)
        sheet.next_page()
    assert headings(read(sheet)) == ["Conclusion"] * 6


def test_the_head_of_a_table_that_goes_on_is_none(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    for _ in range(6):
        sheet.write(60, 260, "Action agreed by the county", 11, BOLD)
        sheet.lines(60, 284, PROSE)
        sheet.next_page()
    assert headings(read(sheet)) == []


def test_a_long_title_on_two_lines_is_one_heading(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    first = "Understanding circumstances surrounding environmental transport partnerships, comprehensive"
    sheet.write(60, 260, first, 11.5, BOLD)
    sheet.write(60, 278, "Those of the schools", 11.5, BOLD)
    sheet.lines(60, 300, PROSE)
    assert headings(read(sheet)) == [f"{first} Those of the schools"]


def test_two_short_titles_one_below_the_other_are_two(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    sheet.write(60, 260, "Costs of transport", 11, BOLD)
    sheet.write(60, 274, "First finding", 11, BOLD)
    sheet.lines(60, 292, PROSE)
    assert headings(read(sheet)) == ["Costs of transport", "First finding"]


def test_a_title_that_ends_in_a_joining_word_goes_on(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    sheet.write(60, 260, "Costs and", 11, BOLD)
    sheet.write(60, 274, "Benefits", 11, BOLD)
    sheet.lines(60, 292, PROSE)
    assert headings(read(sheet)) == ["Costs and Benefits"]


def test_a_title_below_the_label_of_a_box_is_its_caption(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    sheet.write(200, 260, "BOX 3", 11, BOLD)
    sheet.write(160, 276, "Cycle lessons in the west", 11, BOLD)
    sheet.lines(60, 300, PROSE)
    document = read(sheet)
    assert headings(document) == []
    assert kind_of(document, "Cycle lessons") == "caption"


def test_a_sentence_that_begins_with_a_figure_is_body(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    sheet.write(60, 260, "Figure 2 shows how the three counties spent what they had been given.")
    sheet.write(60, 300, "Figure 2: What the counties spent", 11, BOLD)
    document = read(sheet)
    assert kind_of(document, "shows how") == "body"
    assert kind_of(document, "What the counties") == "caption"


def test_a_caption_in_bold_right_below_a_title_is_parted_from_it(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    sheet.write(60, 260, "ANNEX 7: INDICATORS OF THE THREE COUNTIES AND THEIR PARTNERS", 11, BOLD)
    sheet.write(60, 274, "Annex Table 7.1: Transport and schools", 11, BOLD)
    sheet.lines(60, 310, PROSE)
    document = read(sheet)
    assert headings(document) == ["ANNEX 7: INDICATORS OF THE THREE COUNTIES AND THEIR PARTNERS"]
    assert kind_of(document, "Annex Table 7.1") == "caption"


@pytest.mark.parametrize(
    "text",
    [
        "Source: Department of Orchards",
        "The Rt Hon the Baroness Marlow",
        "18 July 2019",
        "To see this through, the county will:",
        "Paragraph Page",
        "5. All claims should be settled within a year, the inspector wrote.” 239",
        "“First recommendation accepted",
        "b) the purpose of the land",
        "a process which was re-",
    ],
)
def test_bold_lines_that_are_no_headings(tmp_path: Path, text: str) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    words = (
        f"In order to meet the needs of schools in each county {text[0].lower()}{text[1:]}" if "will:" in text else text
    )
    sheet.write(60, 260, words, 11, BOLD)
    sheet.lines(60, 292, PROSE)
    assert headings(read(sheet)) == []


def test_a_date_right_below_a_title_belongs_to_the_titles(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.write(60, 100, "Seminar on transport", 14, BOLD)
    sheet.write(60, 130, "19 October 2010", 14, BOLD)
    sheet.lines(60, 160, PROSE)
    assert headings(read(sheet)) == ["Seminar on transport", "19 October 2010"]


def test_words_that_stand_apart_on_one_line_are_a_chart(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    for x, word in ((60, "Tourism"), (200, "Transport"), (340, "Health")):
        sheet.write(x, 260, word, 11, BOLD)
    sheet.lines(60, 292, PROSE)
    assert headings(read(sheet)) == []


@pytest.mark.parametrize("number", ["3.1", "Annex 3.1:", "PART 3"])
def test_a_number_may_stand_apart_from_its_title(tmp_path: Path, number: str) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    sheet.write(60, 260, number, 11, BOLD)
    sheet.write(160, 260, "Questions for the visit", 11, BOLD)
    sheet.lines(60, 292, PROSE)
    assert headings(read(sheet)) == [f"{number} Questions for the visit"]


def test_slanted_titles_count_where_slanted_print_is_for_titles(tmp_path: Path) -> None:
    titles = ["Work with “partners”", "Costs of transport (by county)", "What schools said", "Time and travel"]
    sheet = begin(tmp_path)
    for title in titles:
        sheet.write(60, 100, title, 11, SLANTED)
        sheet.lines(60, 130, PROSE)
        sheet.next_page()
    assert headings(read(sheet)) == titles


def test_slanted_quotations_make_slanted_print_no_titles(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    for number in range(5):
        sheet.write(100, 100, f"“Nobody told us in week {number} what the others had seen.”", 11, SLANTED)
        sheet.lines(60, 130, PROSE)
        sheet.next_page()
    sheet.write(60, 100, "What they called “the wall”", 11, SLANTED)
    sheet.lines(60, 130, PROSE)
    assert headings(read(sheet)) == []


def test_the_title_of_the_contents_goes_with_its_rows(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.write(60, 80, "Contents", 16, BOLD)
    for row, title in enumerate(("Summary", "Findings", "Costs", "Next steps", "Annexes")):
        sheet.write(60, 110 + 20 * row, title)
        sheet.write(500, 110 + 20 * row, str(3 + 4 * row))
    sheet.next_page()
    sheet.write(60, 80, "Findings", 16, BOLD)
    sheet.lines(60, 110, PROSE)
    assert headings(read(sheet)) == ["Findings"]


def test_a_bold_beginning_goes_on_in_its_paragraph(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    sheet.write(
        60,
        240,
        "First Year of Growth: A highlight of the year was the first Report, which was called the County",
        11,
        BOLD,
    )
    sheet.write(60, 254, "Transport Report", 11, BOLD)
    end = 60 + sheet.canvas.stringWidth("Transport Report ", BOLD, 11)
    sheet.write(end, 254, "and was read by all three partners before the second year began.")
    document = read(sheet)
    assert headings(document) == []
    assert "County Transport Report and was read" in document.text


def test_a_line_that_begins_with_a_date_goes_on_with_its_numbered_paragraph(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.write(
        60, 100, "4.7 The board of the three counties met again in the town hall to hear the schools and that was on"
    )
    sheet.write(60, 114, "12 June 2019 when the second report had been read by all of them.")
    assert "that was on 12 June 2019 when" in read(sheet).text


def test_a_sentence_goes_on_over_a_wider_gap(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    sheet.write(100, 260, "1. The county should be taken out of the scheme before it is widened to all of")
    sheet.write(120, 278, "the schools in the west.")
    assert "widened to all of the schools" in read(sheet).text


def test_a_cell_beside_a_ruled_table_is_no_heading(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    for row in range(6):
        sheet.rule(160, 260 + 30 * row, 520, 260 + 30 * row)
    for x in (160, 340, 520):
        sheet.rule(x, 260, x, 410)
    for row in range(5):
        sheet.write(170, 280 + 30 * row, f"cell {row} of plan", 10)
        sheet.write(350, 280 + 30 * row, f"{row + 3} per cent", 10)
    sheet.write(100, 340, "Transport", 11, BOLD)
    sheet.lines(60, 480, PROSE)
    assert headings(read(sheet)) == []


def test_a_stamp_along_the_edge_does_not_turn_the_page(tmp_path: Path) -> None:
    sheet = begin(tmp_path)
    sheet.lines(60, 130, PROSE)
    sheet.canvas.saveState()
    sheet.canvas.translate(30, 200)
    sheet.canvas.rotate(90)
    sheet.canvas.setFont("Helvetica", 5)
    sheet.canvas.drawString(0, 0, "printed for the county by the orchard press in the spring of the second year")
    sheet.canvas.restoreState()
    document = read(sheet)
    assert document.text.count("The first pilots began in three counties") == 2
    assert "orchard press" not in document.text


def test_what_is_left_out_of_the_text_is_kept_as_furniture(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "furniture.pdf")
    for number in (1, 2):
        sheet.write(60, 40, "Annual review of partnerships", 9)
        sheet.lines(60, 120, PROSE)
        sheet.write(290, HEIGHT - 30, str(number), 9)
        sheet.next_page()
    document = extract(sheet.save(), "d", GEOMETRY)
    assert [(item.box.page, item.text) for item in document.furniture] == [
        (1, "Annual review of partnerships"),
        (1, "1"),
        (2, "Annual review of partnerships"),
        (2, "2"),
    ]
    assert all(item.box.x0 in (60, 290) or abs(item.box.x0 - 290) < 1 for item in document.furniture)
