"""What moved a decision: contributions to the log-odds of the chosen label against the strongest other one.

The classifier is linear in its features and so is its calibration, so contributions add up exactly: their sum is the
logarithm of the two probabilities' ratio.
"""

from __future__ import annotations

import itertools

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.claims.calibration import Array
from models.claims.classifier import SentenceClassifier
from models.records import Cue

SHOWN = 6
BASE = "how common the label is"
REST = "everything else"
_TOGETHER = {
    "meaning": "the meaning of its words together",
    "reader": "the sentence read as a whole",
    "careful reader": "the sentence read as a whole",
}
_SAID = {"words": "word", "neighbours": "context", "cues": "cue", "neighbour cues": "cue", "mentions": "mention"}


class Explainer:
    """Explains the decisions of one classifier."""

    def __init__(self, classifier: SentenceClassifier) -> None:
        self._classifier = classifier
        names = [_spoken(name) for name in classifier.space.names]
        distinct = dict.fromkeys(names)
        number = {name: index for index, name in enumerate(distinct)}
        self._names = list(distinct)
        group = [number[name] for name in names]
        self._together = sp.csr_matrix((np.ones(len(names)), group, np.arange(len(names) + 1)))

    def explain(self, rows: sp.csr_matrix, chosen: np.ndarray, probabilities: Array) -> list[tuple[Cue, ...]]:
        """Cues of each row, strongest first, then everything else and the base rate; they add up to the log-odds."""
        if not rows.shape[0]:
            return []
        slope, shift = self._classifier.calibration.slope, self._classifier.calibration.shift
        weights, bases = slope * self._classifier.linear.coef_, slope * self._classifier.linear.intercept_ + shift
        left = probabilities.copy()
        left[np.arange(len(chosen)), chosen] = -1
        other = left.argmax(axis=1)
        # Every row at once: contributions of columns, then the sum of those that are told as one.
        which = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
        parts = rows.data * (weights[chosen[which], rows.indices] - weights[other[which], rows.indices])
        told = sp.csr_matrix((parts, rows.indices, rows.indptr), shape=rows.shape) @ self._together
        base = bases[chosen] - bases[other]
        return [
            self._cues(told.indices[start:end], told.data[start:end], float(base[index]))
            for index, (start, end) in enumerate(itertools.pairwise(told.indptr.tolist()))
        ]

    def _cues(self, groups: NDArray[np.int32], sums: Array, base: float) -> tuple[Cue, ...]:
        order = np.lexsort((groups, -np.abs(sums)))[:SHOWN]
        shown = sums[order]
        cues = [
            Cue(self._names[group], value) for group, value in zip(groups[order].tolist(), shown.tolist(), strict=True)
        ]
        return (*cues, Cue(REST, float(sums.sum() - shown.sum())), Cue(BASE, base))


def _spoken(name: str) -> str:
    block, _, what = name.partition(": ")
    if block in _TOGETHER:
        return _TOGETHER[block]
    if block == "words":
        return f"word: {what}"
    if block == "neighbours":
        side, _, word = what.partition(":")
        return f"{'heading' if side == 'heading' else 'word ' + side}: {word}"
    return f"{_SAID[block]}: {what}" if block in _SAID else what
