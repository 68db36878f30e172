"""What the shipped classifier says of coded sentences when it has not seen their document, beside what people said."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from corpus.codings import LABELS, DrawnSentence
from models.statistics.design import design_probabilities
from models.statistics.error_of_shares import ErrorOfShares, error_of_shares
from models.trained import TRAINED
from reports.labels import labels_in

HELD_OUT = "held_out.csv"
PARTS = ("learning", "legitimation")


class HeldOut(NamedTuple):
    """The label and probabilities that a model gave which had not seen the sentence's document."""

    label: str
    p_learning: float
    p_legitimation: float


@dataclass(frozen=True, slots=True)
class CodedSentence:
    """A coded sentence, its adjudicated label and the probability with which it was drawn, all draws considered."""

    drawn: DrawnSentence
    label: str
    probability: float


@cache
def coded_sentences(folder: Path = LABELS) -> tuple[CodedSentence, ...]:
    """The sentences that shares may be estimated from; none where there are no labels."""
    labels = labels_in(folder)
    decided = {one.sentence: one.claim for one in labels.adjudicated}
    chosen = [drawn for drawn in labels.sentences if drawn.sentence in decided]
    return tuple(
        CodedSentence(drawn, decided[drawn.sentence], float(probability))
        for drawn, probability in zip(chosen, design_probabilities(chosen), strict=True)
        if np.isfinite(probability)
    )


def by_document(sentences: Iterable[CodedSentence]) -> dict[str, list[CodedSentence]]:
    """Coded sentences by the sha256 of their document."""
    found: dict[str, list[CodedSentence]] = {}
    for one in sentences:
        found.setdefault(one.drawn.anchor.sha256, []).append(one)
    return found


@cache
def held_out_predictions(model: str, trained: Path = TRAINED) -> Mapping[str, HeldOut]:
    """Predictions by sentence for the model of that name; empty for a model that is not shipped with any."""
    path = trained / model / HELD_OUT
    if not model or Path(model).name != model or not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as handle:
        return {
            row["sentence"]: HeldOut(row["label"], float(row["p_learning"]), float(row["p_legitimation"]))
            for row in csv.DictReader(handle)
        }


@cache
def classifier_error(model: str, trained: Path = TRAINED) -> ErrorOfShares | None:
    """How far the model's share of learning among claims is off, from document to document; None where unknown."""
    said = held_out_predictions(model, trained)
    compared = (
        [(one.label, said[one.drawn.sentence].label) for one in coded if one.drawn.sentence in said]
        for coded in by_document(coded_sentences()).values()
    )
    return error_of_shares(
        [
            (
                np.array([[coded == part for part in PARTS] for coded, _ in pairs], dtype=float),
                np.array([[label == part for part in PARTS] for _, label in pairs], dtype=float),
            )
            for pairs in compared
            if pairs
        ]
    )


def model_of(claims: pd.DataFrame) -> str:
    """The name of the model that made a run's claims; "" where there is none or more than one."""
    names = set(claims["model"].unique())
    return str(names.pop()) if len(names) == 1 else ""
