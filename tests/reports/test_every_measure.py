"""Every share and rate there is, against counts made by hand in one document. A new one without a line here fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.measures import MeasureRow, measure_run
from reports.measures.definitions import BY_NAME, RATIOS
from tests.reports import test_findings, test_measures, test_prevalence, test_quotations, test_sample_key
from tests.reports.stories import river_documents
from tests.reports.tiny import TinyDocument, build_run

KINDS = {
    "qualifications": 1, "competition": 2, "accountability": 3, "capacity": 5, "logistics": 6, "culture": 7,
    "policy_instability": 8, "other": 9,
}  # fmt: skip
CUTS = "{barrier.funding policy asserted|Cuts}"
SENTENCES = 12 + 8 + 4 * 2 + 6 + 2 + 41 + 4 + 10 + 12 + 12  # 115
EXEMPLARS, CLAIMS, LEARNING, PARTNERSHIP = 12 + 8 + 4, 28, 20, 14
BARRIERS = 12 + 4 + 41 + 4  # 61


def document() -> TinyDocument:
    """Each inner list is a paragraph."""
    paragraphs = [
        *[[f"[learning double_loop policy] {CUTS} hit the {{best_practice.exemplar|pilot}}."]] * 12,
        *[["[legitimation] The {best_practice.exemplar|beacon} shines."]] * 8,
        *[["The {best_practice.exemplar|trial} ran.", "{barrier.time local resolved|Delay} was over."]] * 4,
        *[["[learning single_loop practitioner] The crews saw it."]] * 6,
        *[["[learning single_loop unspecified] It was seen."]] * 2,
    ]
    for kind, number in KINDS.items():  # 41 sentences; the one on qualifications is denied
        status = "negated" if kind == "qualifications" else "hypothetical"
        paragraphs += [[f"{{barrier.{kind} unclear {status}|Trouble}} is spoken of."]] * number
    paragraphs += [["{barrier.competition policy asserted|Rivalry} split the {partnership.body|league}."]] * 4
    paragraphs += [["{partnership.condition|Trust} helped."]] * 5
    paragraphs += [["The {partnership.weak|pact} broke."]] * 3
    paragraphs += [["They {partnership.mandated|must work together}."]] * 2
    for code, number in (("joint_development", 3), ("transfer", 5), ("dissemination", 4)):
        paragraphs += [[f"It {{best_practice.{code}|moved}} on."]] * number
    for code, number in (("acquisitive", 6), ("participatory", 4), ("constructivist", 2)):
        paragraphs += [[f"They {{learning_mode.{code}|learned}} so."]] * number
    return TinyDocument("d", paragraphs)


COUNTED = KINDS | {"funding": 12, "time": 4, "competition": 2 + 4}
EXPECTED: dict[str, tuple[int, int]] = {
    "exemplar.rate": (EXEMPLARS, SENTENCES),
    "exemplar.barrier_same_sentence": (12, EXEMPLARS),
    "exemplar.barrier_same_paragraph": (12 + 4, EXEMPLARS),
    "exemplar.in_learning": (12, EXEMPLARS),
    "exemplar.in_legitimation": (8, EXEMPLARS),
    "claims.rate": (CLAIMS, SENTENCES),
    "claims.learning_share": (LEARNING, CLAIMS),
    "claims.double_loop_share": (12, LEARNING),
    "claims.policy_learner_share": (12, 12 + 6),
    "claims.learner_named_share": (12 + 6, LEARNING),
    "barrier.rate": (BARRIERS, SENTENCES),
    "barrier.policy_locus_share": (12 + 4, 12 + 4 + 4),
    "barrier.locus.policy": (12 + 4, BARRIERS),
    "barrier.locus.local": (4, BARRIERS),
    "barrier.locus.unclear": (41, BARRIERS),
    "barrier.status.asserted": (12 + 4, BARRIERS),
    "barrier.status.resolved": (4, BARRIERS),
    "barrier.status.negated": (1, BARRIERS),
    "barrier.status.hypothetical": (40, BARRIERS),
    "partnership.rate": (PARTNERSHIP, SENTENCES),
    "partnership.enabling_share": (5, 5 + 3 + 4),
    "partnership.mandated_share": (2, PARTNERSHIP),
    "practice.joint_share": (3, 12),
    "learning_mode.acquisitive_share": (6, 12),
    "learning_mode.participatory_share": (4, 12),
    "learning_mode.constructivist_share": (2, 12),
    **{f"barrier.{kind}.rate": (number, SENTENCES) for kind, number in COUNTED.items()},
    **{f"barrier.{kind}.share": (number, BARRIERS) for kind, number in COUNTED.items()},
}


def test_every_ratio_is_expected_here() -> None:
    assert set(EXPECTED) == {ratio.name for ratio in RATIOS if ratio.count}


def test_every_ratio_is_what_the_hand_counts_give(tmp_path: Path) -> None:
    rows = {r.measure: r for r in measure_run(build_run(tmp_path / "run", [document()])) if r.scope == "document"}
    for name, (count, n) in EXPECTED.items():
        scale = 1000 if BY_NAME[name].unit == "per 1,000 sentences" else 1
        assert rows[name].estimate == pytest.approx(scale * count / n), name
        assert rows[name].n == n, name
        assert rows[name].low <= rows[name].estimate <= rows[name].high, name
        assert rows[name].method.startswith(f"{count} of {n}; "), name


HELD_TO = {
    "claims.learning_share.coded": (
        test_prevalence.test_each_coded_sentence_counts_for_as_many_as_it_stands_for,
        test_prevalence.test_the_classifiers_total_is_corrected_by_its_errors_in_the_coded_sentences,
    ),
    "consultation.windows": (test_findings.test_window_of_a_sentence,),
    "consultation.days": (
        test_findings.test_window_of_a_sentence,
        test_sample_key.test_consultation_windows_as_counted_by_hand,
    ),
    "recommendations.": (
        test_findings.test_answers_by_numbered_recommendation,
        test_sample_key.test_recommendations_as_counted_by_hand,
    ),
    "calendar.": (
        test_findings.test_calendar_tells_cited_passed_over_too_late_and_open,
        test_sample_key.test_evidence_calendar_as_told_by_the_key,
    ),
    "gap.": (
        test_findings.test_gap_counts_both_sides,
        test_findings.test_rate_ratio_of_equal_rates_is_one_with_one_inside,
    ),
    "quotation.sentences": (
        test_quotations.test_quotation_finds_its_source_and_the_limit_left_out,
        test_sample_key.test_quotations_as_told_by_the_key,
    ),
    "quotation.left_out": (
        test_quotations.test_quotation_with_a_barrier_left_out,
        test_sample_key.test_limits_left_out_as_counted_by_hand,
    ),
    "contrast.": (test_findings.test_contrasts_are_eight_and_tell_their_sides,),
    "exemplar.": (
        test_measures.test_counts_of_exemplars_beside_barriers,
        test_sample_key.test_exemplars_are_near_what_was_counted_by_hand,
        test_sample_key.test_the_white_paper_names_no_barrier_with_its_exemplars,
    ),
    "barrier.": (
        test_measures.test_locus_and_status_of_barriers,
        test_sample_key.test_what_evaluations_raise_and_policy_passes_over,
    ),
    "claims.": (
        test_measures.test_learning_share_depth_and_learner,
        test_sample_key.test_the_response_comes_after_learning_more_than_the_white_paper,
    ),
    "partnership.": (test_measures.test_enabling_against_inhibiting_and_joint_against_transfer,),
    "practice.": (test_measures.test_enabling_against_inhibiting_and_joint_against_transfer,),
    "learning_mode.": (test_every_ratio_is_what_the_hand_counts_give,),
}
"""Measures by the beginning of their names, and the tests that hold them to a hand count or to the sample's key."""


def rows_of(tmp_path: Path) -> tuple[MeasureRow, ...]:
    return measure_run(build_run(tmp_path / "run", river_documents()))


def test_no_measure_is_without_a_test_of_its_value(tmp_path: Path) -> None:
    measures = {row.measure for row in rows_of(tmp_path)}
    untested = {name for name in measures if not any(name.startswith(beginning) for beginning in HELD_TO)}
    assert untested == set()
    families = {name.partition(".")[0] for name in measures}
    assert families >= {"consultation", "recommendations", "calendar", "gap", "quotation", "contrast"}


def test_findings_become_rows_with_their_counts(tmp_path: Path) -> None:
    opened = "The consultation opened on 1 June 2020 and closed on"
    documents = [
        TinyDocument("a", [[f"{opened} 13 July 2020."], [f"{opened} 15 June 2020."]]),
        TinyDocument("b", [[f"{opened} 21 June 2020."]]),
    ]
    rows = {(r.scope, r.doc_id, r.measure): r for r in measure_run(build_run(tmp_path / "run", documents))}
    # 42 and 14 days, and 20: the shortest of a document, the median of the corpus
    assert rows["document", "a", "consultation.windows"].estimate == 2
    assert rows["document", "a", "consultation.days"].estimate == 14
    assert rows["corpus", "", "consultation.days"].estimate == 20
    assert rows["corpus", "", "consultation.days"].n == 3
