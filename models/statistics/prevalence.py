"""Shares that correct the classifier with the coded sample: the difference estimator of survey sampling.

Every sentence has a prediction, some have a coding and the probability with which they were drawn. The total of a
label is the predicted total plus the weighted errors of the prediction in the sample (Särndal, Swensson & Wretman 1992,
chapter 6; Angelopoulos et al. 2023 call the same idea prediction-powered inference). A share among claims is a ratio of
two such totals. Two questions, two kinds of interval:

- ``documents``: documents stand for others like them. Clusters are resampled by the delete-one jackknife.
- ``sentences``: exactly these documents are meant. Only the drawing of sentences within strata is uncertain.

Both intervals are built on the logit scale, with Student's t for the few clusters or strata there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import t as student

Array = NDArray[np.float64]
Uncertainty = Literal["documents", "sentences"]
FEWEST_CLUSTERS = 5
FEWEST_CLAIMS = 5.0
_EDGE = 1e-6


class PrevalenceRefusedError(ValueError):
    """An estimate that would not mean anything; ``str()`` says why."""


@dataclass(frozen=True)
class CodedSample:
    """The coded sentences: where they stand in the population, what was coded, how they were drawn.

    Parameters
    ----------
    index
        Row of the population for each coded sentence, shape (n,).
    part, whole
        Coded indicator (or share of coders) of the part (learning) and of the whole (any claim), shape (n,).
    probability
        Inclusion probability, shape (n,); nan where the draw was not at random.
    stratum
        Name of the stratum (frame and cue stratum together).
    """

    index: NDArray[np.int64]
    part: Array
    whole: Array
    probability: Array
    stratum: Sequence[str]


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval; ``n`` coded sentences in ``clusters`` documents, ``method`` in words."""

    estimate: float
    low: float
    high: float
    n: int
    clusters: int
    method: str


def share(
    predicted_part: Array,
    predicted_whole: Array,
    documents: Sequence[str],
    sample: CodedSample,
    *,
    uncertainty: Uncertainty = "documents",
    confidence: float = 0.95,
) -> Share:
    """The share of ``part`` in ``whole`` (learning among claims) over a population of predicted sentences.

    Parameters
    ----------
    predicted_part, predicted_whole
        Predicted probability of the part and of the whole for every sentence, shape (N,).
    documents
        The document of every sentence, length N.
    sample
        The coded sentences.
    uncertainty
        What the interval allows for, see the module's text.

    Raises
    ------
    PrevalenceRefusedError
        If coded sentences lack inclusion probabilities, or there are too few documents or coded claims.
    """
    _refuse(predicted_part, predicted_whole, documents, sample, uncertainty)
    power = _power(predicted_part, predicted_whole, sample)
    names = {name: number for number, name in enumerate(dict.fromkeys(documents))}
    cluster = np.array([names[name] for name in documents])
    parts = _totals(predicted_part, sample.part, power, cluster, sample)
    wholes = _totals(predicted_whole, sample.whole, power, cluster, sample)
    estimate = _ratio(parts.sum(), wholes.sum())
    if uncertainty == "documents":
        spread, freedom = _jackknife(parts, wholes, cluster[sample.index])
    else:
        residual = (sample.part - power * predicted_part[sample.index]) - estimate * (
            sample.whole - power * predicted_whole[sample.index]
        )
        spread, freedom = _within_strata(residual, sample, estimate, float(wholes.sum()))
    reach = float(student.ppf((1 + confidence) / 2, max(1.0, freedom))) * spread
    middle = float(np.log(estimate / (1 - estimate)))
    low, high = (float(expit(middle + side * reach)) for side in (-1, 1))
    what = "documents as clusters" if uncertainty == "documents" else "sampling of sentences"
    method = f"difference estimator, weight of prediction {power:.2f}, {what}, {confidence:.0%}"
    coded_documents = len({documents[i] for i in sample.index.tolist()})
    return Share(float(estimate), low, high, len(sample.index), coded_documents, method)


def _refuse(part: Array, whole: Array, documents: Sequence[str], sample: CodedSample, uncertainty: Uncertainty) -> None:
    if not len(part) == len(whole) == len(documents):
        raise ValueError("predictions and documents must have one entry per sentence")
    if len(sample.index) == 0:
        raise PrevalenceRefusedError("no sentence of these documents has been coded")
    missing = int((~np.isfinite(sample.probability)).sum())
    if missing:
        raise PrevalenceRefusedError(
            f"{missing} of {len(sample.index)} coded sentences were not drawn at random (no inclusion probability)"
        )
    if ((sample.probability <= 0) | (sample.probability > 1)).any():
        raise PrevalenceRefusedError("inclusion probabilities must be above 0 and at most 1")
    if sample.whole.sum() < FEWEST_CLAIMS:
        raise PrevalenceRefusedError(f"only {sample.whole.sum():g} coded claims, at least {FEWEST_CLAIMS:g} are needed")
    coded = len({documents[i] for i in sample.index.tolist()})
    if uncertainty == "documents" and coded < FEWEST_CLUSTERS:
        raise PrevalenceRefusedError(f"only {coded} coded documents, at least {FEWEST_CLUSTERS} are needed as clusters")


def _power(part: Array, whole: Array, sample: CodedSample) -> float:
    """How far predictions are trusted, 0 to 1: the weighted regression slope of codings on predictions."""
    predicted = np.concatenate([part[sample.index], whole[sample.index]])
    coded = np.concatenate([sample.part, sample.whole])
    twice = np.tile(1 / sample.probability, 2)
    centre = np.average(predicted, weights=twice)
    variance = np.average((predicted - centre) ** 2, weights=twice)
    if variance <= 0:
        return 0.0
    slope = np.average((predicted - centre) * (coded - np.average(coded, weights=twice)), weights=twice) / variance
    return float(np.clip(slope, 0.0, 1.0))


def _totals(predicted: Array, coded: Array, power: float, cluster: NDArray[np.int64], sample: CodedSample) -> Array:
    """Estimated total of each cluster, shape (clusters,)."""
    count, index = int(cluster.max()) + 1, sample.index
    totals = power * np.bincount(cluster, weights=predicted, minlength=count)
    errors = (coded - power * predicted[index]) / sample.probability
    return np.asarray(totals + np.bincount(cluster[index], weights=errors, minlength=count), dtype=np.float64)


def _ratio(part: float, whole: float) -> float:
    if whole <= 0:
        raise PrevalenceRefusedError("the estimated number of claims is not above 0")
    return float(np.clip(part / whole, _EDGE, 1 - _EDGE))


def _jackknife(parts: Array, wholes: Array, coded_cluster: NDArray[np.int64]) -> tuple[float, float]:
    """Standard error on the logit scale and degrees of freedom, from leaving out one coded cluster at a time.

    Clusters differ in size: the degrees of freedom are those of the effective number of clusters (Carter, Schnepel &
    Steigerwald 2017), here from the share of each cluster in the whole.
    """
    left_out = np.unique(coded_cluster)
    values = []
    for number in left_out:
        ratio = _ratio(max(parts.sum() - parts[number], 0.0), max(wholes.sum() - wholes[number], _EDGE))
        values.append(np.log(ratio / (1 - ratio)))
    logits = np.array(values)
    count = len(logits)
    spread = float(np.sqrt((count - 1) / count * ((logits - logits.mean()) ** 2).sum()))
    size = np.maximum(wholes[left_out], 0)
    effective = size.sum() ** 2 / (size**2).sum() if size.sum() > 0 else 1.0
    return spread, float(min(count, effective) - 1)


def _within_strata(residual: Array, sample: CodedSample, estimate: float, total: float) -> tuple[float, float]:
    """Standard error on the logit scale from simple random sampling within strata, with its finite correction."""
    strata = {name: number for number, name in enumerate(dict.fromkeys(sample.stratum))}
    member = np.array([strata[name] for name in sample.stratum])
    variance, pieces = 0.0, []
    for number in range(len(strata)):
        inside = member == number
        count, rate = int(inside.sum()), float(sample.probability[inside].mean())
        if rate >= 1:
            continue
        scatter = float(residual[inside].var(ddof=1)) if count > 1 else float(residual.var())
        piece = count * scatter * (1 - rate) / rate**2
        variance += piece
        pieces.append((piece, max(1, count - 1)))
    freedom = variance**2 / sum(p**2 / f for p, f in pieces) if variance > 0 else 1e9
    slope = estimate * (1 - estimate)
    return float(np.sqrt(variance) / (total * slope)), float(freedom)
