"""Evaluation of the tagger: counts and attributes by hand calculation, gold by rule, errors that can be read."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from models.tagging.evaluation import errors, interval, score_attributes, score_codes
from models.tagging.gold import GoldError, GoldMention, GoldSentence, read_gold
from models.tagging.mentions import SentenceMention

TEXT = "Fog is a barrier and cost a hurdle."


def coded(start, end, code="barrier.other", locus="local", status="asserted"):
    return GoldMention(start, end, code, locus, status)


def tagged(start, end, code="barrier.other", locus="local", status="asserted"):
    return SentenceMention(start, end, code, "barrier.rule", locus, status)


def sentence(a, b=None, document="d1", name="s1"):
    return GoldSentence(name, document, TEXT, {"A": tuple(a), "B": tuple(a if b is None else b)})


def only(scores, level, code):
    return next(s for s in scores if (s.level, s.code) == (level, code))


def test_levels_count_sentences_touched_spans_and_equal_spans():
    gold = [
        sentence([coded(9, 16), coded(28, 34)], name="s1"),
        sentence([coded(9, 16)], document="d2", name="s2"),
        sentence([], document="d2", name="s3"),
    ]
    found = [(tagged(9, 16), tagged(0, 3)), (tagged(7, 16),), (tagged(0, 3),)]
    scores = score_codes(gold, found, ["barrier"])
    by_sentence = only(scores, "sentence", "barrier")
    assert (by_sentence.gold, by_sentence.found) == (2, 3)
    assert by_sentence.precision == pytest.approx(2 / 3)
    assert by_sentence.recall == 1.0
    assert by_sentence.f1 == pytest.approx(0.8)
    overlap = only(scores, "overlap", "barrier")
    assert (overlap.gold, overlap.found) == (3, 4)
    assert overlap.precision == pytest.approx(2 / 4)
    assert overlap.recall == pytest.approx(2 / 3)
    strict = only(scores, "strict", "barrier")
    assert (strict.precision, strict.recall) == (pytest.approx(1 / 4), pytest.approx(1 / 3))
    assert only(scores, "overlap", "all").f1 == overlap.f1


def test_a_subcode_is_compared_with_the_full_code():
    gold = [sentence([coded(9, 16, "barrier.time")])]
    found = [(tagged(9, 16, "barrier.funding"),)]
    scores = score_codes(gold, found, ["barrier", "barrier.time", "barrier.funding"])
    assert only(scores, "overlap", "barrier").f1 == 1.0
    assert only(scores, "overlap", "barrier.time").recall == 0.0
    assert only(scores, "overlap", "barrier.funding").precision == 0.0
    assert only(scores, "overlap", "all").f1 == 1.0


def test_gold_of_two_coders_by_each_rule():
    s = sentence([coded(9, 16), coded(28, 34)], [coded(7, 16, locus="policy"), coded(0, 3)])
    assert [(m.start, m.end, m.coders) for m in s.mentions("either")] == [(0, 3, 1), (9, 16, 2), (28, 34, 1)]
    assert [(m.start, m.locus) for m in s.mentions("agreed")] == [(9, "local")]
    assert [m.start for m in s.mentions("A")] == [9, 28]
    assert [m.start for m in s.mentions("B")] == [7, 0]


def test_attributes_are_counted_on_true_mentions_only():
    gold = [sentence([coded(9, 16, "barrier.time", "policy", "negated"), coded(28, 34)])]
    found = [(tagged(9, 16, "barrier.time", "local", "negated"), tagged(0, 3))]
    scores = {a.attribute: (a.n, a.accuracy) for a in score_attributes(gold, found)}
    assert scores == {"subcode": (1, 1.0), "locus": (1, 0.0), "status": (1, 1.0)}


def test_the_interval_draws_documents():
    one = np.array([[4.0, 4.0, 4.0, 4.0]])
    assert all(math.isnan(x) for x in interval(one, lambda c: float(c[0])))
    same = np.array([[2.0, 4.0, 2.0, 2.0]] * 5)
    assert interval(same, lambda c: float(c[2] / c[1])) == (0.5, 0.5)
    low, high = interval(np.array([[1.0, 1.0], [0.0, 1.0]]), lambda c: float(c[0] / c[1]), seed=1)
    assert (low, high) == (0.0, 1.0)


def test_errors_quote_what_a_person_needs():
    gold = [sentence([coded(9, 16, "barrier.time", "policy", "asserted"), coded(28, 34)])]
    found = [(tagged(9, 16, "barrier.other", "local"), tagged(0, 3))]
    listed = [(e.kind, e.code, e.quoted, e.coded, e.found) for e in errors(gold, found, ["barrier"])]
    assert listed == [
        ("missed", "barrier", "hurdle", "barrier.other", ""),
        ("false", "barrier", "Fog", "", "barrier.other"),
        ("subcode", "barrier", "barrier", "barrier.time", "barrier.other"),
        ("locus", "barrier", "barrier", "policy", "local"),
    ]


def write_labels(folder, a, b=()):
    (folder / "sentences.jsonl").write_text(json.dumps({"id": "x1", "doc_id": "d", "text": TEXT}) + "\n")
    for coder, mentions in (("A", a), ("B", b)):
        (folder / f"coder_{coder}.jsonl").write_text(json.dumps({"id": "x1", "mentions": list(mentions)}) + "\n")


def test_label_files_are_read_and_offsets_are_checked(tmp_path):
    write_labels(tmp_path, [{"code": "barrier.other", "text": "barrier", "start": 9, "end": 16}])
    (read,) = read_gold(tmp_path)
    assert [(m.start, m.end, m.coders) for m in read.mentions("either")] == [(9, 16, 1)]
    write_labels(tmp_path, [{"code": "barrier.other", "text": "barrier", "start": 0, "end": 7}])
    with pytest.raises(GoldError, match=r"coder_A.jsonl, line 1: characters 0-7"):
        read_gold(tmp_path)


def test_labels_that_are_missing_or_not_json_are_one_line(tmp_path):
    with pytest.raises(GoldError, match="No such file"):
        read_gold(tmp_path)
    write_labels(tmp_path, [])
    (tmp_path / "coder_B.jsonl").write_text("{\n")
    with pytest.raises(GoldError, match=r"coder_B.jsonl, line 1: not JSON"):
        read_gold(tmp_path)
