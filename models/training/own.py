"""`halfloop train --labels`: anybody's codebook, the same classifier, an honest validation."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.codebook import load_codebook
from models.claims.calibration import Array
from models.claims.classifier import FitOptions
from models.claims.context import SentenceInContext, mention_codes
from models.claims.domain import fit_domain
from models.claims.features import FeatureOptions, installed_blocks, reader_digests
from models.claims.model import ClaimModel
from models.records import Mention
from models.tagger import Tagger
from models.training.abstaining import abstain_below, abstention_table
from models.training.card import write_card
from models.training.fit import fit_classifier
from models.training.metrics import label_numbers
from models.training.scores import Scores, score
from models.training.tables import LabelledRow, TableError, read_table
from models.training.validation import Predictions, cross_validate

FEWEST_PER_LABEL = 2
METRICS_FILE = "metrics.json"
ERRORS_FILE = "worst_errors.csv"


@dataclass(frozen=True)
class Trained:
    """What training on a file gave: the model, its scores, and what the person should know about them."""

    model: ClaimModel
    cv: Scores
    test: Scores | None
    notes: tuple[str, ...]


def train_on_table(
    labels_path: Path,
    test_path: Path | None,
    out: Path,
    use_reader: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> Trained:
    """Train, validate and write ``model.skops``, ``model.json``, ``metrics.json``, a card and the worst errors.

    Raises
    ------
    TableError
        If a file cannot be used, or there are too few labels; one line.
    """
    table = read_table(labels_path)
    training = [row for row in table.rows if not row.test]
    tested = [row for row in table.rows if row.test]
    notes = [f"{table.skipped} rows of {labels_path.name} had no text or no label"] if table.skipped else []
    if test_path is not None:
        tested = list(read_table(test_path).rows)
    labels = _labels(labels_path, training)
    if any(not row.document for row in training):
        notes.append("no document column: cross-validation keeps sentences apart, not documents, so it flatters")
    groups = [row.document or f"row {number}" for number, row in enumerate(training)]
    both = sorted({row.document for row in tested if row.document} & set(groups))
    if both:
        notes.append(f"{len(both)} documents are in training and test: the test scores flatter ({both[0]}, …)")
    blocks = installed_blocks(use_reader)
    options = FitOptions(features=FeatureOptions(blocks=blocks))
    tagger = Tagger(load_codebook())
    sentences = with_mentions([row.context for row in training], tagger)
    soft = np.eye(len(labels))[label_numbers([row.label for row in training], labels)]
    progress(f"{len(training)} sentences, {len(set(groups))} documents, labels: {', '.join(labels)}")
    try:
        held_out = cross_validate(sentences, soft, groups, labels, options, progress=progress)
        fitted = fit_classifier(sentences, soft, groups, labels, options)
    except ValueError as error:
        raise TableError(f"{labels_path}: {error}") from None
    cv = score(labels, held_out.truth, held_out.chosen, groups, probabilities=held_out.probabilities)
    model = ClaimModel({"claim": fitted.classifier}, {}, fit_domain([s.text for s in sentences], groups))
    test = _score_test(model, tested, tagger, labels, notes) if tested else None
    model.description = {
        "name": f"own-{hashlib.sha256(labels_path.read_bytes()).hexdigest()[:8]}",
        "labels": list(labels),
        "trained_on": {"file": labels_path.name, "sha256": hashlib.sha256(labels_path.read_bytes()).hexdigest()},
        "sentences": len(training),
        "documents": len(set(groups)),
        "per_label": dict(sorted(Counter(row.label for row in training).items())),
        "blocks": list(blocks),
        "readers": reader_digests(blocks),
        "abstain_below": abstain_below(held_out, labels),
        "notes": notes,
    }
    model.save(out)
    metrics: dict[str, Any] = {"labels": list(labels), "cv": cv.as_json(), "test": test.as_json() if test else None}
    metrics["notes"] = notes
    (out / METRICS_FILE).write_text(json.dumps(metrics, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    write_card(out, model.description, cv, test, "\n".join([*abstention_table(held_out, labels, groups), ""]))
    write_worst_errors(out / ERRORS_FILE, sentences, groups, labels, held_out)
    return Trained(model, cv, test, tuple(notes))


def with_mentions(sentences: Sequence[SentenceInContext], tagger: Tagger) -> list[SentenceInContext]:
    """The sentences with the codes of the mentions that the tagger finds in them."""
    from dataclasses import replace  # noqa: PLC0415

    found = tagger.tag_sentences([sentence.text for sentence in sentences])
    return [
        replace(
            sentence,
            codes=mention_codes(
                Mention(0, m.start, m.end, m.code, sentence.text[m.start : m.end], m.rule, m.locus, m.status)
                for m in mentions
            ),
        )
        for sentence, mentions in zip(sentences, found, strict=True)
    ]


def write_worst_errors(
    path: Path,
    sentences: Sequence[SentenceInContext],
    groups: Sequence[str],
    labels: Sequence[str],
    held_out: Predictions,
    *,
    most: int = 100,
) -> None:
    """The errors the model was surest of, readable: for the person's own folder, never for the repository."""
    import csv  # noqa: PLC0415

    wrong = np.flatnonzero(held_out.chosen != held_out.truth)
    confidence: Array = held_out.probabilities[wrong, held_out.chosen[wrong]]
    order = wrong[np.argsort(-confidence, kind="stable")][:most]
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["document", "coded", "predicted", "probability", "before", "text", "after"])
        for i in order.tolist():
            said = int(held_out.chosen[i])
            probability = f"{held_out.probabilities[i, said]:.3f}"
            context = sentences[i]
            coded = labels[int(held_out.truth[i])]
            writer.writerow([groups[i], coded, labels[said], probability, context.before, context.text, context.after])


def _labels(path: Path, rows: Sequence[LabelledRow]) -> tuple[str, ...]:
    counts = Counter(row.label for row in rows)
    if len(counts) < 2:
        raise TableError(f"{path}: only one label ({next(iter(counts), 'none')}), at least two are needed")
    rare = [label for label, count in sorted(counts.items()) if count < FEWEST_PER_LABEL]
    if rare:
        raise TableError(
            f"{path}: label {rare[0]!r} occurs only once, at least {FEWEST_PER_LABEL} sentences are needed"
        )
    return tuple(sorted(counts))


def _score_test(
    model: ClaimModel, rows: Sequence[LabelledRow], tagger: Tagger, labels: Sequence[str], notes: list[str]
) -> Scores | None:
    known = [row for row in rows if row.label in labels]
    if len(known) < len(rows):
        notes.append(f"{len(rows) - len(known)} test rows have labels that training never saw; they are left out")
    if not known:
        return None
    part = model.parts["claim"]
    sentences = with_mentions([row.context for row in known], tagger)
    probabilities = part.probabilities(part.rows(sentences, held_out=True))
    truth = label_numbers([row.label for row in known], labels)
    groups = [row.document or f"row {number}" for number, row in enumerate(known)]
    return score(labels, truth, part.decide(probabilities), groups, probabilities=probabilities)
