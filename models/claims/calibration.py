"""Probabilities that mean something: scores are rescaled by what was seen on documents outside the training folds.

Matrix-free vector scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks"): one temperature for all
classes and one shift per class, fitted by maximum likelihood on out-of-fold scores.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """``probability = softmax(slope * score + shift)``; ``shift`` has one entry per class."""

    slope: float
    shift: Array

    def logits(self, scores: Array) -> Array:
        """Calibrated log-odds up to a constant per row; shapes ``(n, classes)``."""
        calibrated: Array = self.slope * scores + self.shift
        return calibrated

    def probabilities(self, scores: Array) -> Array:
        """Rows sum to 1; shapes ``(n, classes)``."""
        probabilities: Array = softmax(self.logits(scores), axis=1)
        return probabilities


def fit_calibration(scores: Array, truth: NDArray[np.int64], weights: Array | None = None) -> Calibration:
    """Fit on out-of-fold ``scores`` (n, classes) and class numbers ``truth`` (n,), optionally weighted.

    The shifts are held towards zero by a small penalty, so that a class seen once does not run away.

    Raises
    ------
    ValueError
        If there are no rows or the shapes disagree.
    """
    if len(scores) == 0 or len(scores) != len(truth):
        raise ValueError(f"calibration needs as many scores as labels, got {len(scores)} and {len(truth)}")
    count, classes = scores.shape
    weight = np.ones(count) if weights is None else np.asarray(weights, dtype=float)
    weight = weight / weight.sum()
    rows = np.arange(count)

    def loss(parameters: Array) -> tuple[float, Array]:
        slope, shift = np.exp(parameters[0]), parameters[1:]
        logits = slope * scores + shift
        penalty = 1.0 / count
        value = -float(weight @ log_softmax(logits, axis=1)[rows, truth]) + penalty * float(shift @ shift)
        error = softmax(logits, axis=1)
        error[rows, truth] -= 1
        error *= weight[:, None]
        gradient = np.concatenate([[slope * float((error * scores).sum())], error.sum(axis=0) + 2 * penalty * shift])
        return value, gradient

    best = minimize(loss, np.zeros(classes + 1), jac=True, method="L-BFGS-B", bounds=[(-4, 4)] + [(-6, 6)] * classes)
    return Calibration(float(np.exp(best.x[0])), best.x[1:].copy())


def expected_calibration_error(probabilities: Array, truth: NDArray[np.int64], bins: int = 10) -> float:
    """Mean gap between confidence and accuracy over equal-width bins of the highest probability (Guo et al. 2017)."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = place == number
        if inside.any():
            error += inside.mean() * abs(float(right[inside].mean()) - float(confidence[inside].mean()))
    return float(error)


def brier_score(probabilities: Array, truth: NDArray[np.int64]) -> float:
    """Mean squared distance between the probability vector and the true class (Brier 1950, 0 to 2)."""
    target = np.zeros_like(probabilities)
    target[np.arange(len(truth)), truth] = 1
    return float(((probabilities - target) ** 2).sum(axis=1).mean())
