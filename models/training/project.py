"""`halfloop train`: the project's own model, from the stand-off labels and whatever documents are at hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.codebook import load_codebook
from corpus.codings import Coding, LabelError, read_labels
from corpus.manifest import read_manifest
from corpus.records import ManifestRow
from corpus.sample_key import SAMPLE, match_sentences, read_key
from extractors import ExtractOptions, extract
from extractors.document import Document, sentence_texts
from models.claims.calibration import Array
from models.claims.classifier import FitOptions, SentenceClassifier
from models.claims.context import contexts_of
from models.claims.domain import fit_domain
from models.claims.features import FeatureOptions, installed_blocks
from models.claims.looks import FIRST_LOOK, SECOND_LOOK, passes_first_look
from models.claims.model import ClaimModel
from models.readings import QUICK, THOROUGH, USUAL, WORDS
from models.tagger import Tagger
from models.training.abstaining import abstain_below
from models.training.card import write_card
from models.training.description import (
    CLAIM_LABELS,
    HELD_OUT_FILE,
    PENALTY,
    describe,
    held_out_tables,
    write_held_out,
)
from models.training.details import fit_details
from models.training.examples import Example, Unresolved, resolve_examples, soft_labels
from models.training.fit import Fitted, fit_classifier
from models.training.metrics import macro_f1
from models.training.own import METRICS_FILE
from models.training.scores import Scores, score
from models.training.validation import Predictions, cross_fitted, cross_margins

WITHOUT_OCR = ExtractOptions(ocr="never")
"""The labelled documents have text layers; pages without one hold no coded sentence."""
LOST_AT_FIRST_LOOK = 0.002
_GATES = tuple(round(step / 100, 2) for step in range(1, 31))
SECOND_LOOK_SHARE = 0.2
"""Of the coded sentences, how many the careful reader is asked about: the closest decisions."""


@dataclass(frozen=True)
class ProjectTraining:
    """The model, how it did on documents it had not seen, and on what."""

    model: ClaimModel
    cv: Scores
    held_out: Predictions
    examples: tuple[Example, ...]
    notes: tuple[str, ...]


def find_examples(corpus: Path) -> tuple[list[Example], list[Unresolved]]:
    """The project's coded sentences, found in the documents of ``corpus``.

    Raises
    ------
    LabelError
        If the label tables cannot be read.
    """
    tagger = Tagger(load_codebook())
    rows = read_manifest(corpus).rows
    return resolve_examples(read_labels(), rows, lambda row: read_document(corpus, row, WITHOUT_OCR), tagger.tag)


def sample_examples() -> list[Example]:
    """The sample corpus's coded sentences (by its authors), as examples."""
    tagger = Tagger(load_codebook())
    key = read_key()
    examples: list[Example] = []
    for row in read_manifest(SAMPLE).rows:
        document = read_document(SAMPLE, row)
        contexts = contexts_of(document, tagger.tag(document), row)
        coded = key.of(row.doc_id)
        places = match_sentences(coded, sentence_texts(document), [s.page for s in document.sentences])
        for said in coded:
            if said.sentence not in places:
                continue
            name, place = f"{row.doc_id}/{said.sentence}", places[said.sentence]
            coding = Coding(name, "key", "2", said.label, said.depth or "", said.learner or "", 3)
            examples.append(Example(name, row.doc_id, "sample", "all", None, contexts[place], (coding,), said.label))
    return examples


def read_document(folder: Path, row: ManifestRow, options: ExtractOptions | None = None) -> Document:
    """Extract one document of a corpus folder."""
    return extract(folder / row.file, row.doc_id, options)


def train_on_project(
    corpus: Path, out: Path, use_reader: bool = True, progress: Callable[[str], None] = lambda _: None
) -> ProjectTraining:
    """Train claim, depth and learner; validate by documents; write model, description and card to ``out``.

    Where ``corpus`` is not there, or holds none of the labelled documents, the sample corpus's labels are used.

    Raises
    ------
    LabelError
        If no coded sentence can be found.
    """
    notes: list[str] = []
    examples: list[Example] = []
    if (corpus / "manifest.csv").exists():
        examples, lost = find_examples(corpus)
        if lost:
            notes.append(f"{len(lost)} coded sentences were not found: see `halfloop labels check CORPUS`")
    if not examples:
        notes.append(f"{corpus} holds none of the labelled documents: trained on the sample corpus only")
        examples = sample_examples()
    if not examples:
        raise LabelError("there are no coded sentences to train on")
    return train_on_examples(examples, out, use_reader=use_reader, notes=notes, progress=progress)


def train_on_examples(
    examples: Sequence[Example],
    out: Path,
    *,
    use_reader: bool = True,
    notes: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> ProjectTraining:
    """Train and validate on examples at hand: :func:`train_on_project` without the looking up.

    The penalty is fixed, folds keep documents whole, and each fold's calibration and decision are fitted on the others.
    """
    told = list(notes)
    blocks = installed_blocks(use_reader)
    sentences = [example.context for example in examples]
    groups = [example.document for example in examples]
    soft = decided_soft(examples)
    truth = soft.argmax(axis=1).astype(np.int64)
    progress(f"{len(examples)} coded sentences of {len(set(groups))} documents")
    options = FitOptions(features=FeatureOptions(blocks=blocks))
    fitted = fit_classifier(sentences, soft, groups, CLAIM_LABELS, options, penalties=(PENALTY,))
    said = [cross_fitted(look.scores, truth, fitted.place) for look in fitted.looks]
    parts, how, readings = _looks(fitted, said)
    held_out = readings[[name for name in (WORDS, QUICK, USUAL) if name in readings][-1]]
    details = fit_details(examples, with_reader="careful reader" in blocks)
    told += details.notes
    parts.update(details.by_words)
    cv = score(CLAIM_LABELS, held_out.truth, held_out.chosen, groups, probabilities=held_out.probabilities)
    description = describe(examples, blocks, held_out, cv, told) | how
    description["readings"] = {
        name: {"abstain_below": abstain_below(said, CLAIM_LABELS)} for name, said in readings.items()
    }
    model = ClaimModel(parts, description, fit_domain([s.text for s in sentences], groups), details.by_reader)
    model.save(out)
    metrics = {"labels": list(CLAIM_LABELS), "cv": cv.as_json(), "test": None, "notes": told} | {
        question: {way: scores.as_json() for way, scores in ways.items()} for question, ways in details.scores.items()
    }
    (out / METRICS_FILE).write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    write_held_out(out / HELD_OUT_FILE, examples, held_out)
    write_card(out, description, cv, None, held_out_tables(held_out, groups, details.scores, readings))
    return ProjectTraining(model, cv, held_out, tuple(examples), tuple(told))


def _looks(
    fitted: Fitted, said: Sequence[Predictions]
) -> tuple[dict[str, SentenceClassifier], dict[str, float], dict[str, Predictions]]:
    """The parts of the model, where one look hands on to the next, and what they say together at each reading.

    The last of the readings up to ``usual`` is what the model does unless told otherwise.
    """
    looks = [look.classifier for look in fitted.looks]
    readings: dict[str, Predictions] = {WORDS: said[0]}
    if len(looks) == 1:
        return {"claim": looks[0]}, {}, readings
    parts = {FIRST_LOOK: looks[0], "claim": looks[1]}
    gate = choose_gate(said[0], said[1])
    how = {"first_look_below": gate}
    readings[QUICK] = after_first_look(said[0], said[1], gate)
    if len(looks) > 2:
        parts[SECOND_LOOK] = looks[2]
        passed = passes_first_look(said[0].probabilities[:, 0], gate)
        margins = cross_margins(fitted.looks[1].scores, said[1].truth, fitted.place)
        margin = choose_margin(margins, passed)
        how["second_look_margin"] = margin
        again = passed & (margins <= margin)
        readings[USUAL] = readings[QUICK].replaced(again, said[2])
        readings[THOROUGH] = readings[QUICK].replaced(passed, said[2])
    return parts, how, readings


def choose_margin(margins: Array, passed: NDArray[np.bool_], share: float = SECOND_LOOK_SHARE) -> float:
    """The margin under which ``share`` of all sentences get a second look, among those that passed the first."""
    wanted = min(1.0, share * len(passed) / max(1, int(passed.sum())))
    return float(np.round(np.quantile(margins[passed], wanted), 3)) if passed.any() else 0.0


def choose_gate(first: Predictions, full: Predictions, lost: float = LOST_AT_FIRST_LOOK) -> float:
    """The highest probability of a claim at the first look below which sentences need no reading.

    As many sentences as can be are ruled out while macro F1 on unseen documents falls by no more than ``lost``.
    """
    labels = first.probabilities.shape[1]
    least = macro_f1(full.truth, full.chosen, labels) - lost
    gates = [0.0]
    for gate in _GATES:
        if macro_f1(full.truth, after_first_look(first, full, gate).chosen, labels) < least:
            break
        gates.append(gate)
    return gates[-1]


def after_first_look(first: Predictions, full: Predictions, gate: float) -> Predictions:
    """What the two together say: the first look where it rules a claim out, otherwise the full classifier."""
    ruled_out = replace(first, chosen=np.zeros_like(first.chosen))
    return ruled_out.replaced(passes_first_look(first.probabilities[:, 0], gate), full)


def decided_soft(examples: Sequence[Example]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Soft claim labels whose highest class is always the adjudicated one."""
    soft = soft_labels(examples, CLAIM_LABELS)
    for number, example in enumerate(examples):
        decided = CLAIM_LABELS.index(example.claim)
        if soft[number].argmax() != decided:
            soft[number, decided] = soft[number].max() + 1e-3
            soft[number] /= soft[number].sum()
    return soft
