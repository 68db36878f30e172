"""What moved a decision: contributions to the log-odds of the chosen label against the strongest other one.

The classifier is linear in its features and so is its calibration, so contributions add up exactly: their sum is the
logarithm of the two probabilities' ratio.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from models.claims.calibration import Array
from models.claims.classifier import SentenceClassifier
from models.records import Cue

SHOWN = 6
BASE = "how common the label is"
REST = "everything else"
_TOGETHER = {"meaning": "the meaning of its words together", "reader": "the sentence read as a whole"}
_SAID = {"words": "word", "neighbours": "context", "cues": "cue", "neighbour cues": "cue", "mentions": "mention"}


class Explainer:
    """Explains the decisions of one classifier."""

    def __init__(self, classifier: SentenceClassifier) -> None:
        self._classifier = classifier
        names = [_spoken(name) for name in classifier.space.names]
        distinct = dict.fromkeys(names)
        number = {name: index for index, name in enumerate(distinct)}
        self._names = list(distinct)
        self._group = np.array([number[name] for name in names])

    def explain(self, rows: sp.csr_matrix, chosen: np.ndarray, probabilities: Array) -> list[tuple[Cue, ...]]:
        """Cues of each row, strongest first, then everything else and the base rate; they add up to the log-odds."""
        classifier = self._classifier
        weights, bases = classifier.linear.coef_, classifier.linear.intercept_
        slope, shift = classifier.calibration.slope, classifier.calibration.shift
        explained = []
        for index in range(rows.shape[0]):
            label = int(chosen[index])
            others = probabilities[index].copy()
            others[label] = -1
            other = int(others.argmax())
            row = rows.getrow(index)
            parts = slope * row.data * (weights[label] - weights[other])[row.indices]
            groups, places = np.unique(self._group[row.indices], return_inverse=True)
            sums = np.bincount(places, weights=parts, minlength=len(groups))
            order = np.argsort(-np.abs(sums), kind="stable")[:SHOWN]
            cues = [Cue(self._names[groups[i]], float(sums[i])) for i in order]
            cues.append(Cue(REST, float(sums.sum() - sums[order].sum())))
            cues.append(Cue(BASE, float(slope * (bases[label] - bases[other]) + shift[label] - shift[other])))
            explained.append(tuple(cues))
        return explained


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
