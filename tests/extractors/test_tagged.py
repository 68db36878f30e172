"""When a page's tags are trusted, and what they leave out."""

from extractors.lines import Line
from extractors.pdfium import NO_FONT
from extractors.tagged import TaggedLines, tagged_page
from extractors.tags import Marked

WORDS = "the partners met in the town hall and read what the schools had written"


def page(texts: list[str], tagged: list[bool]) -> tuple[list[Line], TaggedLines]:
    """Lines one below the other; those that are tagged are paragraphs of their own."""
    lines, content, start = [], [], 0
    for row, text in enumerate(texts):
        end = start + len(text)
        top = 100.0 + 20 * row
        lines.append(Line(1, start, end, 60.0, top, 500.0, top + 11, 11.0, text, NO_FONT, False, False))
        content += [row if tagged[row] else -1] * len(text)
        start = end
    marks = [Marked(row, ("Document", "P"), row) for row in range(len(texts)) if tagged[row]]
    changes = [at for at in range(1, len(content)) if content[at] != content[at - 1]]
    return lines, TaggedLines(marks, content, changes)


def test_a_page_whose_tags_leave_out_a_line_of_prose_is_not_trusted() -> None:
    lines, tags = page([WORDS] * 20, [True] * 10 + [False] + [True] * 9)
    assert tagged_page(lines, set(), tags) is None


def test_furniture_may_be_left_out_and_is_kept_aside() -> None:
    lines, tags = page([WORDS] * 20, [False] + [True] * 19)
    read = tagged_page(lines, {id(lines[0])}, tags)
    assert read is not None
    assert [line.text for line in read.rest] == [WORDS]
    assert [block.text for block in read.main] == [WORDS] * 19


def test_a_word_may_be_left_out() -> None:
    lines, tags = page([WORDS, "draft", WORDS], [True, False, True])
    read = tagged_page(lines, set(), tags)
    assert read is not None
    assert [line.text for line in read.rest] == ["draft"]


def test_a_page_whose_right_column_is_tagged_first_is_not_trusted() -> None:
    def column(x0: float, first: int) -> list[Line]:
        return [
            Line(1, at * 71, at * 71 + 71, x0, top, x0 + 220.0, top + 11, 11.0, WORDS, NO_FONT, False, False)
            for at, top in ((first + row, 100.0 + 20 * row) for row in range(5))
        ]

    left, right = column(60.0, 0), column(320.0, 5)
    content = [0] * (5 * 71) + [1] * (5 * 71)
    for order, trusted in (((0, 1), True), ((1, 0), False)):
        tags = TaggedLines([Marked(block, ("Document", "P"), block) for block in order], content, [5 * 71])
        read = tagged_page([*left, *right], set(), tags)
        assert (read is not None) == trusted
