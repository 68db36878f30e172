"""corpus.sample.markup: the light markup that text, key and pages come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.sample.markup import Element, MarkedMention, MarkupError, read_hyphens, read_inline, read_source

HEAD = "title: A report\n---\n"


def read(tmp_path: Path, body: str) -> tuple[Element, ...]:
    path = tmp_path / "report.md"
    path.write_text(HEAD + body, encoding="utf-8")
    return read_source(path, {}).elements


def test_read_inline_takes_out_mentions_and_keeps_their_offsets() -> None:
    found = read_inline("Pay [late grants|F:pa] now.", {})
    assert found.text == "Pay late grants now."
    assert found.mentions == (MarkedMention(4, 15, "barrier.funding", "policy", "asserted"),)


def test_read_inline_reads_nested_mentions() -> None:
    found = read_inline("[[best practice|n] partnerships|pb]", {})
    assert found.text == "best practice partnerships"
    assert [(m.start, m.end, m.code) for m in found.mentions] == [
        (0, 26, "partnership.body"),
        (0, 13, "best_practice.named"),
    ]


def test_read_inline_keeps_note_calls_out_of_the_text_but_in_print() -> None:
    found = read_inline("It worked.{^2}", {})
    assert (found.text, found.printed, found.notes) == ("It worked.", "It worked.2", ("2",))


def test_read_inline_sets_typographic_quotes_inside_mentions_too() -> None:
    assert read_inline("\"We can't,\" said ['it'|pb].", {}).text == "“We can’t,” said ‘it’."


def test_read_inline_marks_break_points_in_print_only(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("part-ner-ship", encoding="utf-8")
    found = read_inline("Partnerships & more", read_hyphens(tmp_path / "words.txt"))
    assert found.text == "Partnerships & more"
    assert found.xml == "Part\u00adner\u00adships &amp; more"


def test_read_source_reads_labels_names_and_quotations(tmp_path: Path) -> None:
    (paragraph,) = read(tmp_path, "3.14\nN: One.\nL2p#q1=other.a~other.b: Two.\nG: Three.\n")
    one, two, three = paragraph.sentences
    assert (paragraph.kind, paragraph.number) == ("body", "3.14")
    assert (one.label, three.label) == ("neither", "legitimation")
    assert (two.label, two.depth, two.learner) == ("learning", "double_loop", "policy")
    assert (two.name, two.quotes, two.leaves_out) == ("q1", "other.a", "other.b")


def test_read_source_reads_a_list_that_continues_a_stem(tmp_path: Path) -> None:
    stem, first, second = read(tmp_path, "N: We ask for:\n- N: time;\n- N: money.\n  N: A lot of it.\n")
    assert (stem.kind, first.kind, second.kind) == ("body", "list_item", "list_item")
    assert [s.text for s in second.sentences] == ["money.", "A lot of it."]


def test_read_source_gives_a_note_to_the_paragraph_that_calls_it(tmp_path: Path) -> None:
    (paragraph,) = read(tmp_path, "N: It worked.{^1}\n\n[^1] N: In June.\n")
    assert [note.sentences[0].text for note in paragraph.notes] == ["In June."]


def test_read_source_reads_tables_and_boxes(tmp_path: Path) -> None:
    table, box = read(tmp_path, "::: table Table 1\na | b\n1 | 2\n:::\n\n::: box Title\nN: Inside.\n:::\n")
    assert (table.kind, table.rows) == ("table", [["a", "b"], ["1", "2"]])
    assert (box.kind, box.sentences[0].text, box.children[0].sentences[0].text) == ("box", "Title", "Inside.")


@pytest.mark.parametrize(
    "line", ["No label.", "L3p: Depth three.", "N: [open", "N: [grant|F]", "N: [x|zz]", "N: [x|e:pa]"]
)
def test_read_source_names_file_and_line_of_a_mistake(tmp_path: Path, line: str) -> None:
    with pytest.raises(MarkupError, match=r"report\.md: cannot read"):
        read(tmp_path, line)
