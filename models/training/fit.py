"""Fit one classifier: cross-fitted scores choose its penalty, calibration and decision; then all rows give weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from models.claims.calibration import Array, Calibration, fit_calibration
from models.claims.classifier import FitOptions, SentenceClassifier, decide, fit_linear
from models.claims.context import SentenceInContext
from models.claims.features import FeatureSpace
from models.training.folds import grouped_folds
from models.training.metrics import macro_f1

INNER_FOLDS = 4
PENALTIES = (0.02, 0.06, 0.2)
_WEIGHT_STEPS = np.exp(np.linspace(-1.2, 1.2, 13))
_UNSEEN = 6.0


def cross_scores(
    sentences: Sequence[SentenceInContext],
    soft: Array,
    place: NDArray[np.int64],
    options: FitOptions,
    penalties: Sequence[float],
) -> list[Array]:
    """Scores of each row by models that have not seen its fold: one matrix (n, classes) per penalty."""
    scores = [np.zeros(soft.shape) for _ in penalties]
    for fold in np.unique(place):
        inside, outside = np.flatnonzero(place == fold).tolist(), np.flatnonzero(place != fold).tolist()
        space = FeatureSpace(options.features)
        rows = space.fit_transform([sentences[i] for i in outside])
        tested = space.transform([sentences[i] for i in inside], held_out=True)
        for number, penalty in enumerate(penalties):
            linear = fit_linear(rows, soft[outside], replace(options, inverse_penalty=penalty))
            part = tested @ linear.coef_.T + linear.intercept_
            filled = np.full((len(inside), soft.shape[1]), part.min(axis=1, keepdims=True) - _UNSEEN)
            filled[:, linear.classes_] = part
            scores[number][inside] = filled
    return scores


def decision_weights(probabilities: Array, truth: NDArray[np.int64], rounds: int = 2) -> Array:
    """Weights of the labels under which the highest weighted probability gives the best macro F1.

    Coordinate search over a fixed grid, averaged over the grid points within 0.003 of the best so that the choice
    does not hang on a handful of sentences.
    """
    weights = np.ones(probabilities.shape[1])
    for _ in range(rounds):
        for label in range(len(weights)):
            trial = weights.copy()
            values = []
            for step in _WEIGHT_STEPS:
                trial[label] = step
                values.append(macro_f1(truth, decide(probabilities, trial), len(weights)))
            near = np.asarray(values) >= max(values) - 0.003
            weights[label] = float(np.exp(np.log(_WEIGHT_STEPS[near]).mean()))
    balanced: Array = weights / weights[0]
    return balanced


def fit_classifier(
    sentences: Sequence[SentenceInContext],
    soft: Array,
    groups: Sequence[str],
    labels: Sequence[str],
    options: FitOptions,
    *,
    penalties: Sequence[float] = PENALTIES,
) -> SentenceClassifier:
    """A calibrated classifier of ``labels`` from soft labels (n, classes), never mixing ``groups`` across folds.

    Raises
    ------
    ValueError
        If fewer than two classes or fewer than two groups occur.
    """
    truth = soft.argmax(axis=1)
    inner = min(INNER_FOLDS, len(set(groups)))
    place = grouped_folds(groups, truth, inner, options.seed)
    tried = cross_scores(sentences, soft, place, options, penalties)
    calibrations = [fit_calibration(scores, truth) for scores in tried]
    losses = [_log_loss(c, scores, truth) for c, scores in zip(calibrations, tried, strict=True)]
    best = int(np.argmin(losses))
    weights = decision_weights(calibrations[best].probabilities(tried[best]), truth)
    space = FeatureSpace(options.features)
    linear = fit_linear(space.fit_transform(sentences), soft, replace(options, inverse_penalty=penalties[best]))
    if len(linear.classes_) < len(labels):
        raise ValueError("every label needs at least one sentence")
    return SentenceClassifier(labels, space, linear, calibrations[best], weights)


def _log_loss(calibration: Calibration, scores: Array, truth: NDArray[np.int64]) -> float:
    return -float(log_softmax(calibration.logits(scores), axis=1)[np.arange(len(truth)), truth].mean())
