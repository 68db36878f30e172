"""Krippendorff's alpha: agreement between any number of coders, with gaps, corrected for chance.

References
----------
Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
Hayes, A. F. & Krippendorff, K. (2007). Answering the call for a standard reliability measure for coding data.
Communication Methods and Measures 1(1), 77-89.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Code = Hashable | None
Level = str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alpha with a percentile bootstrap interval over units (or over groups of units, where given).

    ``units`` counts those with at least two codings: the others say nothing about agreement.
    """

    alpha: float
    low: float
    high: float
    units: int


def krippendorff_alpha(units: Sequence[Sequence[Code]], level: Level = "nominal") -> float:
    """Alpha of ``units``: one sequence of codes per unit, None where a coder gave none.

    Parameters
    ----------
    units
        For each unit the codes that coders gave it. Which coder gave which does not matter.
    level
        ``nominal``, or for numbers ``ordinal``, ``interval`` or ``ratio``.

    Returns
    -------
    float
        1 for perfect agreement, 0 for chance; nan where every code is the same or no unit has two codes.

    Raises
    ------
    ValueError
        For an unknown level.

    Examples
    --------
    >>> round(krippendorff_alpha([("a", "b"), ("a", "a"), ("b", "b"), ("b", "b")]), 3)
    0.533
    """
    tables, values = _tables(units)
    frequencies, together = _counts_of(tables, np.zeros(len(tables), dtype=int), 1)
    return _alpha_of(frequencies[0], together[0], _distance(level)(values, frequencies[0]))


def bootstrap_alpha(
    units: Sequence[Sequence[Code]],
    level: Level = "nominal",
    *,
    groups: Sequence[Hashable] | None = None,
    rounds: int = 1000,
    seed: int = 20261124,
    confidence: float = 0.95,
) -> Agreement:
    """Alpha with an interval from resampling units, or whole ``groups`` of them (documents), with replacement."""
    tables, values = _tables(units)
    paired = np.array([sum(code is not None for code in unit) >= 2 for unit in units], dtype=bool)
    alpha = krippendorff_alpha(units, level)
    keys = list(range(len(units))) if groups is None else list(groups)
    keys = [key for key, keep in zip(keys, paired, strict=True) if keep]
    names = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    if not names:
        return Agreement(float("nan"), float("nan"), float("nan"), 0)
    member = np.array([names[key] for key in keys])
    generator = np.random.default_rng(seed)
    distance = _distance(level)
    frequencies, together = _counts_of(tables, member, len(names))
    found = []
    for _ in range(rounds):
        times = np.bincount(generator.integers(0, len(names), len(names)), minlength=len(names))
        drawn = times @ frequencies
        found.append(_alpha_of(drawn, np.tensordot(times, together, 1), distance(values, drawn)))
    kept = np.array([value for value in found if np.isfinite(value)])
    if not len(kept):
        return Agreement(alpha, float("nan"), float("nan"), len(member))
    low, high = np.quantile(kept, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Agreement(alpha, float(low), float(high), len(member))


def one_against_rest(units: Sequence[Sequence[Code]], code: Hashable) -> list[tuple[bool | None, ...]]:
    """The units with every code turned into "is it ``code``?", for alpha per class."""
    return [tuple(None if given is None else given == code for given in unit) for unit in units]


def _tables(units: Sequence[Sequence[Code]]) -> tuple[NDArray[np.float64], list[Hashable]]:
    """Counts of each value in each unit with two codes or more, shape ``(units, values)``, and the values."""
    kept = [[code for code in unit if code is not None] for unit in units]
    kept = [unit for unit in kept if len(unit) >= 2]
    seen = dict.fromkeys(code for unit in kept for code in unit)
    try:
        values: list[Hashable] = sorted(seen)  # type: ignore[type-var]
    except TypeError:
        values = sorted(seen, key=repr)
    number = {value: index for index, value in enumerate(values)}
    tables = np.zeros((len(kept), len(values)))
    for row, unit in enumerate(kept):
        for code in unit:
            tables[row, number[code]] += 1
    return tables, values


def _counts_of(
    tables: NDArray[np.float64], member: NDArray[np.int_], groups: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How often each value occurs in a group of units, shape ``(groups, values)``, and which two of a unit meet.

    The second, of shape ``(groups, values, values)``, sums the pairs of each unit, divided by its codes less one.
    """
    weighted = tables / (tables.sum(axis=1, keepdims=True) - 1)
    rows = [np.flatnonzero(member == group) for group in range(groups)]
    frequencies = np.array([tables[row].sum(axis=0) for row in rows])
    return frequencies, np.array([weighted[row].T @ tables[row] for row in rows])


def _alpha_of(frequencies: NDArray[np.float64], together: NDArray[np.float64], distance: NDArray[np.float64]) -> float:
    total = frequencies.sum()
    if not total:
        return float("nan")
    observed = float((together * distance).sum() / total)
    expected = float(frequencies @ distance @ frequencies / (total * (total - 1)))
    return 1 - observed / expected if expected > 0 else float("nan")


_Distance = Callable[[list[Hashable], NDArray[np.float64]], NDArray[np.float64]]


def _distance(level: Level) -> _Distance:
    levels: dict[str, _Distance] = {
        "nominal": lambda values, _: 1 - np.eye(len(values)),
        "ordinal": _ordinal,
        "interval": lambda values, _: np.subtract.outer(_numbers(values), _numbers(values)) ** 2,
        "ratio": _ratio,
    }
    if level not in levels:
        raise ValueError(f"level {level!r}: expected one of {', '.join(levels)}")
    return levels[level]


def _numbers(values: list[Hashable]) -> NDArray[np.float64]:
    return np.array([float(str(value)) for value in values])


def _ordinal(values: list[Hashable], frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    middle = np.cumsum(frequencies) - frequencies / 2
    distance: NDArray[np.float64] = np.subtract.outer(middle, middle) ** 2
    return distance


def _ratio(values: list[Hashable], _: NDArray[np.float64]) -> NDArray[np.float64]:
    numbers = _numbers(values)
    total = np.add.outer(numbers, numbers)
    gap = np.subtract.outer(numbers, numbers)
    return np.divide(gap, total, out=np.zeros_like(total), where=total != 0) ** 2
