"""HTML as departments publish it."""

import pytest

from extractors.html import read_html


def blocks(page: str) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, b.text) for b in read_html(page.encode()).blocks]


def test_heading_levels_and_paragraphs() -> None:
    page = "<h1>Plan</h1><p>One.</p><h2>Costs</h2><p>Two.</p><h3>Transport</h3>"
    assert blocks(page) == [
        ("heading", 1, "Plan"),
        ("body", 0, "One."),
        ("heading", 2, "Costs"),
        ("body", 0, "Two."),
        ("heading", 3, "Transport"),
    ]


def test_inline_elements_do_not_divide_words_or_paragraphs() -> None:
    assert blocks("<p>The <em>local</em> <a href='#'>part<b>ners</b></a>hip<sup>1</sup><br>met.</p>") == [
        ("body", 0, "The local partnership1 met.")
    ]


def test_text_directly_in_a_section_is_a_paragraph_of_its_own() -> None:
    assert blocks("<div>Before.<p>Inside.</p>After.</div>") == [
        ("body", 0, "Before."),
        ("body", 0, "Inside."),
        ("body", 0, "After."),
    ]


@pytest.mark.parametrize(
    "unseen",
    [
        "<nav>Home</nav>",
        "<footer>Crown copyright</footer>",
        "<script>alert(1)</script>",
        "<style>p {}</style>",
        "<div hidden>Secret</div>",
        '<div aria-hidden="true">Secret</div>',
        '<div class="govuk-cookie-banner">Cookies</div>',
        "<form>Was this page useful?</form>",
        "<!-- a comment -->",
    ],
)
def test_what_is_not_the_page_itself_is_left_out(unseen: str) -> None:
    assert blocks(f"<body>{unseen}<p>Words.</p>{unseen}</body>") == [("body", 0, "Words.")]


def test_only_the_main_part_is_read_where_it_is_marked() -> None:
    assert blocks("<body><div>Menu</div><main><p>Words.</p></main><div>Links</div></body>") == [("body", 0, "Words.")]


def test_a_data_table_is_a_table_with_its_caption() -> None:
    rows = "<tr><th>County</th><th>Cost</th></tr><tr><td>Alder</td><td>120</td></tr>"
    page = f"<p>Words.</p><table><caption>Costs</caption>{rows}</table>"
    read = read_html(page.encode())
    assert [block.text for block in read.blocks] == ["Words."]
    (table,) = read.tables
    assert table.caption == "Costs"
    assert {(c.row, c.column): c.text for c in table.cells} == {
        (0, 0): "County",
        (0, 1): "Cost",
        (1, 0): "Alder",
        (1, 1): "120",
    }


def test_a_table_that_only_lays_out_the_page_is_running_text() -> None:
    inner = "<table><tr><td>120</td></tr></table>"
    for page in (
        f"<table><tr><td>Menu</td><td><p>Words.</p>{inner}</td></tr></table>",
        "<table role=presentation><tr><td>Menu</td><td><p>Words.</p></td></tr></table>",
    ):
        assert ("body", 0, "Words.") in blocks(page)
    assert [cell.text for cell in read_html(f"<table><tr><td>{inner}".encode()).tables[0].cells] == ["120"]


def test_title_and_language() -> None:
    page = '<html lang="cy-GB"><head><title>Cynllun - GOV.UK</title></head><body><p>Geiriau.</p></body></html>'
    read = read_html(page.encode())
    assert (read.title, read.language) == ("Cynllun", "cy")


def test_character_references() -> None:
    assert blocks("<p>Caf&eacute; &amp; bar &#8211; caf&#xe9;&nbsp;2</p>") == [("body", 0, "Café & bar – café 2")]
