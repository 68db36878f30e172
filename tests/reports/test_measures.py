"""Counts, shares, rates and intervals, each worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from models.statistics.error_of_shares import ErrorOfShares
from reports.measures import MINIMUM_N, MeasureRow, document_counts, measure_run
from reports.measures.definitions import BY_NAME, RATIOS, Ratio
from reports.measures.intervals import garwood, ratio_over_documents, resampling_weights, wilson
from reports.measures.ratios import ratio_row, ratio_rows
from tests.reports.tiny import TinyDocument, build_run

EXEMPLAR = "The {best_practice.exemplar|pilot} ran."
BESIDE = "{barrier.funding policy asserted|Lack of money} stopped the {best_practice.exemplar|pilot}."


def row(rows: tuple[MeasureRow, ...], measure: str, doc_id: str = "", scope: str = "") -> MeasureRow:
    scope = scope or ("document" if doc_id else "corpus")
    found = [r for r in rows if (r.scope, r.doc_id, r.measure) == (scope, doc_id, measure)]
    assert len(found) == 1, found
    return found[0]


def test_wilson_gives_the_published_example() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 and 0 of 20, method 3 (Wilson).
    interval = wilson(81, 263)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)
    nothing = wilson(0, 20)
    assert (nothing.low, round(nothing.high, 4)) == (0.0, 0.1611)


def test_garwood_gives_the_exact_poisson_bounds() -> None:
    # Standard table of exact 95% limits for a Poisson count of 5: 1.6235 to 11.6683.
    interval = garwood(5, 2)
    assert interval.estimate == 2.5
    assert (round(interval.low * 2, 4), round(interval.high * 2, 4)) == (1.6235, 11.6683)
    assert garwood(0, 1).low == 0


@pytest.mark.parametrize(("count", "n"), [(3, 2), (-1, 5), (0, 0)])
def test_wilson_refuses_what_is_no_share(count: int, n: int) -> None:
    with pytest.raises(ValueError, match="not a share"):
        wilson(count, n)


def test_bootstrap_over_documents_has_no_width_where_all_documents_agree() -> None:
    interval = ratio_over_documents(np.array([2.0, 4, 6, 8, 10]), np.array([4.0, 8, 12, 16, 20]))
    assert (interval.estimate, interval.low, interval.high) == (0.5, 0.5, 0.5)


def test_bootstrap_weights_draw_as_many_documents_as_there_are_and_are_the_same_twice() -> None:
    weights = resampling_weights(7)
    assert (weights.sum(axis=1) == 7).all()
    assert (weights == resampling_weights(7)).all()


def test_bootstrap_is_wider_than_wilson_where_documents_differ() -> None:
    counts, totals = np.array([20.0, 20, 20, 0, 0, 0]), np.full(6, 20.0)
    clustered, plain = ratio_over_documents(counts, totals), wilson(60, 120)
    assert clustered.estimate == plain.estimate == 0.5
    assert clustered.high - clustered.low > 2 * (plain.high - plain.low)


def test_counts_of_exemplars_beside_barriers(tmp_path: Path) -> None:
    paragraphs = [
        [BESIDE, EXEMPLAR],  # 2 exemplars: one beside a barrier, both in a paragraph with one
        [EXEMPLAR, "[legitimation] Our {best_practice.exemplar|beacons} shine."],
        [
            "{barrier.time policy negated|No lack of time} slowed the {best_practice.exemplar|trial}."
        ],  # negated: no barrier
        ["# The {best_practice.exemplar|pilot} and its {barrier.time local asserted|delays}"],  # a heading: not counted
    ]
    counts = document_counts(build_run(tmp_path / "run", [TinyDocument("d", paragraphs)])).loc["d"]
    assert counts["sentences"] == 5
    assert counts["exemplar"] == 5
    assert counts["exemplar.barrier_sentence"] == 1
    assert counts["exemplar.barrier_paragraph"] == 2
    assert counts["exemplar.legitimation"] == 1
    assert counts["barrier"] == 2
    assert counts["status.negated"] == 1


def test_tables_of_contents_are_not_counted(tmp_path: Path) -> None:
    listed = "{barrier.time local asserted|Delays} 4"
    document = TinyDocument(
        "d", [["# Contents"], [listed], ["# Delays"], ["{barrier.time local asserted|Delays} grew."]]
    )
    counts = document_counts(build_run(tmp_path / "run", [document])).loc["d"]
    assert (counts["sentences"], counts["barrier"]) == (1, 1)


def test_a_mention_counts_once_for_each_of_two_codes_that_overlap(tmp_path: Path) -> None:
    nested = "{partnership.body|the {best_practice.named|best practice} network}"
    counts = document_counts(build_run(tmp_path / "run", [TinyDocument("d", [[nested]])])).loc["d"]
    assert counts["partnership.body"] == counts["best_practice.named"] == 1


def test_share_is_withheld_under_the_minimum_and_given_at_it(tmp_path: Path) -> None:
    few = TinyDocument("few", [[BESIDE], *([EXEMPLAR] for _ in range(MINIMUM_N - 2))])
    enough = TinyDocument("enough", [[BESIDE], *([EXEMPLAR] for _ in range(MINIMUM_N - 1))])
    rows = measure_run(build_run(tmp_path / "run", [few, enough]))
    withheld = row(rows, "exemplar.barrier_same_sentence", "few")
    assert withheld.withheld
    assert math.isnan(withheld.low)
    assert withheld.n == MINIMUM_N - 1
    assert withheld.method == f"withheld: 1 of {MINIMUM_N - 1}, under the minimum of {MINIMUM_N}"
    given = row(rows, "exemplar.barrier_same_sentence", "enough")
    assert (given.estimate, given.n) == (0.1, 10)
    # Wilson for 1 of 10: (0.1 + z²/20 ± z √(0.09/10 + z²/400)) / (1 + z²/10)
    assert (round(given.low, 4), round(given.high, 4)) == (0.0179, 0.4042)


def test_learning_share_depth_and_learner(tmp_path: Path) -> None:
    paragraphs = [
        ["[learning single_loop practitioner] We saw it fail."] * 8
        + ["[learning double_loop policy] The goal was wrong."] * 4
        + ["[legitimation] A great success."] * 8
        + ["Nothing."] * 5
    ]
    rows = measure_run(build_run(tmp_path / "run", [TinyDocument("d", paragraphs)]))
    assert row(rows, "claims.learning_share", "d").estimate == 12 / 20
    assert row(rows, "claims.double_loop_share", "d").estimate == 4 / 12
    assert row(rows, "claims.policy_learner_share", "d").estimate == 4 / 12
    assert row(rows, "claims.rate", "d").estimate == 1000 * 20 / 25
    assert "without the errors of the classifier" in row(rows, "claims.learning_share", "d").method


def test_locus_and_status_of_barriers(tmp_path: Path) -> None:
    paragraphs = [
        ["{barrier.funding policy asserted|Cuts}."] * 6
        + ["{barrier.culture local resolved|Distrust}."] * 4
        + ["{barrier.time unclear hypothetical|Delay}."] * 2
    ]
    rows = measure_run(build_run(tmp_path / "run", [TinyDocument("d", paragraphs)]))
    assert row(rows, "barrier.policy_locus_share", "d").estimate == 6 / 10
    assert row(rows, "barrier.locus.unclear", "d").estimate == 2 / 12
    assert row(rows, "barrier.status.resolved", "d").estimate == 4 / 12
    assert row(rows, "barrier.funding.share", "d").estimate == 6 / 12


def test_enabling_against_inhibiting_and_joint_against_transfer(tmp_path: Path) -> None:
    paragraphs = [
        ["{partnership.condition|Trust} helped."] * 6
        + ["The {partnership.weak|contrived alliance} failed."] * 2
        + ["{barrier.competition policy asserted|Rivalry} split the {partnership.body|consortium}."] * 4
        + ["They {best_practice.joint_development|designed it together}."] * 3
        + ["It will be {best_practice.transfer|rolled out}."] * 7
        + ["A {best_practice.dissemination|toolkit} came."] * 2
    ]
    rows = measure_run(build_run(tmp_path / "run", [TinyDocument("d", paragraphs)]))
    assert row(rows, "partnership.enabling_share", "d").estimate == 6 / (6 + 2 + 4)
    assert row(rows, "practice.joint_share", "d").estimate == 3 / (3 + 7 + 2)


def test_groups_and_corpus_add_documents_up(tmp_path: Path) -> None:
    documents = [
        TinyDocument("a", [[BESIDE] * 3 + [EXEMPLAR] * 7], voice="government"),
        TinyDocument("b", [[BESIDE] * 6 + [EXEMPLAR] * 4], voice="evaluator", kind="evaluation"),
    ]
    rows = measure_run(build_run(tmp_path / "run", documents))
    assert row(rows, "exemplar.barrier_same_sentence").estimate == 9 / 20
    assert row(rows, "exemplar.barrier_same_sentence", "voice:evaluator", "group").estimate == 6 / 10


def test_failed_documents_take_no_part(tmp_path: Path) -> None:
    documents = [TinyDocument("a", [[EXEMPLAR]]), TinyDocument("broken", [], status="failed", error="truncated")]
    counts = document_counts(build_run(tmp_path / "run", documents))
    assert list(counts.index) == ["a"]


def test_an_empty_run_has_no_measures(tmp_path: Path) -> None:
    assert measure_run(build_run(tmp_path / "run", [TinyDocument("x", [], status="failed")])) == ()


def test_order_of_documents_changes_nothing(tmp_path: Path) -> None:
    documents = [TinyDocument(name, [[BESIDE, EXEMPLAR]] * size) for name, size in (("a", 3), ("b", 9), ("c", 4))]
    forward = measure_run(build_run(tmp_path / "one", documents))
    backward = measure_run(build_run(tmp_path / "two", documents[::-1]))
    assert repr(forward) == repr(backward)


def test_every_definition_has_its_own_name_and_label() -> None:
    assert len(BY_NAME) == len(RATIOS) == len({ratio.label for ratio in RATIOS})


def test_ratio_of_missing_columns_is_zero() -> None:
    counts = {"sentences": np.array([20.0])}
    ratio = Ratio("x", "x", "x", ("no.such.code",), ("sentences",), "per 1,000 sentences", "claim")
    assert ratio_row(ratio, "corpus", "", counts).estimate == 0


def test_the_classifiers_share_allows_for_its_errors_where_they_are_known(tmp_path: Path) -> None:
    paragraphs = [["[learning] We saw it fail."] * 10 + ["[legitimation] A great success."] * 10]
    run = build_run(tmp_path / "run", [TinyDocument("d", paragraphs)])
    rows = tuple(ratio_rows(document_counts(run), run.documents, ErrorOfShares(0, 0, 1, 50)))
    found = row(rows, "claims.learning_share", "d")
    # Wilson for 10 of 20: 0.2993 to 0.7007, log-odds +-0.8507, a standard error of 0.4340; with 1 from document to
    # document sqrt(0.4340^2 + 1) = 1.0901, times 1.96 = 2.1366: expit gives 0.1056 and 0.8944
    assert found.estimate == 0.5
    assert (found.low, found.high) == pytest.approx((0.1056, 0.8944), abs=2e-4)
    assert "allows for the classifier's errors, as seen in 50 documents" in found.method
    assert "without the errors" not in found.method
