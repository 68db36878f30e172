"""Fitting of the joint decision: on fully coded sentences, with what filter and reader say that had not seen them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from models.tagging.gold import GoldSentence
from models.tagging.joint import Joint, JointCode
from models.tagging.proposals import Judged, Proposal, proposals
from models.tagging.reader import ReadsMentions

LONE_WEIGHT = 0.8  # how far a mention that one of two coders marked counts as one
THRESHOLDS = np.arange(0.2, 0.65, 0.025)
_MIDDLE = 0.4
NEVER = (0.0, 0.0)
Ranges: TypeAlias = Mapping[str, tuple[tuple[float, float], tuple[float, float]]]
UNSETTLED: Ranges = {
    "partnership": ((0.35, 0.65), (0.2, 0.8)),
    "best_practice": ((0.35, 0.55), (0.2, 0.7)),
    "barrier": ((0.2, 0.5), (0.1, 0.8)),
}
"""The filter's probabilities between which the small reader is asked: where nothing follows, and where the careful
reader may follow (decision 025)."""
CLOSE: Ranges = {"partnership": (NEVER, NEVER), "best_practice": (NEVER, NEVER), "barrier": ((0.1, 0.4), (0.1, 0.4))}
"""The small reader's probabilities between which the careful one is asked: one coded sentence in 12 (decision 025)."""


def fit_joint(
    gold: Sequence[GoldSentence], judged: Sequence[Sequence[Judged]], reader: ReadsMentions, ranges: Ranges
) -> Joint:
    """Fit one regression and one threshold per code of the reader.

    Parameters
    ----------
    gold, judged
        Coded sentences with their candidates, of equal length, with probabilities by models that had not seen the
        sentence's document.
    reader
        Gives readings by readers that had not seen it.
    ranges
        Where the reader will be asked, by code.
    """
    readings = reader.read([s.text for s in gold])
    codes = {}
    for place, code in enumerate(reader.labels.codes):
        made = [
            proposals(s.text, own, reading, code, place) for s, own, reading in zip(gold, judged, readings, strict=True)
        ]
        pairs = [(number, p) for number, own in enumerate(made) for p in own]
        target = np.array([_target(gold[number], p) for number, p in pairs])
        if not len(target) or target.max() <= 0 or target.min() >= 1:
            continue
        unsettled, wider = ranges.get(code, (NEVER, NEVER))
        codes[code] = replace(_fit_code(gold, code, pairs, target), unsettled=unsettled, wider=wider)
    return Joint(reader.digest, codes)


def _target(sentence: GoldSentence, proposal: Proposal) -> float:
    met = [
        m.coders
        for m in sentence.mentions("either")
        if m.top == proposal.code and m.start < proposal.end and proposal.start < m.end
    ]
    return 0.0 if not met else 1.0 if max(met) == 2 else LONE_WEIGHT


def _fit_code(
    gold: Sequence[GoldSentence], code: str, pairs: Sequence[tuple[int, Proposal]], target: NDArray[np.float64]
) -> JointCode:
    matrix = np.array([p.features for _, p in pairs])
    weights = np.concatenate([target, 1 - target])
    used = weights > 0
    classes = np.concatenate([np.ones(len(target)), np.zeros(len(target))])
    model = LogisticRegression(C=1.0, max_iter=3000)
    model.fit(np.vstack([matrix, matrix])[used], classes[used], sample_weight=weights[used])
    made = JointCode(float(model.intercept_[0].round(4)), 0.5, tuple(float(w) for w in model.coef_[0].round(4)))
    highest: dict[int, float] = defaultdict(float)
    for number, proposal in pairs:
        highest[number] = max(highest[number], made.probability(proposal))
    positive = {n for n, s in enumerate(gold) if any(m.top == code for m in s.mentions("either"))}

    def quality(threshold: float) -> tuple[float, float]:
        found = {n for n, p in highest.items() if p >= threshold}
        return 2 * len(found & positive) / max(1, len(found) + len(positive)), -abs(threshold - _MIDDLE)

    threshold = round(float(max(THRESHOLDS, key=quality)), 3)
    return JointCode(made.bias, threshold, made.weights)
