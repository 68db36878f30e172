"""Sentences drawn for one code: found again, weighted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.codings import DrawnSentence, LabelSet, SpanCoding, SpanReading
from corpus.records import ManifestRow
from corpus.standoff import anchor_of
from extractors import extract
from models.tagging.drawn_gold import DrawnGold, find_drawn, half_of, score_drawn, subcode_accuracy
from models.tagging.gold import GoldMention, GoldSentence
from models.tagging.mentions import SentenceMention

FIRST = "The harbour crew was briefed on the new crane by an inspector."
SECOND = "Both towns visited each other and wrote the timetable together."
CODE = "learning_mode.acquisitive"


def span(start: int, end: int, code: str = CODE) -> GoldMention:
    return GoldMention(start, end, code, None, None)


def drawn(number: int, document: str, weight: float, *spans: GoldMention) -> DrawnGold:
    return DrawnGold(GoldSentence(f"g{number}", document, "x" * 60, {"A": spans}), weight, "development")


def tagged(start: int, end: int, code: str = CODE) -> SentenceMention:
    return SentenceMention(start, end, code, "rule")


def test_a_sentence_counts_for_as_many_as_it_stands_for() -> None:
    gold = [
        drawn(1, "a", 1, span(0, 5)),  # found
        drawn(2, "a", 10, span(0, 5)),  # missed
        drawn(3, "b", 4),  # found in vain
    ]
    found = [[tagged(0, 5)], [], [tagged(2, 9)]]
    sentence = next(s for s in score_drawn(gold, found, "learning_mode") if s.level == "sentence")
    assert (sentence.sentences, sentence.gold, sentence.found) == (3, 11, 5)
    assert sentence.precision == pytest.approx(1 / 5)
    assert sentence.recall == pytest.approx(1 / 11)
    assert sentence.f1 == pytest.approx(2 / 16)


def test_mentions_of_other_codes_are_neither_right_nor_wrong() -> None:
    gold = [drawn(1, "a", 2, span(0, 5))]
    found = [[tagged(0, 5), tagged(20, 30, "barrier.time")]]
    overlap = next(s for s in score_drawn(gold, found, "learning_mode") if s.level == "overlap")
    assert (overlap.found, overlap.precision, overlap.recall) == (2, 1, 1)


def test_subcode_accuracy_is_weighted() -> None:
    gold = [drawn(1, "a", 1, span(0, 5)), drawn(2, "a", 3, span(0, 5, "learning_mode.participatory"))]
    accuracy, count = subcode_accuracy(gold, [[tagged(0, 4)], [tagged(0, 4)]], "learning_mode")
    assert (accuracy, count) == (0.25, 2)


def test_halves_follow_the_documents_digest() -> None:
    assert half_of("a0") == "development"
    assert half_of("b0") == "kept back"


def test_only_sentences_read_for_the_code_are_found_again(tmp_path: Path) -> None:
    path = tmp_path / "d.txt"
    path.write_text(f"{FIRST} {SECOND}\n", encoding="utf-8")
    document = extract(path, "d")
    digest = document.sha256

    def sentence(name: str, text: str, probability: float | None) -> DrawnSentence:
        return DrawnSentence(name, "d", anchor_of(text, digest, None), "all", "wide", 8, 2, probability)

    start = FIRST.index("briefed")
    labels = LabelSet(
        (
            sentence("g1", FIRST, 0.25),
            sentence("d1", SECOND, 0.5),
            sentence("g2", "A sentence that is nowhere in it.", 0.25),
            sentence("g3", SECOND, None),
        ),
        (),
        (SpanCoding("g1", "L1", start, start + 10, CODE), SpanCoding("d1", "A", 0, 4, "partnership.body")),
        (),
        (
            SpanReading("g1", "L1", "2", "learning_mode"),
            SpanReading("g1", "L2", "2", "learning_mode"),
            SpanReading("g2", "L1", "2", "learning_mode"),
            SpanReading("g3", "L1", "2", "learning_mode"),
            SpanReading("d1", "A", "1"),
        ),
    )
    row = ManifestRow(doc_id="d", file="d.txt", sha256=digest)
    found, lost = find_drawn(labels, "learning_mode", [row], lambda _: document)
    (one,) = found  # d1 was read for other codes, g3 was not drawn at random
    assert lost == 1
    assert one.weight == 4
    (mention,) = one.gold.mentions("either")
    assert one.gold.text[mention.start : mention.end] == "briefed on"
    assert mention.coders == 1
