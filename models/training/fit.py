"""Fit one classifier: cross-fitted scores for its calibration and decision, then all rows for its weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.claims.calibration import Array, fit_calibration
from models.claims.classifier import FitOptions, SentenceClassifier, decide, fit_linear
from models.claims.context import SentenceInContext
from models.claims.features import FeatureSpace
from models.training.folds import grouped_folds
from models.training.metrics import macro_f1

INNER_FOLDS = 5
_WEIGHT_STEPS = np.exp(np.linspace(-1.2, 1.2, 13))


def cross_scores(
    sentences: Sequence[SentenceInContext], soft: Array, place: NDArray[np.int64], options: FitOptions
) -> Array:
    """Scores of each row by a model that has not seen its fold, shape ``(n, classes)``."""
    scores = np.zeros(soft.shape)
    for fold in np.unique(place):
        inside, outside = np.flatnonzero(place == fold).tolist(), np.flatnonzero(place != fold).tolist()
        space = FeatureSpace(options.features)
        rows = space.fit_transform([sentences[i] for i in outside])
        linear = fit_linear(rows, soft[outside], options)
        part = space.transform([sentences[i] for i in inside], held_out=True) @ linear.coef_.T + linear.intercept_
        missing = np.setdiff1d(np.arange(soft.shape[1]), linear.classes_)
        scores[np.array(inside)[:, None], linear.classes_] = part
        scores[np.array(inside)[:, None], missing] = part.min() - 5.0
    return scores


def decision_weights(probabilities: Array, truth: NDArray[np.int64], rounds: int = 3) -> Array:
    """Weights of the labels under which the highest weighted probability gives the best macro F1.

    Coordinate search over a fixed grid, averaged over the grid points within 0.002 of the best so that the choice
    does not hang on a handful of sentences.
    """
    weights = np.ones(probabilities.shape[1])
    for _ in range(rounds):
        for label in range(1, len(weights)):
            trial = weights.copy()
            values = []
            for step in _WEIGHT_STEPS:
                trial[label] = step
                values.append(macro_f1(truth, decide(probabilities, trial), len(weights)))
            near = np.asarray(values) >= max(values) - 0.002
            weights[label] = float(np.exp(np.log(_WEIGHT_STEPS[near]).mean()))
    return weights


def fit_classifier(
    sentences: Sequence[SentenceInContext],
    soft: Array,
    groups: Sequence[str],
    labels: Sequence[str],
    options: FitOptions,
) -> SentenceClassifier:
    """A calibrated classifier of ``labels`` from soft labels (n, classes), never mixing ``groups`` across folds."""
    truth = soft.argmax(axis=1)
    inner = min(INNER_FOLDS, len(set(groups)))
    scores = cross_scores(sentences, soft, grouped_folds(groups, truth, inner, options.seed), options)
    calibration = fit_calibration(scores, truth)
    weights = decision_weights(calibration.probabilities(scores), truth)
    space = FeatureSpace(options.features)
    linear = fit_linear(space.fit_transform(sentences), soft, options)
    return SentenceClassifier(labels, space, linear, calibration, weights)
