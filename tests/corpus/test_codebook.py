"""The codebook as data: reading, the pattern language, its page."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.codebook import CodebookError, load_codebook
from corpus.codebook_page import codebook_page
from corpus.codebook_patterns import Anchor, PatternError, compile_pattern
from corpus.inflection import forms

SMALL = """
version: "1"
classes:
  animal: [cat+, guinea pig+]
codes:
  pet:
    definition: An animal at home.
    subcodes:
      tame: {definition: Tame.}
    rules:
      named: {subcode: tame, patterns: ["<animal>"]}
    include: ["She keeps [two cats]."]
    exclude: ["The lion roars."]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "codebook.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_codes_and_subcodes_are_those_of_the_codebook_page():
    codebook = load_codebook()
    assert {c.name: [s.name for s in c.subcodes] for c in codebook.codes} == {
        "barrier": [
            "qualifications", "competition", "accountability", "funding", "time", "capacity", "logistics", "culture",
            "policy_instability", "other",
        ],
        "best_practice": ["named", "exemplar", "dissemination", "transfer", "joint_development"],
        "partnership": ["body", "working", "mandated", "condition", "weak"],
        "learning_mode": ["acquisitive", "participatory", "constructivist"],
    }  # fmt: skip
    assert codebook.by_name["barrier"].attributes == ("locus", "status")


def test_the_digest_is_that_of_the_files_bytes(tmp_path):
    a = load_codebook(written(tmp_path, SMALL))
    b = load_codebook(written(tmp_path, SMALL + "# a remark\n"))
    assert a.digest != b.digest
    assert load_codebook(written(tmp_path, SMALL)).digest == a.digest


def test_a_rule_id_names_its_code():
    assert all(r.rule_id.startswith(f"{r.code}.") for r in load_codebook().rules())


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("subcode: tame", "subcode: wild", "there is no subcode 'wild'"),
        ("definition: An animal at home.", "definitoin: x", "unknown entry 'definitoin'"),
        ('patterns: ["<animal>"]', "patterns: nothing", "expected a list of lines"),
        ('patterns: ["<animal>"]', "certain: true", "a rule needs 'patterns' or 'tokens'"),
        ("[two cats]", "two cats", "mark the mention"),
        ("The lion roars.", "The [lion] roars.", "no [square brackets]"),
        ("  pet:", "  Pet:", "small letters"),
        ('version: "1"', 'version: ""', "expected a text"),
    ],
)
def test_a_wrong_entry_is_named_with_its_place_in_one_line(tmp_path, wrong, right, said):
    path = written(tmp_path, SMALL.replace(wrong, right))
    with pytest.raises(CodebookError) as caught:
        load_codebook(path)
    message = str(caught.value)
    assert said in message
    assert message.startswith(str(path))
    assert "\n" not in message


def test_a_file_that_is_not_yaml_or_not_there_is_one_line(tmp_path):
    with pytest.raises(CodebookError, match="line 3"):
        load_codebook(written(tmp_path, "version: 1\ncodes: [unclosed\nx: }"))
    with pytest.raises(CodebookError, match="No such file"):
        load_codebook(tmp_path / "absent.yaml")


def found(pattern: str, text: str, classes: dict[str, list[str]] | None = None) -> list[str]:
    expression = compile_pattern(pattern, classes or {})
    return [m.group("m") for m in expression.regex.finditer(text.lower())]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("barrier", "A barrier, not barriers.", ["barrier"]),
        ("barrier+", "Barriers and a barrier.", ["barriers", "barrier"]),
        ("collaborat*", "Collaborating is collaboration.", ["collaborating", "collaboration"]),
        ("co-operate", "They cooperate, co-operate and co operate.", ["cooperate", "co-operate", "co operate"]),
        ("(joint|shared) work", "Joint work, shared work, hard work.", ["joint work", "shared work"]),
        ("very? hard", "Hard. Very hard.", ["hard", "very hard"]),
        ("work ..2 together", "They work well together.", ["work well together"]),
        ("work ..2 together", "They work. Well, together.", []),
        ("work ...3 together", "They work, as ever, together.", ["work, as ever, together"]),
        ("made it [ hard ]", "This made it hard.", ["hard"]),
        ("<pet> food", "Cat food, guinea pig food, bird food.", ["cat food", "guinea pig food"]),
        ("don't", "Don\u2019t!", ["don\u2019t"]),
        ("art", "The party is an art.", ["art"]),
    ],
)
def test_patterns_say_what_the_language_promises(pattern, text, expected):
    assert found(pattern, text, {"pet": ["cat", "guinea pig"]}) == expected


@pytest.mark.parametrize(
    "pattern", ["", "(a|b", "a)", "<nothing>", "very?", "..3", "[ a", "[ a ] [ b ]", "?", "a | b", "+"]
)
def test_a_pattern_that_cannot_work_is_refused(pattern):
    with pytest.raises(PatternError):
        compile_pattern(pattern, {})


def test_one_of_the_anchors_stands_in_every_match():
    codebook = load_codebook()
    for code in codebook.codes:
        for example in code.include:
            low = example.text.lower()
            for rule in code.rules:
                for pattern in rule.patterns:
                    expression = compile_pattern(pattern, codebook.classes)
                    if expression.regex.search(low):
                        for anchors in (expression.anchors, *expression.further):
                            assert any(a.letters in low for a in anchors), (pattern, low)


def test_inflection_follows_the_spelling_rules():
    assert forms("deny") == ["deny", "denies", "denied", "denying"]
    assert forms("erode") == ["erode", "erodes", "eroded", "eroding"]
    assert "planned" in forms("plan")
    assert "transferring" in forms("transfer")
    assert "hinderring" not in forms("hinder")
    assert {"organise", "organizing"} <= set(forms("organise"))
    assert forms("bring") == ["bring", "brings", "brought", "bringing"]


def test_the_page_shows_definitions_examples_and_patterns(tmp_path):
    codebook = load_codebook(written(tmp_path, SMALL))
    page = codebook_page(codebook)
    assert "## pet" in page
    assert "- She keeps [two cats]." in page
    assert "<animal>" not in page
    assert "`<animal>`" in codebook_page(codebook, "pet", patterns=True)


def test_every_telling_part_of_a_pattern_is_an_anchor_and_frequent_words_only_where_there_is_no_other():
    expression = compile_pattern("(lack|shortage) of ..2 (skill*|staff) in?", {})
    first, second = {Anchor("lack"), Anchor("shortage")}, {Anchor("skill", ends=False), Anchor("staff")}
    assert {expression.anchors, *expression.further} == {frozenset(first), frozenset(second)}
    assert compile_pattern("of the", {}).anchors in ({Anchor("of")}, {Anchor("the")})


@pytest.mark.parametrize(
    ("word", "anchor"),
    [
        ("co-operate", Anchor("operate", begins=False)),
        ("stakeholder-led", Anchor("stakeholder", ends=False)),
        ("co-operat*", Anchor("operat", begins=False, ends=False)),
        ("don't", Anchor("don")),
        ("<pet>", Anchor("guinea")),
    ],
)
def test_an_anchor_is_as_much_of_a_word_as_is_sure_to_be_there(word, anchor):
    assert compile_pattern(word, {"pet": ["guinea pig"]}).anchors == {anchor}
