"""What moved a decision: contributions to the log-odds of the chosen label against the strongest other one.

The classifier is linear in its features and so is its calibration, so contributions add up exactly: their sum is the
logarithm of the two probabilities' ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.claims.calibration import Array
from models.claims.classifier import SentenceClassifier
from models.claims.features import FeatureSpace
from models.claims.rows import Rows
from models.records import Cue

SHOWN = 6
BASE = "how common the label is"
REST = "everything else"
_AT_ONCE = 256
_TOGETHER = {
    "meaning": "the meaning of its words together",
    "reader": "the sentence read as a whole",
    "careful reader": "the sentence read as a whole",
}
_SAID = {"words": "word", "neighbours": "context", "cues": "cue", "neighbour cues": "cue", "mentions": "mention"}


@dataclass(frozen=True)
class _Shares:
    """What moved each row: as many as ``lengths`` says of its ``columns`` and their ``values``, columns ascending.

    ``total`` is their sum. The columns of the meaning of words count as one, and so do those of the readers.
    """

    lengths: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Array
    total: Array

    def strength(self) -> Array:
        """Sizes of the values; -1 where a row has none."""
        there = np.arange(self.values.shape[1]) < self.lengths[:, None]
        return np.where(there, np.abs(self.values), -1.0)


def _shares(classifier: SentenceClassifier, rows: Rows, chosen: NDArray[np.int64], other: NDArray[np.int64]) -> _Shares:
    weights, entries, every = classifier.weights, rows.entries, np.arange(len(rows))
    which, inner = entries.row(), weights.columns.shape[1]
    moved = weights.columns[chosen[which], entries.columns] - weights.columns[other[which], entries.columns]
    moved = classifier.calibration.slope * moved * entries.values
    total: Array = np.bincount(which, weights=moved, minlength=len(rows)).astype(np.float64)
    lengths = entries.lengths.copy()
    columns = np.zeros((len(rows), int(lengths.max()) + 2), dtype=np.int64)
    values = np.zeros(columns.shape)
    place = np.arange(len(which)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    columns[which, place], values[which, place] = entries.columns, moved
    for column, added, there in (
        (inner, weights.meaning(rows), rows.have_words()),
        (inner + weights.meaning_width, weights.readers(rows), rows.are_read()),
    ):
        some = np.flatnonzero(there)
        share = classifier.calibration.slope * (added[every, chosen] - added[every, other])
        columns[some, lengths[some]], values[some, lengths[some]] = column, share[some]
        lengths[some] += 1
        total += share
    return _Shares(lengths, columns, values, total)


class Explainer:
    """Explains the decisions of one classifier."""

    def __init__(self, classifier: SentenceClassifier) -> None:
        self._classifier = classifier
        self._names = _Names(classifier.space)

    def explain(self, rows: Rows, chosen: NDArray[np.int64], probabilities: Array) -> list[tuple[Cue, ...]]:
        """Cues of each row, strongest first, then everything else and the base rate; they add up to the log-odds."""
        left = probabilities.copy()
        left[np.arange(len(chosen)), chosen] = -1
        other = left.argmax(axis=1)
        cues = []
        for start in range(0, len(rows), _AT_ONCE):
            some = np.arange(start, min(start + _AT_ONCE, len(rows)))
            cues += self._cues(rows.take(some), chosen[some], other[some])
        return cues

    def _cues(self, rows: Rows, chosen: NDArray[np.int64], other: NDArray[np.int64]) -> list[tuple[Cue, ...]]:
        calibration, linear = self._classifier.calibration, self._classifier.linear
        bases = calibration.slope * linear.intercept_ + calibration.shift
        shares = _shares(self._classifier, rows, chosen, other)
        strength, every = shares.strength(), np.arange(len(rows))
        names, values = [], []
        for _ in range(min(SHOWN, strength.shape[1])):
            strongest = strength.argmax(axis=1)  # of equals the first
            none = strength[every, strongest] < 0
            names.append(np.where(none, -1, shares.columns[every, strongest]))
            values.append(np.where(none, 0.0, shares.values[every, strongest]))
            strength[every, strongest] = -1
        rest = shares.total - np.sum(values, axis=0)
        return [
            (
                *[Cue(self._names[column], value) for column, value in zip(own, moved, strict=True) if column >= 0],
                Cue(REST, others),
                Cue(BASE, base),
            )
            for own, moved, others, base in zip(
                np.array(names).T.tolist(),
                np.array(values).T.tolist(),
                rest.tolist(),
                (bases[chosen] - bases[other]).tolist(),
                strict=True,
            )
        ]


class _Names(dict[int, str]):
    """How columns are told to people, by number; most of them never are."""

    def __init__(self, space: FeatureSpace) -> None:
        super().__init__()
        self._space = space

    @cached_property
    def _columns(self) -> list[str]:
        return self._space.names

    def __missing__(self, column: int) -> str:
        name = self[column] = _spoken(self._columns[column])
        return name


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
