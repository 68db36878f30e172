"""Markdown as people write it."""

from extractors.markdown import read_markdown


def blocks(text: str) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, b.text) for b in read_markdown(text).blocks]


def test_both_kinds_of_headings() -> None:
    assert blocks("Plan\n====\n\nCosts\n-----\n\n### Transport ###\n") == [
        ("heading", 1, "Plan"),
        ("heading", 2, "Costs"),
        ("heading", 3, "Transport"),
    ]


def test_marks_and_links_leave_their_words() -> None:
    text = "Some *local* **partners** read [the plan](https://example.org/plan) and `code`.\n"
    assert blocks(text) == [("body", 0, "Some local partners read the plan and code.")]


def test_wrapped_lines_are_one_paragraph() -> None:
    assert blocks("one\ntwo  \nthree\n\nfour\n") == [("body", 0, "one two three"), ("body", 0, "four")]


def test_numbered_and_nested_items() -> None:
    assert blocks("1. one\n2. two\n   - inner\n\n   more of two\n") == [
        ("list_item", 0, "one"),
        ("list_item", 0, "two"),
        ("list_item", 0, "inner"),
        ("body", 0, "more of two"),
    ]


def test_a_table_is_out_of_the_text() -> None:
    read = read_markdown("Words.\n\n| County | Cost |\n|---|---:|\n| *Alder* | 120 |\n")
    assert [block.text for block in read.blocks] == ["Words."]
    cells = {(c.row, c.column): c.text for c in read.tables[0].cells}
    assert cells == {(0, 0): "County", (0, 1): "Cost", (1, 0): "Alder", (1, 1): "120"}


def test_front_matter_gives_the_title_only() -> None:
    read = read_markdown('---\nauthor: nobody\ntitle: "The plan"\n---\nWords.\n')
    assert read.title == "The plan"
    assert [block.text for block in read.blocks] == ["Words."]


def test_raw_html_leaves_its_words() -> None:
    assert [text.strip() for _, _, text in blocks("<div>\nWords.\n</div>\n")] == ["Words."]
