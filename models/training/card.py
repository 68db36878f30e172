"""The card of a model: what it is for, what it was made from, how well it does, where it must not be used."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.claims.abstention import WANTED
from models.training.scores import Interval, Scores

CARD_FILE = "MODEL_CARD.md"
_NESTED = (
    "Cross-validation is nested (penalty, calibration and decision are fitted inside each training part) and keeps\n"
    "documents whole where the file names them."
)


def score_table(title: str, scores: Scores) -> str:
    """One set of scores as Markdown."""
    lines = [
        f"### {title}",
        "",
        f"{scores.n} sentences of {scores.documents} documents or groups; intervals resample these (95%).",
        "",
        "| measure | value | interval |",
        "|---|---|---|",
        _row("macro F1", scores.macro_f1, scores.macro_f1_interval),
        _row("accuracy", scores.accuracy, scores.accuracy_interval),
    ]
    if scores.calibration_error is not None and scores.brier is not None:
        lines += [
            f"| expected calibration error | {scores.calibration_error:.3f} | |",
            f"| Brier score | {scores.brier:.3f} | |",
        ]
    lines += ["", "| label | precision | recall | F1 | coded |", "|---|---|---|---|---|"]
    lines += [
        f"| {label} | {s.precision:.3f} | {s.recall:.3f} | {s.f1:.3f} | {s.support} |"
        for label, s in zip(scores.labels, scores.classes, strict=True)
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, value: float, interval: Interval) -> str:
    return f"| {name} | {value:.3f} | {interval.low:.3f} to {interval.high:.3f} |"


def _abstention(least: Mapping[str, float]) -> str:
    """When decisions stand, in words."""
    told = ", ".join(f"{label} {'never' if low >= 1 else f'from {low:.2f}'}" for label, low in least.items())
    return (
        "A decision is called unsure, and kept, where its probability is below\n"
        f"the level from which on {WANTED:.0%} of the held-out decisions for its label were right\n"
        f"({told}; what that is worth: *Which decisions stand*)."
    )


def write_card(folder: Path, description: Mapping[str, Any], cv: Scores, test: Scores | None, more: str = "") -> None:
    """Write ``MODEL_CARD.md``. ``more`` is Markdown put after the scores."""
    labels = ", ".join(description["labels"])
    size = f"{description.get('sentences')} sentences of {description.get('documents')} documents or groups"
    data = ", ".join(f"{label} {count}" for label, count in description.get("per_label", {}).items())
    text = f"""# {description["name"]}

Sorts sentences of policy documents, read in their context, into: {labels}.

## Data
{description.get("data", size)}
({data}). Inputs and their digests are in `model.json`.

## How well it does
{description.get("validation", _NESTED)}

{score_table("Cross-validation", cv)}
{score_table("Test", test) if test else ""}{more}
## Use
For exploring and counting in documents like those it was trained on, with the intervals that reports give. A label of
one sentence is a suggestion to read it. {_abstention(description.get("abstain_below", {}))}

## Limits
English only. It learns from those who coded: their disagreements are its ceiling. It has not been tested on other
languages, other genres, or text whose sentences were cut badly. It must not be used to judge persons.
"""
    (folder / CARD_FILE).write_text(text, encoding="utf-8")
