"""The trained filter: what it judges, that fitting learns from context and is deterministic, stand-off judgements."""

from __future__ import annotations

import json

import pytest

from corpus.codebook import load_codebook
from corpus.records import ManifestRow
from extractors.document import Block, Document, Page
from models.tagger import Tagger
from models.tagging.acceptance import DEFAULT_FILTER, FORMAT, FilterError, load_filter
from models.tagging.fit import JudgedSentence, JudgedSpan, fit_filter
from models.tagging.gold import GoldMention, GoldSentence
from models.tagging.judgements import JUDGEMENTS, read_judgements, resolve, stand_off, write_judgements
from models.tagging.validation import held_out_mentions


@pytest.fixture(scope="module")
def codebook():
    return load_codebook()


def gold(number: int) -> list[GoldSentence]:
    """Boats face a problem (coded) and pupils solve a problem (not), in ``number`` documents."""
    out = []
    for n in range(number):
        bad = f"The crews of port {n} still face a serious problem."
        good = f"The pupils of class {n} solved a maths problem today."
        at = bad.index("problem")
        m = (GoldMention(at, at + 7, "barrier.other", "local", "asserted"),)
        out.append(GoldSentence(f"b{n}", f"port {n}", bad, {"A": m, "B": m}))
        out.append(GoldSentence(f"g{n}", f"port {n}", good, {"A": (), "B": ()}))
    return out


def test_fitting_learns_the_context_and_writes_the_same_bytes_twice(codebook, tmp_path):
    plain = Tagger(codebook, None)
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    scores = fit_filter(plain, gold(12), [], first, note="boats")
    fit_filter(plain, gold(12), [], second, note="boats")
    assert first.read_bytes() == second.read_bytes()
    assert scores == {"barrier": 1.0}
    tagger = Tagger(codebook, load_filter(first))
    bad, good = (s.text.replace("7", "99") for s in gold(8)[-2:])
    assert [m.code.partition(".")[0] for m in tagger.tag_sentences([bad])[0]] == ["barrier"]
    assert not [m for m in tagger.tag_sentences([good])[0] if m.code.startswith("barrier")]


def test_held_out_mentions_never_saw_their_document(codebook):
    found = held_out_mentions(codebook, gold(12), folds=4)["usual"]
    assert [bool([m for m in f if m.code.startswith("barrier")]) for f in found] == [True, False] * 12


def test_judged_candidates_train_too_and_doubtful_ones_do_not(codebook, tmp_path):
    plain = Tagger(codebook, None)
    text = "The pupils face a tricky problem."
    at = text.index("problem")
    no = [JudgedSentence(f"k{n}", text, (JudgedSpan(at, at + 7, "barrier", False),)) for n in range(40)]
    doubtful = [JudgedSentence(s.document, s.text, (JudgedSpan(at, at + 7, "barrier", None),)) for s in no]
    fit_filter(plain, gold(12), no, tmp_path / "no.json", note="")
    fit_filter(plain, gold(12), doubtful, tmp_path / "doubtful.json", note="")
    fit_filter(plain, gold(12), [], tmp_path / "none.json", note="")
    assert (tmp_path / "doubtful.json").read_bytes() == (tmp_path / "none.json").read_bytes()
    assert (tmp_path / "no.json").read_bytes() != (tmp_path / "none.json").read_bytes()


def test_a_pattern_that_the_filter_never_saw_is_accepted(codebook, tmp_path):
    path = tmp_path / "empty.json"
    codes = {"barrier": {"bias": -9.0, "threshold": 0.5, "weights": {}}}
    known = "barrier.obstacle#00000000"
    path.write_text(json.dumps({"format": FORMAT, "note": "", "codes": codes, "patterns": [known]}))
    tagger = Tagger(codebook, load_filter(path))
    assert [m.code for m in tagger.tag_sentences(["Fog is an obstacle."])[0]] == ["barrier.other"]


def test_a_file_that_is_no_filter_is_refused_in_one_line(tmp_path):
    path = tmp_path / "x.json"
    for content in ("[]", "{", '{"format": "other"}', json.dumps({"format": FORMAT, "codes": {"a": {}}})):
        path.write_text(content)
        with pytest.raises(FilterError, match=r"x\.json") as caught:
            load_filter(path)
        assert "\n" not in str(caught.value)
    with pytest.raises(FilterError, match="No such file"):
        load_filter(tmp_path / "absent.json")


def test_the_shipped_filter_holds_single_words_only():
    shipped = load_filter(DEFAULT_FILTER)
    assert set(shipped.codes) == {"barrier", "best_practice", "partnership"}
    for code in shipped.codes.values():
        for name in code.weights:
            kind, _, value = name.partition("=")
            assert " " not in value, name
            assert kind


class Nowhere:
    def rectangles(self, start, end):
        return ()


def test_judgements_lose_their_text_and_find_it_again(tmp_path):
    shown = JudgedSentence(
        "d", "The co-operative crews\u2019 boats meet fog at night.", (JudgedSpan(4, 16, "partnership", False),)
    )
    path = tmp_path / "judged.csv"
    write_judgements(path, stand_off("J", "d", "f" * 64, 1, shown))
    assert "crews" not in path.read_text()
    extracted = "Page one. The cooperative  crews' boats meet fog at night. The end."
    document = Document(
        "d",
        "f" * 64,
        extracted,
        (Page(1, 0, len(extracted), 1, 1, "plain"),),
        (Block(0, len(extracted), "body"),),
        (),
        "plain",
        Nowhere(),
    )
    found, lost = resolve(read_judgements(path), [ManifestRow("d", "d.txt", "f" * 64)], lambda row: document)
    assert lost == 0
    (sentence,) = found
    (span,) = sentence.spans
    assert sentence.text[span.start : span.end] == "cooperative"
    assert (span.code, span.mention) == ("partnership", False)


def test_the_repositorys_judgements_can_be_read():
    rows = read_judgements(JUDGEMENTS)
    assert {r.code for r in rows} == {"barrier", "best_practice", "partnership"}
    assert all(0 <= r.first < r.after <= r.anchor.length for r in rows)
