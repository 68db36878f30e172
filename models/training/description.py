"""What is written beside the project's model: its description, its held-out decisions, more for its card."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.codings import LABELS
from models.claims.reader import reader
from models.trained import CURRENT
from models.training.card import score_table
from models.training.examples import Example
from models.training.metrics import macro_f1_between
from models.training.own import abstention_threshold
from models.training.scores import Scores
from models.training.validation import Predictions

CLAIM_LABELS = ("neither", "learning", "legitimation")
PENALTY = 0.06  # chosen once among 0.02, 0.06 and 0.2, which differ by less than 0.001 in macro F1
HELD_OUT_FILE = "held_out.csv"


def write_held_out(path: Path, examples: Sequence[Example], held_out: Predictions) -> None:
    """What models said of each coded sentence whose document they had not seen: for estimates, for reading errors."""
    rows = zip([e.sentence for e in examples], held_out.chosen.tolist(), held_out.probabilities.tolist(), strict=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["sentence", "label", *(f"p_{label}" for label in CLAIM_LABELS)])
        writer.writerows(sorted([s, CLAIM_LABELS[c], *(f"{v:.4f}" for v in p)] for s, c, p in rows))


def held_out_tables(held_out: Predictions, details: Mapping[str, Scores]) -> str:
    """Markdown for the card: the two kinds of claims, and how often each level of confidence was right."""
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
    tables = [score_table(f"Of true learning claims: {question}", scores) for question, scores in details.items()]
    return "\n".join([*lines, "", *tables])


def describe(
    examples: Sequence[Example], blocks: Sequence[str], held_out: Predictions, cv: Scores, notes: Sequence[str]
) -> dict[str, Any]:
    """The model's description, as ``model.json`` keeps it."""
    digests = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(LABELS.glob("*.csv"))}
    reading = reader() if "reader" in blocks else None
    return {
        "name": CURRENT,
        "labels": list(CLAIM_LABELS),
        "sentences": len(examples),
        "documents": len({e.document for e in examples}),
        "per_label": {label: sum(e.claim == label for e in examples) for label in CLAIM_LABELS},
        "coders": dict(sorted(Counter(c.coder for e in examples for c in e.codings).items())),
        "label_tables": digests,
        "blocks": list(blocks),
        "reader_sha256": reading.digest if reading else "",
        "validation": (
            f"Folds keep documents whole. The penalty is fixed at {PENALTY}; calibration and decision of a fold are\n"
            "fitted on the other folds. The reader's scores of a sentence come from a reader that had not seen its\n"
            "document."
        ),
        "abstain_below": abstention_threshold(held_out),
        "cv": cv.as_json(),
        "notes": list(notes),
    }
