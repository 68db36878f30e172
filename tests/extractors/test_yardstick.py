"""The yardsticks of benchmarks/extraction.py: whether tags can serve as one, and which words are lost."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.extracting.lostwords import reach
from benchmarks.extracting.tagsanity import Piece, contradicted, headings, out_of_order
from extractors import ExtractOptions, extract
from tests.extractors.pages import BODY, HEIGHT, Sheet

SENTENCE = "The partners met in the town hall and read what the schools had written about the year."


def piece(
    text: str, kind: str = "text", size: float = 11, box: tuple[float, float, float, float] = (0, 0, 1, 1)
) -> Piece:
    return Piece(1, kind, text, size, "Body" if size == 11 else "Head", size > 11, box)


@pytest.mark.parametrize(
    "text",
    [
        "• to read what was written",
        "Findings ............ 12",
        "The partners met in the town hall and read all that the schools had written.",
        " ".join(["word"] * 31),
    ],
)
def test_what_a_reader_would_not_call_a_heading(text: str) -> None:
    assert headings([piece(text, "heading"), piece("Findings", "heading")]) == [piece("Findings", "heading")]


def test_four_headings_of_a_page_that_end_in_numbers_are_contents() -> None:
    rows = [piece(f"Chapter about schools {number}", "heading") for number in (3, 9, 12, 20)]
    assert headings(rows) == []
    assert headings(rows[:3]) == rows[:3]


def test_tags_contradict_themselves_by_the_share_of_titles_left_plain() -> None:
    titles = [piece(f"Title of part {letter}", "heading", 14) for letter in "abc"]
    plain = [piece("Title of part d", size=14), piece(SENTENCE), piece(SENTENCE), piece(SENTENCE, size=14)]
    assert contradicted(titles + plain) == pytest.approx(1 / 4)
    assert contradicted([*titles, piece(SENTENCE)]) == 0
    assert math.isnan(contradicted([piece(SENTENCE)]))


def test_a_block_tagged_after_what_stands_below_it_is_out_of_order() -> None:
    upper = piece("one two three", box=(60, 100, 300, 140))
    lower = piece("four five six seven", box=(60, 200, 300, 240))
    assert out_of_order([upper, lower]) == 0
    assert out_of_order([lower, upper]) == pytest.approx(3 / 7)


def test_a_left_column_tagged_after_the_right_one_is_out_of_order() -> None:
    left = piece("one two three", box=(60, 100, 280, 240))
    right = piece("four five six seven", box=(320, 100, 540, 240))
    assert out_of_order([left, right]) == 0
    assert out_of_order([right, left]) == pytest.approx(3 / 7)
    other_page = replace(left, page=2)
    assert out_of_order([right, other_page]) == 0


def test_every_visible_word_is_found_where_it_is(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "reach.pdf")
    for number in (1, 2, 3):
        sheet.write(60, 40, "Review of orchards", 9)
        sheet.lines(60, 150, BODY)
        sheet.write(290, HEIGHT - 30, str(number), 9)
        sheet.next_page()
    path = sheet.save()
    document = extract(path, "d", ExtractOptions(ocr="never"))
    count = sum(len(line.split()) for line in BODY)
    assert reach(path, document).words == {"text": 3 * count, "furniture": 3 * 4}
    assert reach(path, document).lost == 0


def test_words_that_a_document_dropped_are_lost(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "lost.pdf")
    for number in (1, 2, 3):
        sheet.write(60, 40, "Review of orchards", 9)
        sheet.lines(60, 150, BODY)
        sheet.next_page()
        assert number
    path = sheet.save()
    document = replace(extract(path, "d", ExtractOptions(ocr="never")), furniture=())
    found = reach(path, document)
    assert found.words["lost"] == 9
    assert set(found.examples) == {(page, word) for page in (1, 2, 3) for word in ("review", "of", "orchards")}
