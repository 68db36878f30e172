"""Plain text, and what all formats without pages share."""

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.document import Block
from extractors.plain import Markup, PlainBlock, build, decode, fold, read_text
from extractors.sentences import LONGEST_SENTENCE


def blocks(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read_text(text).blocks]


def test_headings_stand_alone_or_are_underlined() -> None:
    text = "The plan\n========\n\nWhat it costs\n\nIt costs very much in the first year.\n"
    assert blocks(text) == [
        ("heading", "The plan"),
        ("heading", "What it costs"),
        ("body", "It costs very much in the first year."),
    ]


def test_items_of_a_list() -> None:
    text = "Partners should:\n\n- meet;\n- share costs; and\n(c) report.\n"
    assert blocks(text) == [
        ("body", "Partners should:"),
        ("list_item", "- meet;"),
        ("list_item", "- share costs; and"),
        ("list_item", "(c) report."),
    ]


def test_line_ends_of_every_system_and_form_feeds() -> None:
    for text in ("one\r\n\r\ntwo.", "one\r\rtwo.", "one\n\ntwo.", "one\ftwo."):
        assert [text for _, text in blocks(text)] == ["one", "two."]


def test_a_soft_hyphen_at_a_line_end_is_undone() -> None:
    assert blocks("The first pro\u00ad\ngramme of the county was over.")[0][1] == (
        "The first programme of the county was over."
    )


def test_offsets_sections_and_levels_of_a_built_document() -> None:
    markup = Markup("", (PlainBlock("Plan", "heading", 1), PlainBlock("It  worked.\nIt will go on.")))
    document = build(markup, "d", "0" * 64, "text")
    assert document.text == "Plan\n\nIt worked. It will go on."
    assert document.blocks == (Block(0, 4, "heading", 1), Block(6, 31, "body"))
    assert [(s.start, s.end, s.section) for s in document.sentences] == [
        (0, 4, ""),
        (6, 16, "Plan"),
        (17, 31, "Plan"),
    ]
    assert document.title == "Plan"


def test_what_is_longer_than_any_sentence_is_cut_at_a_blank() -> None:
    text = "word " * 3000
    document = build(Markup("", (PlainBlock(text),)), "d", "0" * 64, "text")
    found = [document.sentence_text(sentence) for sentence in document.sentences]
    assert len(found) >= 3
    assert max(map(len, found)) <= LONGEST_SENTENCE
    assert " ".join(found) == text.strip()
    unbroken = build(Markup("", (PlainBlock("a" * 12_000),)), "d", "0" * 64, "text")
    assert "".join(unbroken.sentence_text(sentence) for sentence in unbroken.sentences) == "a" * 12_000


def test_every_byte_can_be_decoded() -> None:
    assert len(decode(bytes(range(256)) * 2)) == 512


@settings(derandomize=True)
@given(st.text(max_size=60))
def test_folding_leaves_single_blanks_and_every_visible_character(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    unseen = set("\u200b\u200c\u200d\u2060\ufeff\u00ad\x7f") | set(map(chr, range(32)))
    assert [c for c in folded if c != " "] == [c for c in text if not c.isspace() and c not in unseen]
