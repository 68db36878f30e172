"""Fit one classifier: cross-fitted scores choose its penalty, calibration and decision; then all rows give weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from models.claims.calibration import Array, Calibration, fit_calibration
from models.claims.classifier import FitOptions, SentenceClassifier, decide, fit_linear
from models.claims.context import SentenceInContext
from models.claims.features import READERS, FeatureSpace, reader_scores
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


@dataclass(frozen=True)
class Look:
    """A classifier and what it says out of fold: ``scores`` (n, classes), uncalibrated, without the row's group."""

    classifier: SentenceClassifier
    scores: Array


@dataclass(frozen=True)
class Fitted:
    """The looks at a sentence, each with one reader more than the one before; ``place`` is the fold of each row.

    The first look has no reader. What the last says is what the classifier of all features says.
    """

    looks: tuple[Look, ...]
    place: NDArray[np.int64]

    @property
    def classifier(self) -> SentenceClassifier:
        """The classifier of all features."""
        return self.looks[-1].classifier

    @property
    def scores(self) -> Array:
        """Out-of-fold scores of the classifier of all features."""
        return self.looks[-1].scores


def fit_classifier(
    sentences: Sequence[SentenceInContext],
    soft: Array,
    groups: Sequence[str],
    labels: Sequence[str],
    options: FitOptions,
    *,
    penalties: Sequence[float] = PENALTIES,
) -> Fitted:
    """A calibrated classifier of ``labels`` from soft labels (n, classes), never mixing ``groups`` across folds.

    The readers' scores join on a second level: a logistic regression on the linear model's out-of-fold scores and the
    readers' held-out scores. On one level the words, which know the training sentences, would push the readers aside.

    Raises
    ------
    ValueError
        If fewer than two classes or fewer than two groups occur.
    """
    truth = soft.argmax(axis=1).astype(np.int64)
    place = grouped_folds(groups, truth, min(INNER_FOLDS, len(set(groups))), options.seed)
    blocks = tuple(block for block in options.features.blocks if block not in READERS)
    plain = replace(options, features=replace(options.features, blocks=blocks))
    tried = cross_scores(sentences, soft, place, plain, penalties)
    losses = [_log_loss(fit_calibration(scores, truth), scores, truth) for scores in tried]
    best = int(np.argmin(losses))
    space = FeatureSpace(plain.features)
    linear = fit_linear(space.fit_transform(sentences), soft, replace(plain, inverse_penalty=penalties[best]))
    if len(linear.classes_) < len(labels):
        raise ValueError("every label needs at least one sentence")
    first_scores = tried[best]
    looks = [Look(_calibrated(labels, space, linear, first_scores, truth), first_scores)]
    readings: dict[str, NDArray[np.float32]] = {}
    for block in [name for name in READERS if name in options.features.blocks]:
        readings[block] = reader_scores(sentences, held_out=True, block=block)
        reading = np.hstack(list(readings.values())).astype(np.float64)
        scores = stacked_scores(first_scores, reading, soft, place)
        wider = space.with_readers(readings)
        full = joined_linear(wider, linear, first_scores, reading, soft)
        looks.append(Look(_calibrated(labels, wider, full, scores, truth), scores))
    return Fitted(tuple(looks), place)


def stacked_scores(first: Array, reading: Array, soft: Array, place: NDArray[np.int64]) -> Array:
    """Out-of-fold scores of the second level, shape ``(n, classes)``, from those of the first and the reader's."""
    inputs = _joined_inputs(first, reading)
    scores = np.zeros(first.shape)
    for fold in np.unique(place):
        joined = _second_level(inputs[place != fold], soft[place != fold])
        scores[place == fold] = inputs[place == fold] @ joined.coef_.T + joined.intercept_
    return scores


def joined_linear(
    space: FeatureSpace, linear: LogisticRegression, first: Array, reading: Array, soft: Array
) -> LogisticRegression:
    """Both levels as one linear model over the columns of ``space`` with the reader's behind them."""
    joined = _second_level(_joined_inputs(first, reading), soft)
    classes = first.shape[1]
    centre = np.eye(classes) - 1 / classes
    ours, readers = joined.coef_[:, :classes] @ centre, joined.coef_[:, classes:]
    full = LogisticRegression()
    full.classes_ = np.arange(classes)
    full.coef_ = np.hstack([ours @ linear.coef_, readers * space.reader_scale()])
    full.intercept_ = joined.intercept_ + ours @ linear.intercept_
    return full


def _joined_inputs(first: Array, reading: Array) -> Array:
    return np.hstack([first - first.mean(axis=1, keepdims=True), reading])


def _second_level(inputs: Array, soft: Array) -> LogisticRegression:
    present = soft.sum(axis=0) > 0
    joined = fit_linear(sp.csr_matrix(inputs), soft, FitOptions(inverse_penalty=1.0, rarity=0.0))
    if present.all():
        return joined
    coefficients, base = np.zeros((soft.shape[1], inputs.shape[1])), np.full(soft.shape[1], -_UNSEEN)
    coefficients[joined.classes_], base[joined.classes_] = joined.coef_, joined.intercept_
    joined.coef_, joined.intercept_ = coefficients, base
    return joined


def _calibrated(
    labels: Sequence[str], space: FeatureSpace, linear: LogisticRegression, scores: Array, truth: NDArray[np.int64]
) -> SentenceClassifier:
    calibration = fit_calibration(scores, truth)
    weights = decision_weights(calibration.probabilities(scores), truth)
    return SentenceClassifier(labels, space, linear, calibration, weights)


def _log_loss(calibration: Calibration, scores: Array, truth: NDArray[np.int64]) -> float:
    return -float(log_softmax(calibration.logits(scores), axis=1)[np.arange(len(truth)), truth].mean())
