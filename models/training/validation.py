"""Validation that never tests on a document it learnt from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.claims.calibration import Array, fit_calibration
from models.claims.classifier import FitOptions, decide
from models.claims.context import SentenceInContext
from models.claims.looks import decision_margin
from models.training.fit import PENALTIES, decision_weights, fit_classifier
from models.training.folds import grouped_folds
from models.training.metrics import Labels

OUTER_FOLDS = 5


@dataclass(frozen=True)
class Predictions:
    """What models said of sentences whose group they had not seen; rows in the order of the input."""

    truth: Labels
    chosen: Labels
    probabilities: Array
    fold: NDArray[np.int64]

    def where(self, kept: NDArray[np.bool_]) -> Predictions:
        """The rows where ``kept`` is true."""
        return Predictions(self.truth[kept], self.chosen[kept], self.probabilities[kept], self.fold[kept])

    def replaced(self, which: NDArray[np.bool_], other: Predictions) -> Predictions:
        """What ``other`` says where ``which`` is true, and this elsewhere."""
        chosen = np.where(which, other.chosen, self.chosen)
        return Predictions(
            self.truth, chosen, np.where(which[:, None], other.probabilities, self.probabilities), other.fold
        )


def cross_fitted(scores: Array, truth: Labels, place: NDArray[np.int64]) -> Predictions:
    """Predictions from out-of-fold scores; each fold's calibration and decision are fitted on the other folds' rows."""
    probabilities = np.zeros(scores.shape)
    chosen = np.zeros(len(truth), dtype=np.int64)
    for inside, own, weights in _calibrated(scores, truth, place):
        probabilities[inside], chosen[inside] = own, decide(own, weights)
    return Predictions(truth, chosen, probabilities, place)


def cross_margins(scores: Array, truth: Labels, place: NDArray[np.int64]) -> Array:
    """How close the decisions of :func:`cross_fitted` are, shape ``(n,)``."""
    margins = np.zeros(len(truth))
    for inside, own, weights in _calibrated(scores, truth, place):
        margins[inside] = decision_margin(own, weights)
    return margins


def _calibrated(
    scores: Array, truth: Labels, place: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.bool_], Array, Array]]:
    """The rows of each fold, their probabilities, and decision weights, fitted on the other folds' rows."""
    for fold in np.unique(place):
        inside = place == fold
        calibration = fit_calibration(scores[~inside], truth[~inside])
        weights = decision_weights(calibration.probabilities(scores[~inside]), truth[~inside])
        yield inside, calibration.probabilities(scores[inside]), weights


def cross_validate(
    sentences: Sequence[SentenceInContext],
    soft: Array,
    groups: Sequence[str],
    labels: Sequence[str],
    options: FitOptions,
    *,
    place: NDArray[np.int64] | None = None,
    penalties: Sequence[float] = PENALTIES,
    progress: Callable[[str], None] = lambda _: None,
) -> Predictions:
    """Nested cross-validation: penalty, calibration and decision are fitted inside each training part.

    Parameters
    ----------
    sentences, soft, groups, labels
        As for :func:`fit_classifier`.
    place
        Fold of each row (leave-one-field-out and the like); by default five folds of whole groups.
    progress
        Called with one line per fold.
    """
    truth = soft.argmax(axis=1).astype(np.int64)
    if place is None:
        place = grouped_folds(groups, truth, min(OUTER_FOLDS, len(set(groups))), options.seed)
    probabilities = np.zeros(soft.shape)
    chosen = np.zeros(len(truth), dtype=np.int64)
    for fold in np.unique(place):
        inside, outside = np.flatnonzero(place == fold).tolist(), np.flatnonzero(place != fold).tolist()
        present: list[int] = np.flatnonzero(soft[outside].sum(axis=0) > 0).tolist()
        fitted = fit_classifier(
            [sentences[i] for i in outside],
            soft[outside][:, present],
            [groups[i] for i in outside],
            [labels[i] for i in present],
            options,
            penalties=penalties,
        )
        model = fitted.classifier
        part = model.probabilities(model.rows([sentences[i] for i in inside], held_out=True))
        probabilities[np.array(inside)[:, None], present] = part
        chosen[inside] = np.array(present)[model.decide(part)]
        progress(f"fold {fold}: {len(outside)} sentences for training, {len(inside)} for testing")
    return Predictions(truth, chosen, probabilities, place)
