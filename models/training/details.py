"""Depth and learner of learning claims: fitted and validated, without a reader and with the careful one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.claims.calibration import Array, fit_calibration
from models.claims.classifier import FitOptions, SentenceClassifier, fit_linear
from models.claims.detail import DetailClassifier
from models.claims.features import BLOCKS, READERS, FeatureOptions
from models.claims.reader import reader
from models.training.description import PENALTY
from models.training.examples import Example, soft_labels
from models.training.fit import INNER_FOLDS, decision_weights, fit_classifier
from models.training.folds import grouped_folds
from models.training.scores import Scores, score
from models.training.validation import Predictions, cross_fitted

ANSWERS = {"depth": ("single_loop", "double_loop"), "learner": ("practitioner", "policy", "unspecified")}
READ_PENALTY = 0.003
"""Chosen once among 0.0003, 0.001, 0.003 and 0.01: macro F1 of depth 0.655, 0.664, 0.680, 0.681, of learner 0.554,
0.558, 0.576, 0.571 (read with a little more context before). Words beside the vector bring nothing."""
_WITHOUT_READERS = tuple(block for block in BLOCKS if block not in READERS)


class Details:
    """What was fitted for each question, how it does on documents it has not seen, and what could not be fitted."""

    def __init__(self) -> None:
        self.by_words: dict[str, SentenceClassifier] = {}
        self.by_reader: dict[str, DetailClassifier] = {}
        self.scores: dict[str, dict[str, Scores]] = {}
        self.notes: list[str] = []


def fit_details(examples: Sequence[Example], with_reader: bool) -> Details:
    """Fit both questions on the sentences that a coder called learning.

    The scores are by question, then by ``words`` or ``reader``.
    """
    found = Details()
    careful = reader(READERS["careful reader"]) if with_reader else None
    for question, answers in ANSWERS.items():
        soft = soft_labels(examples, answers, question)
        asked = np.flatnonzero(soft.sum(axis=1) > 0).tolist()
        sentences, groups = [examples[i].context for i in asked], [examples[i].document for i in asked]
        options = FitOptions(features=FeatureOptions(blocks=_WITHOUT_READERS))
        try:
            fitted = fit_classifier(sentences, soft[asked], groups, answers, options, penalties=(PENALTY,))
        except ValueError as error:
            found.notes.append(f"{question} was not trained: {error}")
            continue
        found.by_words[question] = fitted.classifier
        said = {"words": cross_fitted(fitted.scores, soft[asked].argmax(axis=1), fitted.place)}
        if careful is not None:
            found.by_reader[question], said["reader"] = fit_on_vectors(
                careful.vectors(sentences), soft[asked], groups, answers
            )
        found.scores[question] = {
            way: score(answers, p.truth, p.chosen, groups, probabilities=p.probabilities) for way, p in said.items()
        }
    return found


def fit_on_vectors(
    vectors: NDArray[np.float32], soft: Array, groups: Sequence[str], labels: Sequence[str]
) -> tuple[DetailClassifier, Predictions]:
    """A classifier of vectors (n, numbers) with soft labels (n, labels), and what it says of groups it has not seen."""
    options = replace(FitOptions(), inverse_penalty=READ_PENALTY)
    truth = soft.argmax(axis=1).astype(np.int64)
    place = grouped_folds(groups, truth, min(INNER_FOLDS, len(set(groups))), options.seed)
    scores = np.zeros(soft.shape)
    for fold in np.unique(place):
        outside = place != fold
        coefficients, intercept = _linear(vectors[outside], soft[outside], options)
        scores[~outside] = vectors[~outside] @ coefficients.T + intercept
    calibration = fit_calibration(scores, truth)
    weights = decision_weights(calibration.probabilities(scores), truth)
    classifier = DetailClassifier(tuple(labels), *_linear(vectors, soft, options), calibration, weights)
    return classifier, cross_fitted(scores, truth, place)


def _linear(vectors: NDArray[np.float32], soft: Array, options: FitOptions) -> tuple[Array, Array]:
    """Coefficients and intercept on vectors as they are, fitted on vectors of mean 0 and spread 1."""
    values = vectors.astype(np.float64)
    mean, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    fitted = fit_linear((values - mean) / spread, soft, options)
    coefficients = np.zeros((soft.shape[1], values.shape[1]))
    intercept = np.full(soft.shape[1], float(fitted.intercept_.min()) - 6.0)  # of a label that training never saw
    coefficients[fitted.classes_], intercept[fitted.classes_] = fitted.coef_ / spread, fitted.intercept_
    intercept -= coefficients @ mean
    return coefficients, intercept
