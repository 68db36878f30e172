"""How sure a decision has to be to stand, from decisions on unseen documents, and what that costs in decisions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.claims.abstention import WANTED, stands, thresholds
from models.training.scores import Interval, bootstrap
from models.training.validation import Predictions

LEVELS = (0.7, WANTED, 0.9)
_TOLD = """A decision stands where the probability of its label reaches a level: the lowest from which on as many of all
held-out decisions for the label were right as is wanted. How many stand, are right and are found is told with
levels set on the other folds: where fewer are right than wanted, the level does not carry over to other documents.
"""


def abstain_below(held_out: Predictions, labels: Sequence[str]) -> dict[str, float]:
    """For each label the probability below which a decision for it does not stand (:data:`WANTED`)."""
    found = thresholds(held_out.probabilities, held_out.chosen, held_out.truth)
    return dict(zip(labels, found.tolist(), strict=True))


def cross_stands(held_out: Predictions, wanted: float) -> NDArray[np.bool_]:
    """Which held-out decisions stand, shape ``(n,)``: a fold's thresholds are set on the other folds."""
    kept = np.zeros(len(held_out.truth), dtype=np.bool_)
    for fold in np.unique(held_out.fold):
        inside, rest = held_out.where(held_out.fold == fold), held_out.where(held_out.fold != fold)
        least = thresholds(rest.probabilities, rest.chosen, rest.truth, wanted)
        kept[held_out.fold == fold] = stands(inside.probabilities, inside.chosen, least)
    return kept


def share_right(right: NDArray[np.bool_], groups: Sequence[str], seed: int = 0) -> Interval:
    """95% interval of the share of ``right``, resampling groups."""
    names = {name: number for number, name in enumerate(dict.fromkeys(groups))}
    counts = np.zeros((len(names), 2), dtype=np.int64)
    np.add.at(counts, [names[name] for name in groups], np.stack([right, np.ones_like(right)], axis=1))
    return bootstrap(counts, lambda total: float(total[0] / total[1]), seed)


def abstention_table(held_out: Predictions, labels: Sequence[str], groups: Sequence[str]) -> list[str]:
    """Markdown for the card: for each label, how many decisions stand at several levels, and how many are right."""
    lines = [
        "### Which decisions stand",
        "",
        *_TOLD.splitlines(),
        "",
        "| decided | wanted right | stands from | decisions | stand | right of those | found of all coded so |",
        "|---|---|---|---|---|---|---|",
    ]
    least = {wanted: thresholds(held_out.probabilities, held_out.chosen, held_out.truth, wanted) for wanted in LEVELS}
    kept = {wanted: cross_stands(held_out, wanted) for wanted in LEVELS}
    for number, label in enumerate(labels):
        own, coded = held_out.chosen == number, held_out.truth == number
        for wanted in LEVELS:
            stand = own & kept[wanted]
            right = (held_out.truth == number)[stand]
            told = "none stands"
            if stand.any():
                interval = share_right(right, [g for g, s in zip(groups, stand.tolist(), strict=True) if s])
                told = f"{right.mean():.2f} ({interval.low:.2f} to {interval.high:.2f})"
            shares = (stand.sum() / max(1, own.sum()), (stand & coded).sum() / max(1, coded.sum()))
            cells = (f"{wanted:.1f}", f"{least[wanted][number]:.2f}", f"{own.sum()}", f"{shares[0]:.0%}", told)
            lines.append(f"| {label} | {' | '.join(cells)} | {shares[1]:.0%} |")
    return lines
