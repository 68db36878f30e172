"""How well predicted labels meet coded ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ClassScore:
    """Precision, recall and F1 of one class; 0 where it is undefined. ``support`` counts coded sentences."""

    precision: float
    recall: float
    f1: float
    support: int


def confusion(truth: Labels, predicted: Labels, classes: int) -> NDArray[np.int64]:
    """Counts, rows coded and columns predicted, shape ``(classes, classes)``."""
    table = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(table, (truth, predicted), 1)
    return table


def class_scores(truth: Labels, predicted: Labels, classes: int) -> tuple[ClassScore, ...]:
    """Scores of each class."""
    table = confusion(truth, predicted, classes)
    scores = []
    for label in range(classes):
        hit, said, coded = int(table[label, label]), int(table[:, label].sum()), int(table[label].sum())
        scores.append(
            ClassScore(
                precision=hit / said if said else 0.0,
                recall=hit / coded if coded else 0.0,
                f1=2 * hit / (said + coded) if said + coded else 0.0,
                support=coded,
            )
        )
    return tuple(scores)


def macro_f1(truth: Labels, predicted: Labels, classes: int) -> float:
    """Mean F1 over the classes that are coded or predicted at least once."""
    table = confusion(truth, predicted, classes)
    involved = table.sum(axis=0) + table.sum(axis=1)
    hit = np.diag(table)
    present = involved > 0
    return float((2 * hit[present] / involved[present]).mean()) if present.any() else 0.0


def accuracy(truth: Labels, predicted: Labels) -> float:
    """Share of labels met."""
    return float((truth == predicted).mean())


def macro_f1_between(truth: Labels, probabilities: NDArray[np.float64], first: int, second: int) -> float:
    """Macro F1 of two classes among the sentences coded as one of them, whatever else they could have been."""
    among = np.isin(truth, (first, second))
    if not among.any():
        return 0.0
    coded = (truth[among] == second).astype(np.int64)
    said = (probabilities[among, second] > probabilities[among, first]).astype(np.int64)
    return macro_f1(coded, said, 2)


def label_numbers(labels: Sequence[str], order: Sequence[str]) -> Labels:
    """Class numbers of ``labels`` in ``order``."""
    number = {label: index for index, label in enumerate(order)}
    return np.array([number[label] for label in labels], dtype=np.int64)
