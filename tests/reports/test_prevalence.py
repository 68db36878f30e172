"""The share of learning by the coded sample: inverse inclusion probabilities, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.codings import DrawnSentence
from corpus.standoff import Anchor, anchor_of
from models.trained import CURRENT
from reports.measures import prevalence
from reports.measures.held_out import CodedSentence, HeldOut, classifier_error, held_out_predictions
from reports.measures.prevalence import MEASURE, Population, prevalence_rows
from reports.views import document_views
from tests.reports.tiny import TinyDocument, build_run


def drawn(doc_id: str, stratum: str, probability: float, label: str, number: int) -> list[CodedSentence]:
    anchor = Anchor(doc_id.ljust(64, "0"), 1, 10, "x", ())
    return [
        CodedSentence(
            DrawnSentence(f"{doc_id}{stratum}{label}{n}", doc_id, anchor, doc_id, stratum, 100, 50, probability),
            label,
            probability,
        )
        for n in range(number)
    ]


def one_document(doc_id: str) -> list[CodedSentence]:
    """Half of the sentences with cues were drawn, a tenth of the others."""
    return [
        *drawn(doc_id, "cue", 0.5, "learning", 6),
        *drawn(doc_id, "cue", 0.5, "legitimation", 4),
        *drawn(doc_id, "other", 0.1, "learning", 1),
        *drawn(doc_id, "other", 0.1, "legitimation", 5),
        *drawn(doc_id, "other", 0.1, "neither", 20),
    ]


def coded_alone(coded: list[CodedSentence]) -> Population:
    """A population of the coded sentences, without predictions."""
    documents = [one.drawn.doc_id for one in coded]
    return Population(
        [0.0] * len(coded), [0.0] * len(coded), documents, list(range(len(coded))), list(enumerate(coded))
    )


def test_each_coded_sentence_counts_for_as_many_as_it_stands_for() -> None:
    share = coded_alone(one_document("d")).share("sentences")
    # learning 6/0.5 + 1/0.1 = 22; claims 10/0.5 + 6/0.1 = 80
    assert share.estimate == pytest.approx(22 / 80)
    assert share.low < 22 / 80 < share.high


def test_documents_that_are_alike_leave_little_to_chance_between_them() -> None:
    share = coded_alone([one for doc_id in "abcdef" for one in one_document(doc_id)]).share("documents")
    assert share.estimate == pytest.approx(22 / 80)
    assert share.high - share.low < 1e-6


def ferry(number: int) -> str:
    return f"Page {number} of the harbour book says that the ferry left early."


def harbour(tmp_path: Path) -> tuple[list[CodedSentence], TinyDocument]:
    """Forty sentences, twenty of them coded: 15 learning and 5 legitimation; of the rest the run calls ten each so."""
    labels = ["learning"] * 15 + ["legitimation"] * 5 + ["learning"] * 10 + ["legitimation"] * 10
    document = TinyDocument("d", [[f"[{label}] {ferry(n)}" for n, label in enumerate(labels)]])
    sha256 = "d".ljust(64, "0")
    coded = [
        CodedSentence(
            DrawnSentence(f"e{n}", "d", anchor_of(ferry(n), sha256, 1), "d", "cue", 40, 20, 0.5), labels[n], 0.5
        )
        for n in range(20)
    ]
    return coded, document


def test_the_classifiers_total_is_corrected_by_its_errors_in_the_coded_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coded, document = harbour(tmp_path)
    right = {one.drawn.sentence: HeldOut(one.label, *((1, 0) if one.label == "learning" else (0, 1))) for one in coded}
    monkeypatch.setattr(prevalence, "coded_sentences", lambda: tuple(coded))
    monkeypatch.setattr(prevalence, "held_out_predictions", lambda model: right if model == "tiny" else {})
    views = list(document_views(build_run(tmp_path / "run", [document])))
    (row,) = [row for row in prevalence_rows(views, "tiny") if row.scope == "document"]
    # Held-out predictions without error weigh 1: coded 15 of 20, others 10 * 0.8 + 10 * 0.1 = 9 of 20 * 0.9 = 18.
    assert row.estimate == pytest.approx((15 + 9) / (20 + 18))
    assert row.method.startswith("20 claims among 20 coded sentences; difference estimator, weight of prediction 1.00")
    (alone,) = [row for row in prevalence_rows(views, "somebody's own") if row.scope == "document"]
    assert alone.estimate == pytest.approx(15 / 20)
    assert "weight of prediction 0.00" in alone.method


def test_predictions_that_are_wrong_by_the_same_amount_everywhere_are_corrected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coded, document = harbour(tmp_path)
    # Every coded sentence is predicted as the run predicts the uncoded ones with its label: errors of 0.2 and 0.1
    said = {
        one.drawn.sentence: HeldOut(one.label, *((0.8, 0.1) if one.label == "learning" else (0.1, 0.8)))
        for one in coded
    }
    monkeypatch.setattr(prevalence, "coded_sentences", lambda: tuple(coded))
    monkeypatch.setattr(prevalence, "held_out_predictions", lambda model: said)
    views = list(document_views(build_run(tmp_path / "run", [document])))
    (row,) = [row for row in prevalence_rows(views, "tiny") if row.scope == "document"]
    # Slope of codings on predictions over the 40 values: part 15 of (0.8, 1), 5 of (0.1, 0); whole 20 of (0.9, 1):
    # mean prediction 0.7625, mean coding 0.875; covariance 0.096... both sums below follow from the definition.
    predicted = [0.8] * 15 + [0.1] * 5 + [0.9] * 20
    said_so = [1.0] * 15 + [0.0] * 5 + [1.0] * 20
    middle, centre = sum(predicted) / 40, sum(said_so) / 40
    slope = sum((p - middle) * (y - centre) for p, y in zip(predicted, said_so, strict=True)) / sum(
        (p - middle) ** 2 for p in predicted
    )
    weight = min(slope, 1.0)
    part = weight * (15 * 0.8 + 5 * 0.1 + 10 * 0.8 + 10 * 0.1) + 2 * (15 * (1 - weight * 0.8) - 5 * weight * 0.1)
    whole = weight * 40 * 0.9 + 2 * 20 * (1 - weight * 0.9)
    assert row.estimate == pytest.approx(part / whole)


def test_a_coded_sentence_that_changed_since_is_kept_and_never_counted_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coded, document = harbour(tmp_path)
    document.paragraphs[0][0] = "[learning] Page 0 of the harbour book now says something else about the ferry."
    view = next(iter(document_views(build_run(tmp_path / "run", [document]))))
    found = prevalence.population(view, coded, {})
    assert len(found.coded) == 20
    assert len(found.part) == 41


def test_what_repeats_another_document_can_be_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coded, document = harbour(tmp_path)
    monkeypatch.setattr(prevalence, "coded_sentences", lambda: tuple(coded))
    view = next(iter(document_views(build_run(tmp_path / "run", [document]))))
    row = prevalence.own_words(view, set(range(5)), "")
    assert row is not None
    # without the first five, which learn, 10 of the 15 coded claims learn
    assert (row.estimate, row.n) == (pytest.approx(10 / 15), 15)


def test_rows_are_given_where_enough_is_coded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = drawn("few", "cue", 0.5, "learning", 3)
    same = drawn("same", "cue", 0.5, "learning", 40)
    coded = (*with_own_anchors(one_document("enough")), *few, *same)
    monkeypatch.setattr(prevalence, "coded_sentences", lambda: coded)
    documents = [TinyDocument(name, [["Rain."]]) for name in ("enough", "few", "same", "uncoded")]
    views = list(document_views(build_run(tmp_path / "run", documents)))
    rows = [row for row in prevalence_rows(views) if row.scope == "document"]
    assert [(row.doc_id, row.measure, row.n) for row in rows] == [("enough", MEASURE, 16)]
    assert rows[0].estimate == pytest.approx(22 / 80)


def with_own_anchors(coded: list[CodedSentence]) -> list[CodedSentence]:
    """Sentences that differ, so that each has a place of its own."""
    return [
        replace(one, drawn=replace(one.drawn, anchor=replace(one.drawn.anchor, whole=str(n))))
        for n, one in enumerate(coded)
    ]


def test_groups_of_few_documents_speak_of_these_documents_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coded = [one for name in "ab" for one in with_own_anchors(one_document(name))]
    monkeypatch.setattr(prevalence, "coded_sentences", lambda: tuple(coded))
    documents = [TinyDocument(name, [["Rain."]]) for name in "ab"]
    rows = list(prevalence_rows(list(document_views(build_run(tmp_path / "run", documents)))))
    voice = next(row for row in rows if row.doc_id == "voice:government")
    assert voice.estimate == pytest.approx(44 / 160)
    assert "in 2 coded documents" in voice.method
    assert "sampling of sentences" in voice.method


def test_other_bytes_are_another_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prevalence, "coded_sentences", lambda: tuple(one_document("d")))
    run = build_run(tmp_path / "run", [TinyDocument("d", [["Rain."]], sha256="f" * 64)])
    assert list(prevalence_rows(list(document_views(run)))) == []


def test_the_shipped_model_has_held_out_predictions_and_others_have_none() -> None:
    assert len(held_out_predictions(CURRENT)) > 9000
    assert held_out_predictions(f"../{CURRENT}") == held_out_predictions("mine") == {}
    assert classifier_error("mine") is None
    error = classifier_error(CURRENT)
    assert error is not None
    assert error.documents > 30
    assert error.between > 0
