"""The share of learning by the coded sample: inverse inclusion probabilities, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.codings import DrawnSentence
from corpus.standoff import Anchor
from reports.measures import prevalence
from reports.measures.prevalence import MEASURE, coded_share, prevalence_rows
from reports.views import document_views
from tests.reports.tiny import TinyDocument, build_run

Coded = tuple[DrawnSentence, str]


def drawn(doc_id: str, stratum: str, probability: float, label: str, number: int) -> list[Coded]:
    anchor = Anchor(doc_id.ljust(64, "0"), 1, 10, "x", ())
    return [
        (DrawnSentence(f"{doc_id}{stratum}{label}{n}", doc_id, anchor, doc_id, stratum, 100, 50, probability), label)
        for n in range(number)
    ]


def one_document(doc_id: str) -> list[Coded]:
    """Half of the sentences with cues were drawn, a tenth of the others."""
    return [
        *drawn(doc_id, "cue", 0.5, "learning", 6),
        *drawn(doc_id, "cue", 0.5, "legitimation", 4),
        *drawn(doc_id, "other", 0.1, "learning", 1),
        *drawn(doc_id, "other", 0.1, "legitimation", 5),
        *drawn(doc_id, "other", 0.1, "neither", 20),
    ]


def test_each_coded_sentence_counts_for_as_many_as_it_stands_for() -> None:
    share = coded_share(one_document("d"), documents=False)
    # learning 6/0.5 + 1/0.1 = 22; claims 10/0.5 + 6/0.1 = 80
    assert share.estimate == pytest.approx(22 / 80)
    assert share.low < 22 / 80 < share.high


def test_documents_that_are_alike_leave_little_to_chance_between_them() -> None:
    coded = [one for doc_id in "abcdef" for one in one_document(doc_id)]
    share = coded_share(coded, documents=True)
    assert share.estimate == pytest.approx(22 / 80)
    assert share.high - share.low < 1e-6


def test_rows_are_given_where_enough_is_coded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = drawn("few", "cue", 0.5, "learning", 3)
    same = drawn("same", "cue", 0.5, "learning", 40)
    monkeypatch.setattr(prevalence, "_coded", lambda: (*one_document("enough"), *few, *same))
    documents = [TinyDocument(name, [["Rain."]]) for name in ("enough", "few", "same", "uncoded")]
    views = list(document_views(build_run(tmp_path / "run", documents)))
    rows = [row for row in prevalence_rows(views) if row.scope == "document"]
    assert [(row.doc_id, row.measure, row.n) for row in rows] == [("enough", MEASURE, 16)]
    assert rows[0].estimate == pytest.approx(22 / 80)


def test_other_bytes_are_another_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prevalence, "_coded", lambda: tuple(one_document("d")))
    run = build_run(tmp_path / "run", [TinyDocument("d", [["Rain."]], sha256="f" * 64)])
    assert list(prevalence_rows(list(document_views(run)))) == []
