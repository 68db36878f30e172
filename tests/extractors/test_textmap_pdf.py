"""The rectangles of a span stand where the page was drawn: expected places come from the font's own widths."""

from pathlib import Path

import matplotlib
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from extractors import Box, Document, ExtractOptions, extract
from tests.extractors.pages import BODY, Sheet

OPTIONS = ExtractOptions(ocr="never")
SIZE = 11


def boxes(document: Document, words: str) -> tuple[Box, ...]:
    start = document.text.index(words)
    return document.rectangles(start, start + len(words))


def assert_drawn_at(box: Box, page: int, x: float, y: float, before: str, words: str, font: str = "Helvetica") -> None:
    """``words`` after ``before`` on a line drawn at x with its base line at y."""
    left = x + pdfmetrics.stringWidth(before, font, SIZE)
    assert box.page == page
    assert box.x0 == pytest.approx(left, abs=1)
    assert box.x1 == pytest.approx(left + pdfmetrics.stringWidth(words, font, SIZE), abs=1)
    assert box.top < y - 0.4 * SIZE < box.bottom, "the middle of small letters is inside"
    assert box.bottom - box.top < 1.6 * SIZE, "one line, not two"


def test_words_of_one_line(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.lines(60, 100, BODY, SIZE)
    document = extract(sheet.save(), "d", OPTIONS)
    (box,) = boxes(document, "three counties")
    assert_drawn_at(box, 1, 60, 100, "The first pilots began in ", "three counties")


def test_a_span_over_two_lines_has_a_rectangle_on_each(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.lines(60, 100, BODY, SIZE)
    document = extract(sheet.save(), "d", OPTIONS)
    first, second = boxes(document, "had seen in their own")
    assert_drawn_at(first, 1, 60, 100, BODY[0].removesuffix("had seen"), "had seen")
    assert_drawn_at(second, 1, 60, 114, "", "in their own")


def test_a_span_over_two_columns_drawn_row_by_row(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    left = [f"left {n} words of the first column go here" for n in "abcdefgh"]
    right = [f"right {n} words of the second column go here" for n in "abcdefgh"]
    for row, (one, other) in enumerate(zip(left, right, strict=True)):
        sheet.write(60, 100 + 14 * row, one, SIZE)
        sheet.write(330, 100 + 14 * row, other, SIZE)
    document = extract(sheet.save(), "d", OPTIONS)
    first, second = boxes(document, "go here right a")
    assert_drawn_at(first, 1, 60, 198, "left h words of the first column ", "go here")
    assert_drawn_at(second, 1, 330, 100, "", "right a")


def test_a_span_over_two_columns(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    for x, side in ((60, "left"), (330, "right")):
        for row, name in enumerate("abcdefgh"):
            sheet.write(x, 100 + 14 * row, f"{side} {name} words of this column go here", SIZE)
    document = extract(sheet.save(), "d", OPTIONS)
    first, second = boxes(document, "go here right a")
    assert_drawn_at(first, 1, 60, 198, "left h words of this column ", "go here")
    assert_drawn_at(second, 1, 330, 100, "", "right a")


def test_a_word_divided_at_a_line_end_keeps_both_its_places(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    lines = [*BODY[:2], "this was then the first programme of the whole county, as the govern-", "ment had said."]
    sheet.lines(60, 100, [*lines, "The government agreed."], SIZE)
    document = extract(sheet.save(), "d", OPTIONS)
    first, second = boxes(document, "government")
    assert_drawn_at(first, 1, 60, 128, lines[2].removesuffix("govern-"), "govern")
    assert_drawn_at(second, 1, 60, 142, "", "ment")


def test_a_span_over_two_pages(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.lines(60, 700, BODY, SIZE)
    sheet.next_page()
    sheet.write(60, 80, "and the rest of the sentence stands on the second page of it.", SIZE)
    document = extract(sheet.save(), "d", OPTIONS)
    first, second = boxes(document, "planned for and the rest")
    assert_drawn_at(first, 1, 60, 728, BODY[2].removesuffix("planned for"), "planned for")
    assert_drawn_at(second, 2, 60, 80, "", "and the rest")


def test_a_ligature_is_two_letters_in_one_place(tmp_path: Path) -> None:
    font = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    pdfmetrics.registerFont(TTFont("DejaVu", str(font)))
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.write(60, 100, "This is the of\ufb01cial plan of the county.", SIZE, "DejaVu")
    document = extract(sheet.save(), "d", OPTIONS)
    assert document.text == "This is the official plan of the county."
    (box,) = boxes(document, "official")
    assert_drawn_at(box, 1, 60, 100, "This is the ", "of\ufb01cial", "DejaVu")
    (part,) = boxes(document, "fi")
    assert_drawn_at(part, 1, 60, 100, "This is the of", "\ufb01", "DejaVu")


def test_boxes_lie_on_the_page_and_lines_do_not_overlap(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.lines(60, 100, BODY, SIZE)
    document = extract(sheet.save(), "d", OPTIONS)
    found = document.rectangles(0, len(document.text))
    assert len(found) == 3
    for box in found:
        assert 0 <= box.x0 < box.x1 <= document.pages[0].width
        assert 0 <= box.top < box.bottom <= document.pages[0].height
    assert [box.top for box in found] == sorted(box.top for box in found)
