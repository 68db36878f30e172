"""Which figures there are: each a ratio of two counts, with the words in which it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.measures.counts import BARRIERS, LOCI, MODES, STATUSES

Unit = Literal["share", "per 1,000 sentences", "count", "days", "ratio"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """``count`` over the sum of ``total`` (columns of :func:`reports.measures.counts.document_counts`).

    ``rests_on`` names what people must agree on for the figure to mean anything (a key of the agreement table).
    """

    name: str
    label: str
    group: str
    count: tuple[str, ...]
    total: tuple[str, ...]
    unit: Unit
    rests_on: str


def _share(name: str, label: str, group: str, count: str, total: str, rests_on: str) -> Ratio:  # noqa: PLR0917
    return Ratio(name, label, group, tuple(count.split("+")), tuple(total.split("+")), "share", rests_on)


def _rate(name: str, label: str, group: str, count: str, rests_on: str) -> Ratio:
    return Ratio(name, label, group, tuple(count.split("+")), ("sentences",), "per 1,000 sentences", rests_on)


def _words(name: str) -> str:
    return name.replace("_", " ")


RATIOS: tuple[Ratio, ...] = (
    _rate("exemplar.rate", "Exemplars invoked", "Exemplars", "exemplar", "mention.best_practice"),
    _share(
        "exemplar.barrier_same_sentence",
        "Exemplars with a barrier in the same sentence",
        "Exemplars",
        "exemplar.barrier_sentence",
        "exemplar",
        "mention.barrier",
    ),
    _share(
        "exemplar.barrier_same_paragraph",
        "Exemplars with a barrier in the same paragraph",
        "Exemplars",
        "exemplar.barrier_paragraph",
        "exemplar",
        "mention.barrier",
    ),
    _share(
        "exemplar.in_learning",
        "Exemplars inside a learning claim",
        "Exemplars",
        "exemplar.learning",
        "exemplar",
        "claim",
    ),
    _share(
        "exemplar.in_legitimation",
        "Exemplars inside a legitimation claim",
        "Exemplars",
        "exemplar.legitimation",
        "exemplar",
        "claim",
    ),
    _rate("claims.rate", "Claims that draw on experience", "Claims", "claims", "claim"),
    _share(
        "claims.learning_share",
        "Learning among claims, by the classifier",
        "Claims",
        "claims.learning",
        "claims",
        "claim",
    ),
    Ratio(
        "claims.learning_share.coded",
        "Learning among claims, corrected by coded sentences",
        "Claims",
        (),
        (),
        "share",
        "claim",
    ),
    _share(
        "claims.double_loop_share",
        "Double-loop among learning claims",
        "Claims",
        "depth.double_loop",
        "depth.known",
        "depth",
    ),
    _share(
        "claims.policy_learner_share",
        "Policy learns, among learning claims with a learner named",
        "Claims",
        "learner.policy",
        "learner.known",
        "learner",
    ),
    _share(
        "claims.learner_named_share",
        "A learner is named, among learning claims",
        "Claims",
        "learner.known",
        "claims.learning",
        "learner",
    ),
    _rate("barrier.rate", "Barriers", "Barriers", "barrier", "mention.barrier"),
    _share(
        "barrier.policy_locus_share",
        "Barriers from policy, among those with a locus",
        "Barriers",
        "locus.policy",
        "locus.known",
        "locus",
    ),
    *(
        _share(f"barrier.locus.{locus}", f"Locus {locus}", "Barriers", f"locus.{locus}", "barrier", "locus")
        for locus in LOCI
    ),
    *(
        _share(
            f"barrier.status.{status}", f"Barriers {status}", "Barriers", f"status.{status}", "status.known", "status"
        )
        for status in STATUSES
    ),
    *(
        _rate(
            f"barrier.{sub}.rate", f"Barriers: {_words(sub)}", "Barriers by kind", f"barrier.{sub}", "barrier_subcode"
        )
        for sub in BARRIERS
    ),
    *(
        _share(
            f"barrier.{sub}.share",
            f"Share of {_words(sub)} among barriers",
            "Barriers by kind",
            f"barrier.{sub}",
            "barrier",
            "barrier_subcode",
        )
        for sub in BARRIERS
    ),
    _rate("partnership.rate", "Partnership", "Partnership", "partnership", "mention.partnership"),
    _share(
        "partnership.enabling_share",
        "Enabling conditions, among conditions and inhibiting factors",
        "Partnership",
        "partnership.condition",
        "partnership.condition+partnership.weak+barrier.with_partnership",
        "mention.partnership",
    ),
    _share(
        "partnership.mandated_share",
        "Mandated, among mentions of partnership",
        "Partnership",
        "partnership.mandated",
        "partnership",
        "mention.partnership",
    ),
    _share(
        "practice.joint_share",
        "Joint development, against transfer and dissemination",
        "Transfer or joint development",
        "best_practice.joint_development",
        "best_practice.joint_development+best_practice.transfer+best_practice.dissemination",
        "mention.best_practice",
    ),
    *(
        _share(
            f"learning_mode.{mode}_share",
            f"Learning pictured as {mode}",
            "How learning is pictured",
            f"learning_mode.{mode}",
            "learning_mode",
            "mention.learning_mode",
        )
        for mode in MODES
    ),
)

BY_NAME = {ratio.name: ratio for ratio in RATIOS}
