"""How far a classifier's share in a document is from the coded one, learnt from documents it had not seen.

Sentence by sentence errors cancel partly in a share, and not by the same amount in every document. For each document
with coded sentences the difference of log-odds, coded minus predicted, has a sampling variance; what varies beyond it
is the classifier's error from document to document (a random-effects model, DerSimonian & Laird 1986, Controlled
Clinical Trials 7, 177-188). A new share is uncertain by its own sampling and by that error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import norm

Array = NDArray[np.float64]
FEWEST_CLAIMS = 10
FEWEST_DOCUMENTS = 8
_HALF = 0.5
_EDGE = 1e-3


@dataclass(frozen=True, slots=True)
class ErrorOfShares:
    """Log-odds of the coded share minus those of the predicted one.

    ``mean`` over documents, ``error`` its standard error, ``between`` the standard deviation from document to
    document, ``documents`` how many were compared.
    """

    mean: float
    error: float
    between: float
    documents: int

    def interval(self, low: float, high: float, sizes: Sequence[float], level: float = 0.95) -> tuple[float, float]:
        """The bounds of a predicted share, widened by the classifier's error.

        Parameters
        ----------
        low, high
            Bounds that allow for sampling alone.
        sizes
            Predicted claims in each document that the share is over: errors of many documents cancel out.
        """
        z = float(norm.ppf((1 + level) / 2))
        bottom, top = (float(logit(min(max(bound, _EDGE), 1 - _EDGE))) for bound in (low, high))
        middle, sampling = (bottom + top) / 2, (top - bottom) / (2 * z)
        size = np.asarray(sizes, dtype=float)
        documents = float(size.sum() ** 2 / (size**2).sum()) if (size > 0).any() else 1.0
        other = self.between**2 / documents + self.error**2 + self.mean**2
        reach = z * float(np.sqrt(sampling**2 + other))
        return min(low, float(expit(middle - reach))), max(high, float(expit(middle + reach)))


def error_of_shares(documents: Sequence[tuple[Array, Array]]) -> ErrorOfShares | None:
    """Learn the error from coded and predicted labels of documents that the classifier had not seen.

    Parameters
    ----------
    documents
        For each document two arrays of shape (sentences, 2): whether coded, and whether predicted, as the part and as
        the rest of the whole (learning, legitimation). Documents with fewer than ten claims in either are left out.

    Returns
    -------
    ErrorOfShares or None
        None where fewer than eight documents can be compared.
    """
    found = [_difference(coded, said) for coded, said in documents if _enough(coded) and _enough(said)]
    if len(found) < FEWEST_DOCUMENTS:
        return None
    gaps, variances = (np.array(values) for values in zip(*found, strict=True))
    weights = 1 / variances
    mean = float(np.average(gaps, weights=weights))
    heterogeneity = float((weights * (gaps - mean) ** 2).sum()) - (len(gaps) - 1)
    between = max(0.0, heterogeneity / float(weights.sum() - (weights**2).sum() / weights.sum()))
    weights = 1 / (variances + between)
    return ErrorOfShares(
        float(np.average(gaps, weights=weights)), float(weights.sum() ** -0.5), between**0.5, len(gaps)
    )


def _enough(labels: Array) -> bool:
    return bool(labels.sum() >= FEWEST_CLAIMS)


def _difference(coded: Array, said: Array) -> tuple[float, float]:
    """Difference of log-odds and its variance by linearisation; half a sentence is added to each count."""
    (part, rest), (said_part, said_rest) = coded.sum(axis=0) + _HALF, said.sum(axis=0) + _HALF
    gap = float(np.log(part / rest) - np.log(said_part / said_rest))
    influence = coded[:, 0] / part - coded[:, 1] / rest - said[:, 0] / said_part + said[:, 1] / said_rest
    return gap, float((influence**2).sum() + 1 / len(coded))
