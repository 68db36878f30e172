"""Folds that never split a group: what is learnt from a document is never tested on the same document."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def grouped_folds(groups: Sequence[str], truth: NDArray[np.int64], folds: int, seed: int = 0) -> NDArray[np.int64]:
    """Fold number of each row, shape ``(n,)``; rows of a group share it and classes are spread as evenly as possible.

    Groups are taken from the largest to the smallest (ties in an order drawn with ``seed``) and each goes where it
    leaves the class counts most even.

    Raises
    ------
    ValueError
        If there are fewer groups than folds, or fewer than two folds.
    """
    names = sorted(set(groups))
    if folds < 2:
        raise ValueError(f"at least 2 folds are needed, got {folds}")
    if len(names) < folds:
        raise ValueError(f"{len(names)} groups cannot be put into {folds} folds")
    number = {name: index for index, name in enumerate(names)}
    member = np.array([number[group] for group in groups])
    classes = int(truth.max()) + 1
    counts = np.zeros((len(names), classes))
    np.add.at(counts, (member, truth), 1)
    share = counts / np.maximum(counts.sum(axis=0), 1)
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.argsort(-counts[order].sum(axis=1), kind="stable")]
    filled = np.zeros((folds, classes))
    place = np.zeros(len(names), dtype=np.int64)
    size = np.zeros(folds)
    for group in order:
        cost = [((filled[fold] + share[group]) ** 2).sum() - (filled[fold] ** 2).sum() for fold in range(folds)]
        best = min(range(folds), key=lambda fold: (cost[fold], size[fold], fold))
        place[group] = best
        filled[best] += share[group]
        size[best] += counts[group].sum()
    folds_of_rows: NDArray[np.int64] = place[member]
    return folds_of_rows
