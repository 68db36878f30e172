"""When a decision is too unsure to stand: thresholds by label, from how often held-out decisions were right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.claims.calibration import Array

WANTED = 0.8
"""How often decisions that stand are to be right, for each label on its own."""
FEWEST_DECISIONS = 20
_LEVELS = np.arange(100) / 100


def thresholds(
    probabilities: Array,
    chosen: NDArray[np.int64],
    truth: NDArray[np.int64],
    wanted: float = WANTED,
) -> Array:
    """The lowest probability of each label, shape ``(labels,)``, from which on its held-out decisions were right often
    enough: in at least ``wanted`` of the cases, judged by no fewer than 20 decisions.

    1 where no probability is high enough, so that such a label never stands.

    Parameters
    ----------
    probabilities, chosen, truth
        Of sentences whose documents were not seen: shapes ``(n, labels)``, ``(n,)``, ``(n,)``.
    """
    found = np.ones(probabilities.shape[1])
    for label in range(len(found)):
        own = chosen == label
        sure, right = probabilities[own, label], (truth == label)[own]
        for level in _LEVELS:
            kept = sure >= level
            if kept.sum() < FEWEST_DECISIONS:
                break
            if right[kept].mean() >= wanted:
                found[label] = round(float(level), 2)
                break
    return found


def stands(probabilities: Array, chosen: NDArray[np.int64], least: Array) -> NDArray[np.bool_]:
    """Where the probability of the chosen label reaches its threshold, shape ``(n,)``."""
    sure: NDArray[np.bool_] = probabilities[np.arange(len(chosen)), chosen] >= least[chosen]
    return sure


def kept_thresholds(description: Mapping[str, Any], reading: str, labels: Sequence[str]) -> Array:
    """The thresholds that a model's description holds for ``reading``, or for all; one number is one for all labels."""
    own = description.get("readings", {}).get(reading, description)
    kept = own.get("abstain_below", 0.0)
    return np.array([kept.get(label, 0.0) if isinstance(kept, Mapping) else kept for label in labels], dtype=float)
