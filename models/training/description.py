"""What is written beside the project's model: its description, its held-out decisions, more for its card."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.codings import LABELS
from models.claims.calibration import expected_calibration_error
from models.claims.features import reader_digests
from models.trained import CURRENT
from models.training.abstaining import abstain_below, abstention_table
from models.training.card import score_table
from models.training.examples import Example
from models.training.metrics import class_scores, macro_f1, macro_f1_between
from models.training.scores import Scores
from models.training.validation import Predictions

CLAIM_LABELS = ("neither", "learning", "legitimation")
PENALTY = 0.06  # chosen once among 0.02, 0.06 and 0.2, which differ by less than 0.001 in macro F1
HELD_OUT_FILE = "held_out.csv"
_WAYS = {"words": "words and quick", "reader": "usual and thorough"}


def write_held_out(path: Path, examples: Sequence[Example], held_out: Predictions) -> None:
    """What models said of each coded sentence whose document they had not seen: for estimates, for reading errors."""
    rows = zip([e.sentence for e in examples], held_out.chosen.tolist(), held_out.probabilities.tolist(), strict=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["sentence", "label", *(f"p_{label}" for label in CLAIM_LABELS)])
        writer.writerows(sorted([s, CLAIM_LABELS[c], *(f"{v:.4f}" for v in p)] for s, c, p in rows))


def held_out_tables(
    held_out: Predictions,
    groups: Sequence[str],
    details: Mapping[str, Mapping[str, Scores]],
    readings: Mapping[str, Predictions],
) -> str:
    """Markdown for the card: the readings, the two kinds of claims, how often a level of confidence was right, which
    decisions stand, and depth and learner by words and by the careful reader."""
    between = macro_f1_between(held_out.truth, held_out.probabilities, 1, 2)
    confident = held_out.probabilities.max(axis=1)
    lines = [
        f"Learning against legitimation among true claims: macro F1 {between:.3f}.",
        "",
        "| highest probability | sentences | right |",
        "|---|---|---|",
    ]
    for low, high in ((0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        inside = (confident >= low) & (confident < high)
        if inside.any():
            right = (held_out.probabilities.argmax(axis=1) == held_out.truth)[inside].mean()
            lines.append(f"| {low} to {min(high, 1.0)} | {int(inside.sum())} | {right:.2f} |")
    if len(readings) > 1:
        lines += ["", *_reading_table(readings)]
    lines += ["", *abstention_table(held_out, CLAIM_LABELS, groups)]
    tables = [
        score_table(f"Of true learning claims: {question}, {_WAYS[way]}", scores)
        for question, ways in details.items()
        for way, scores in ways.items()
    ]
    return "\n".join([*lines, "", *tables])


def _reading_table(readings: Mapping[str, Predictions]) -> list[str]:
    names = [f"F1 {label}" for label in CLAIM_LABELS]
    head = ["reading", "macro F1", *names, "learning against legitimation", "calibration error"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name, said in readings.items():
        scores = class_scores(said.truth, said.chosen, len(CLAIM_LABELS))
        between = macro_f1_between(said.truth, said.probabilities, 1, 2)
        error = expected_calibration_error(said.probabilities, said.truth)
        macro = macro_f1(said.truth, said.chosen, len(CLAIM_LABELS))
        cells = [f"{value:.3f}" for value in (macro, *(s.f1 for s in scores), between, error)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def describe(
    examples: Sequence[Example], blocks: Sequence[str], held_out: Predictions, cv: Scores, notes: Sequence[str]
) -> dict[str, Any]:
    """The model's description, as ``model.json`` keeps it."""
    digests = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(LABELS.glob("*.csv"))}
    return {
        "name": CURRENT,
        "labels": list(CLAIM_LABELS),
        "sentences": len(examples),
        "documents": len({e.document for e in examples}),
        "per_label": {label: sum(e.claim == label for e in examples) for label in CLAIM_LABELS},
        "coders": dict(sorted(Counter(c.coder for e in examples for c in e.codings).items())),
        "label_tables": digests,
        "blocks": list(blocks),
        "readers": reader_digests(blocks),
        "validation": (
            f"Folds keep documents whole. The penalty is fixed at {PENALTY}; calibration and decision of a fold are\n"
            "fitted on the other folds. The readers' scores of a sentence come from readers that had not seen its\n"
            "document."
        ),
        "abstain_below": abstain_below(held_out, CLAIM_LABELS),
        "cv": cv.as_json(),
        "notes": list(notes),
    }
