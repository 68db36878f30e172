"""Intervals for shares and rates: Wilson's, Garwood's, and the bootstrap over documents.

References
----------
Wilson (1927), JASA 22, 209-212. Garwood (1936), Biometrika 28, 437-442.
Davison & Hinkley (1997), Bootstrap Methods and their Application, section 3.8 (resampling clusters).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm

LEVEL = 0.95
REPLICATES = 2000
MINIMUM_CLUSTERS = 5
SEED = 20261124


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its bounds and the name of the method."""

    estimate: float
    low: float
    high: float
    method: str


def wilson(count: float, n: float, level: float = LEVEL) -> Interval:
    """Wilson's score interval for a share.

    >>> i = wilson(8, 10)
    >>> round(i.low, 3), round(i.high, 3)
    (0.49, 0.943)
    """
    if not 0 <= count <= n or n <= 0:
        raise ValueError(f"{count} of {n} is not a share")
    z = float(norm.ppf((1 + level) / 2))
    share = count / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(share, max(0.0, centre - half), min(1.0, centre + half), "Wilson")


def garwood(count: float, exposure: float, level: float = LEVEL) -> Interval:
    """Exact Poisson interval for ``count / exposure``.

    >>> i = garwood(10, 1)
    >>> round(i.low, 2), round(i.high, 2)
    (4.8, 18.39)
    """
    if count < 0 or exposure <= 0:
        raise ValueError(f"{count} per {exposure} is not a rate")
    tail = (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    high = float(chi2.ppf(1 - tail, 2 * (count + 1))) / 2
    return Interval(count / exposure, low / exposure, high / exposure, "Poisson (Garwood)")


@lru_cache(maxsize=64)
def resampling_weights(clusters: int, replicates: int = REPLICATES, seed: int = SEED) -> NDArray[np.float64]:
    """How often each document is drawn in each replicate; shape ``(replicates, clusters)``, rows sum to ``clusters``.

    The same number of documents always gives the same draws. They are kept: do not write into them.
    """
    generator = np.random.default_rng([seed, clusters])
    return generator.multinomial(clusters, np.full(clusters, 1 / clusters), size=replicates).astype(np.float64)


def ratio_over_documents(
    counts: NDArray[np.float64], totals: NDArray[np.float64], weights: NDArray[np.float64] | None = None
) -> Interval:
    """The ratio of two sums over documents, with a percentile interval from resampling whole documents.

    Parameters
    ----------
    counts, totals
        One number per document, shape ``(documents,)``; a document with total 0 takes part without weight.

    Raises
    ------
    ValueError
        Where the totals sum to nothing.
    """
    if totals.sum() <= 0:
        raise ValueError("no document has any denominator")
    drawn = resampling_weights(len(counts)) if weights is None else weights
    denominators = drawn @ totals
    kept = denominators > 0
    ratios = (drawn @ counts)[kept] / denominators[kept]
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    return Interval(
        float(counts.sum() / totals.sum()), float(low), float(high), f"bootstrap over {len(counts)} documents"
    )
