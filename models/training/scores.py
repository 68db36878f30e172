"""What a validation says: scores with intervals that treat documents as clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.claims.calibration import Array, brier_score, expected_calibration_error
from models.training.metrics import ClassScore, Labels, accuracy, class_scores, confusion, macro_f1

ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95% percentile interval from resampling documents."""

    low: float
    high: float


@dataclass(frozen=True)
class Scores:
    """The scores of one set of predictions."""

    labels: tuple[str, ...]
    n: int
    documents: int
    macro_f1: float
    macro_f1_interval: Interval
    accuracy: float
    accuracy_interval: Interval
    classes: tuple[ClassScore, ...]
    calibration_error: float | None
    brier: float | None

    def as_json(self) -> dict[str, Any]:
        """Plain values for ``metrics.json``."""
        pairs = list(zip(self.labels, self.classes, strict=True))
        return {
            "n": self.n,
            "documents": self.documents,
            "macro_f1": self.macro_f1,
            "macro_f1_low": self.macro_f1_interval.low,
            "macro_f1_high": self.macro_f1_interval.high,
            "accuracy": self.accuracy,
            "accuracy_low": self.accuracy_interval.low,
            "accuracy_high": self.accuracy_interval.high,
            "precision": {label: score.precision for label, score in pairs},
            "recall": {label: score.recall for label, score in pairs},
            "f1": {label: score.f1 for label, score in pairs},
            "per_class": {
                label: {
                    "precision": score.precision,
                    "recall": score.recall,
                    "f1": score.f1,
                    "support": score.support,
                }
                for label, score in pairs
            },
            "ece": self.calibration_error,
            "brier": self.brier,
        }


def score(
    labels: Sequence[str],
    truth: Labels,
    predicted: Labels,
    groups: Sequence[str],
    *,
    probabilities: Array | None = None,
    seed: int = 20261124,
) -> Scores:
    """Score predictions against coded labels, with intervals by cluster bootstrap over ``groups``."""
    classes = len(labels)
    tables = _tables_by_group(truth, predicted, groups, classes)
    return Scores(
        labels=tuple(labels),
        n=len(truth),
        documents=len(tables),
        macro_f1=macro_f1(truth, predicted, classes),
        macro_f1_interval=bootstrap(tables, _macro_f1_of, seed),
        accuracy=accuracy(truth, predicted),
        accuracy_interval=bootstrap(tables, lambda t: float(np.trace(t) / max(1, t.sum())), seed),
        classes=class_scores(truth, predicted, classes),
        calibration_error=None if probabilities is None else expected_calibration_error(probabilities, truth),
        brier=None if probabilities is None else brier_score(probabilities, truth),
    )


def macro_f1_interval(
    truth: Labels, predicted: Labels, groups: Sequence[str], classes: int, *, seed: int = 0
) -> Interval:
    """The cluster bootstrap interval of macro F1 alone."""
    return bootstrap(_tables_by_group(truth, predicted, groups, classes), _macro_f1_of, seed)


def _tables_by_group(truth: Labels, predicted: Labels, groups: Sequence[str], classes: int) -> NDArray[np.int64]:
    names = {name: number for number, name in enumerate(dict.fromkeys(groups))}
    member = np.array([names[name] for name in groups])
    return np.stack([confusion(truth[member == g], predicted[member == g], classes) for g in range(len(names))])


def _macro_f1_of(table: NDArray[np.int64]) -> float:
    involved = table.sum(axis=0) + table.sum(axis=1)
    present = involved > 0
    return float((2 * np.diag(table)[present] / involved[present]).mean()) if present.any() else 0.0


def bootstrap(tables: NDArray[np.int64], statistic: Callable[[NDArray[np.int64]], float], seed: int) -> Interval:
    """Interval of a statistic of summed ``tables``, shape ``(groups, ...)``, by resampling groups."""
    generator = np.random.default_rng(seed)
    count = len(tables)
    values = []
    for _ in range(ROUNDS):
        times = np.bincount(generator.integers(0, count, count), minlength=count)
        values.append(statistic(np.tensordot(times, tables, axes=1)))
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(float(low), float(high))
