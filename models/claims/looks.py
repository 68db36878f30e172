"""A quick look at a sentence, a reader where a claim is possible, a careful one where the decision is close."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.claims.calibration import Array
from models.claims.classifier import SentenceClassifier
from models.claims.explain import Explainer
from models.claims.rows import Rows
from models.claims.sentences import ReadSentences
from models.records import Cue

FIRST_LOOK, SECOND_LOOK = "first look", "second look"
BESIDE = (FIRST_LOOK, SECOND_LOOK)
LOOKS = (FIRST_LOOK, "claim", SECOND_LOOK)
NEITHER = "neither"
_READS = {"claim": "reader", SECOND_LOOK: "careful reader"}


def passes_first_look(neither: Array, gate: float) -> NDArray[np.bool_]:
    """Where the probability of a claim, one minus that of ``neither``, reaches the gate."""
    passed: NDArray[np.bool_] = 1 - neither >= gate
    return passed


def decision_margin(probabilities: Array, weights: Array) -> Array:
    """How close decisions are, shape ``(n,)``: between the two highest weighted probabilities, as shares of all."""
    weighted = probabilities * weights
    ordered = np.sort(weighted, axis=1) / weighted.sum(axis=1, keepdims=True)
    distance: Array = ordered[:, -1] - ordered[:, -2]
    return distance


class _Seen:
    """What the looks have said so far of each sentence."""

    def __init__(self, sentences: int, labels: int) -> None:
        self.probabilities: Array = np.zeros((sentences, labels))
        self.chosen: NDArray[np.int64] = np.zeros(sentences, dtype=np.int64)
        self.cues: list[tuple[Cue, ...]] = [()] * sentences


class Looks:
    """The classifiers of one question in the order in which they are asked.

    Parameters
    ----------
    parts, explainers
        By name: ``claim``, and where a model has them ``first look`` and ``second look``.
    gate
        Probability of a claim below which the first look is the last.
    margin
        Distance of the two labels between which the decision is, up to which there is a second look.
    """

    def __init__(
        self,
        parts: Mapping[str, SentenceClassifier],
        explainers: Mapping[str, Explainer],
        gate: float,
        margin: float,
    ) -> None:
        self._parts, self._explainers, self._gate, self._margin = parts, explainers, gate, margin
        labels = parts["claim"].labels
        self._labels = len(labels)
        self._none = labels.index(NEITHER) if NEITHER in labels else 0

    def at(self, read: ReadSentences) -> tuple[Array, NDArray[np.int64], list[tuple[Cue, ...]]]:
        """Probabilities, label numbers and cues: a first look, the reader where that finds a claim possible, and the
        careful reader where doubt remains."""
        everything = np.arange(len(read))
        opening = FIRST_LOOK if FIRST_LOOK in self._parts else "claim"
        rows = self._parts[opening].space.rows(read)
        seen = _Seen(len(rows), self._labels)
        self._decide(seen, opening, everything, rows)
        if opening == FIRST_LOOK:
            kept = np.flatnonzero(passes_first_look(seen.probabilities[:, self._none], self._gate))
            rows = self._read_on(seen, "claim", kept, rows.take(kept), read)
            if SECOND_LOOK in self._parts and len(kept):
                weights = self._parts["claim"].decision_weights
                close = np.flatnonzero(decision_margin(seen.probabilities[kept], weights) <= self._margin)
                self._read_on(seen, SECOND_LOOK, kept[close], rows.take(close), read)
        return seen.probabilities, seen.chosen, seen.cues

    def _read_on(
        self,
        seen: _Seen,
        name: str,
        which: NDArray[np.int64],
        rows: Rows,
        read: ReadSentences,
    ) -> Rows:
        if not len(which):
            return rows
        some = [read.sentences[i] for i in which.tolist()]
        rows = rows.read_by(self._parts[name].space.reader_columns(some, _READS[name]))
        self._decide(seen, name, which, rows)
        return rows

    def _decide(self, seen: _Seen, name: str, which: NDArray[np.int64], rows: Rows) -> None:
        part = self._parts[name]
        probabilities = part.probabilities(rows)
        chosen = part.decide(probabilities)
        if name == FIRST_LOOK:  # what it does not rule out is decided later; what it does is no claim
            chosen = np.full(len(which), self._none, dtype=np.int64)
            ruled_out = np.flatnonzero(~passes_first_look(probabilities[:, chosen[0]], self._gate))
            told = dict(
                zip(ruled_out.tolist(), self._explain(name, rows, chosen, probabilities, ruled_out), strict=True)
            )
        else:
            told = dict(enumerate(self._explain(name, rows, chosen, probabilities, np.arange(len(which)))))
        seen.probabilities[which], seen.chosen[which] = probabilities, chosen
        for place, index in enumerate(which.tolist()):
            seen.cues[index] = told.get(place, ())

    def _explain(
        self,
        name: str,
        rows: Rows,
        chosen: NDArray[np.int64],
        probabilities: Array,
        which: NDArray[np.int64],
    ) -> list[tuple[Cue, ...]]:
        return self._explainers[name].explain(rows.take(which), chosen[which], probabilities[which])
