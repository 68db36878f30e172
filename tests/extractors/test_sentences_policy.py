"""Sentences of policy prose: numbered paragraphs, bullets that continue a stem, references, quotations."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import extract
from extractors.sentences import split_sentences


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.14 We will test the plan. 3.15 We will then decide.", 2),
        ("The cost (see Table 2.1) rose. In para. 4.2 we say why.", 2),
        ("This was found by Alder and others (DfES 2005b: 19). It was not heeded.", 2),
        ("As HC 210-II shows, No. 4 was closed. Others stayed open.", 2),
        ("“We learnt much. We changed little”, said one head.", 2),
        ("Three districts, i.e. Alder, Birch and Cedar, took part. Prof. Elm led them.", 2),
        ("It began at 9 a.m. on 3 Sept. 2019 and ended the same day.", 1),
        ("The grant (£2.5m p.a.) was ended in 2021–22. Nobody replaced it.", 2),
        ("Has it worked? Not yet: there was no money!", 2),
        ("The Department for Learning et al. were told twice.", 1),
        ("Version 2.0 of the guide, by J. K. Ash, is online at www.example.org/guide.html for all.", 1),
    ],
)
def test_number_of_sentences(text: str, expected: int) -> None:
    assert len(pieces(text)) == expected, pieces(text)


def test_the_number_of_a_paragraph_belongs_to_its_first_sentence() -> None:
    assert pieces("2.7. The pilots closed. Nobody asked why.") == ["2.7. The pilots closed.", "Nobody asked why."]


def test_bullets_are_sentences_of_their_own_blocks_and_the_stem_is_not_lost(tmp_path: Path) -> None:
    text = "# Plan\n\nPartners will:\n\n- meet each month;\n- share what they learn. They will be paid.\n"
    (tmp_path / "a.md").write_text(text)
    document = extract(tmp_path / "a.md", "d")
    found = [document.sentence_text(sentence) for sentence in document.sentences]
    assert found == ["Plan", "Partners will:", "meet each month;", "share what they learn.", "They will be paid."]
    assert [sentence.block for sentence in document.sentences] == [0, 1, 2, 3, 3]
    assert {sentence.section for sentence in document.sentences[1:]} == {"Plan"}


def test_no_sentence_crosses_a_heading(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("It was agreed that\n\n## Costs\n\nwould be shared.\n")
    document = extract(tmp_path / "a.md", "d")
    found = [document.sentence_text(sentence) for sentence in document.sentences]
    assert found == ["It was agreed that", "Costs", "would be shared."]


@settings(derandomize=True)
@given(st.text(alphabet='aB1 .!?()“”"e,;:', max_size=80))
def test_ranges_are_in_order_apart_and_leave_out_blanks_only(text: str) -> None:
    ranges = list(split_sentences(text))
    assert all(start < end for start, end in ranges)
    assert all(one[1] <= other[0] for one, other in pairwise(ranges))
    covered = "".join(text[start:end] for start, end in ranges)
    assert "".join(covered.split()) == "".join(text.split())
