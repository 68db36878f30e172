"""Depth and learner of learning claims, decided from how the careful reader's lower half reads the sentence.

That half is the public model as it was: no coded sentence ever changed it, so what it says of one is no memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.claims.calibration import Array, Calibration
from models.claims.classifier import decide


@dataclass(frozen=True)
class DetailClassifier:
    """A linear decision on vectors of a reader (:meth:`models.claims.reader.Reader.vectors`).

    Attributes
    ----------
    labels
        The answers, in the order of every matrix.
    coefficients, intercept
        Shapes ``(labels, numbers)`` and ``(labels,)``.
    decision_weights
        What probabilities are multiplied with before the highest is taken, one per label.
    """

    labels: tuple[str, ...]
    coefficients: Array
    intercept: Array
    calibration: Calibration
    decision_weights: Array

    def choose(self, vectors: NDArray[np.float32]) -> list[str]:
        """The answer for each row of ``vectors``, shape ``(n, numbers)``; rows do not depend on one another."""
        scores = np.array([self.coefficients @ row for row in vectors.astype(np.float64)]) + self.intercept
        chosen = decide(self.calibration.probabilities(scores), self.decision_weights)
        return [self.labels[number] for number in chosen.tolist()]

    def state(self) -> dict[str, Any]:
        """Everything needed to rebuild it, as arrays and plain values."""
        return {
            "labels": list(self.labels),
            "coefficients": self.coefficients.astype(np.float32),
            "intercept": self.intercept,
            "slope": self.calibration.slope,
            "shift": self.calibration.shift,
            "decision_weights": self.decision_weights,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> DetailClassifier:
        """The inverse of :meth:`state`."""
        labels: Sequence[str] = state["labels"]
        calibration = Calibration(float(state["slope"]), np.asarray(state["shift"]))
        coefficients = np.asarray(state["coefficients"], dtype=np.float64)
        return cls(tuple(labels), coefficients, state["intercept"], calibration, np.asarray(state["decision_weights"]))
