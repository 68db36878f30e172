"""Claims: quality against baselines on unseen documents, and speed. Needs ../shared/corpus for the quality part.

python benchmarks/claims.py                 speed on the sample
python benchmarks/claims.py --quality       grouped cross-validation beside the baselines (minutes)
python benchmarks/claims.py --studies       the above, and ablations, voices, fields, learning curve, shuffled labels
python benchmarks/claims.py --errors FILE   also write the hundred worst errors (text: keep it out of the repository)
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from corpus.codebook import load_codebook
from corpus.manifest import read_manifest
from corpus.sample_key import SAMPLE
from models.claims import ClaimModel, contexts_of
from models.claims.classifier import FitOptions
from models.claims.features import BLOCKS, FeatureOptions, reader_scores
from models.tagger import Tagger
from models.training.baselines import cross_predict, keywords, majority, second_coder, tfidf
from models.training.description import CLAIM_LABELS, PENALTY
from models.training.fit import cross_scores, stacked_scores
from models.training.folds import grouped_folds
from models.training.metrics import macro_f1_between
from models.training.own import write_worst_errors
from models.training.project import decided_soft, find_examples, read_document
from models.training.scores import score
from models.training.validation import cross_fitted

NO_READER = tuple(block for block in BLOCKS if block != "reader")
REAL = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def speed() -> None:
    model = ClaimModel.load()
    tagger = Tagger(load_codebook())
    sentences, seconds = 0, 0.0
    for row in read_manifest(SAMPLE).rows:
        document = read_document(SAMPLE, row)
        mentions = tagger.tag(document)
        model.classify_sentences(contexts_of(document, mentions, row)[:5])
        started = time.process_time()
        model.classify(document, mentions, row)
        seconds += time.process_time() - started
        sentences += len(document.sentences)
    print(
        f"{sentences} sentences, features, prediction, cues: {sentences / seconds:,.0f} sentences/s (CPU, one process)"
    )


def line(name: str, scores, between: float | None = None) -> None:
    parts = " ".join(f"{label} {s.f1:.3f}" for label, s in zip(scores.labels, scores.classes, strict=True))
    extra = "" if between is None else f"  learning/legitimation {between:.3f}"
    error = "" if scores.calibration_error is None else f"  ECE {scores.calibration_error:.3f}"
    low, high = scores.macro_f1_interval.low, scores.macro_f1_interval.high
    print(
        f"{name:<34} n {scores.n:>5}  macro F1 {scores.macro_f1:.3f} ({low:.3f}-{high:.3f})  {parts}{extra}{error}",
        flush=True,
    )


class Study:
    """One set of examples with fixed folds, so that every line can be compared with every other."""

    def __init__(self) -> None:
        self.examples, lost = find_examples(REAL)
        print(f"{len(self.examples)} coded sentences found, {len(lost)} not")
        self.sentences = [e.context for e in self.examples]
        self.groups = [e.document for e in self.examples]
        self.soft = decided_soft(self.examples)
        self.truth = self.soft.argmax(axis=1)
        self.place = grouped_folds(self.groups, self.truth, 5, FitOptions().seed)

    def run(self, name: str, blocks=BLOCKS, *, place=None, soft=None, kept=None, show=True):
        """One set of features on fixed folds; calibration and decision of a fold are fitted on the others."""
        rows = np.arange(len(self.truth)) if kept is None else np.flatnonzero(kept)
        place = (self.place if place is None else place)[rows]
        soft = (self.soft if soft is None else soft)[rows]
        sentences = [self.sentences[i] for i in rows]
        plain = FitOptions(features=FeatureOptions(blocks=tuple(b for b in blocks if b != "reader")))
        if plain.features.blocks:
            (scores,) = cross_scores(sentences, soft, place, plain, (PENALTY,))
        else:
            scores = np.zeros(soft.shape)
        if "reader" in blocks:
            scores = stacked_scores(scores, reader_scores(sentences, held_out=True), soft, place)
        found = cross_fitted(scores, soft.argmax(axis=1), place)
        if show:
            groups = [self.groups[i] for i in rows]
            scored = score(CLAIM_LABELS, found.truth, found.chosen, groups, probabilities=found.probabilities)
            line(name, scored, macro_f1_between(found.truth, found.probabilities, 1, 2))
        return found


def quality(study: Study) -> None:
    for name, fit in (("majority", majority), ("key words", keywords), ("TF-IDF + logistic regression", tfidf)):
        said = cross_predict(fit, study.sentences, study.truth, study.place)
        line(name, score(CLAIM_LABELS, study.truth, said, study.groups))
    study.run("ours without the reader", NO_READER)
    study.run("the reader alone", ("reader",))
    found = study.run("ours")
    study.run("ours without voice and kind", tuple(b for b in BLOCKS if b != "voice"))
    first, second = second_coder(study.examples, CLAIM_LABELS)
    line("second coder", score(CLAIM_LABELS, first, second, study.groups))
    voices = np.array([s.voice for s in study.sentences])
    for voice in sorted(set(voices)):
        kept = found.where(voices == voice)
        groups = [g for g, v in zip(study.groups, voices, strict=True) if v == voice]
        scores = score(CLAIM_LABELS, kept.truth, kept.chosen, groups, probabilities=kept.probabilities)
        line(f"  within voice {voice}", scores, macro_f1_between(kept.truth, kept.probabilities, 1, 2))


def studies(study: Study) -> None:
    for block in NO_READER:
        study.run(f"linear without {block}", tuple(b for b in NO_READER if b != block))
    programme = {row.doc_id: row.programme or row.doc_id for row in read_manifest(REAL).rows}
    fields = [programme[g] for g in study.groups]
    number = {name: n for n, name in enumerate(dict.fromkeys(fields))}
    study.run("linear, leave one field out", NO_READER, place=np.array([number[f] for f in fields]))
    large = {g for g in study.groups if study.groups.count(g) >= 60}
    number = {g: n for n, g in enumerate(sorted(large))}
    rest = np.array([number.get(g, len(number) + study.place[i]) for i, g in enumerate(study.groups)])
    study.run("linear, leave one document out", NO_READER, place=rest)
    order = np.random.default_rng(1).permutation(len(study.truth))
    for size in (1800, 4000, len(order)):
        kept = np.zeros(len(order), dtype=bool)
        kept[order[:size]] = True
        study.run(f"linear, {size} sentences", NO_READER, kept=kept)
    shuffled = np.random.default_rng(2).permutation(study.soft)
    study.run("linear, labels shuffled", NO_READER, soft=shuffled)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quality", action="store_true")
    parser.add_argument("--studies", action="store_true")
    parser.add_argument("--errors", type=Path)
    chosen = parser.parse_args()
    speed()
    if not (chosen.quality or chosen.studies or chosen.errors):
        return
    if not REAL.exists():
        print(f"quality: skipped, {REAL} is not there")
        return
    study = Study()
    quality(study)
    if chosen.studies:
        studies(study)
    if chosen.errors:
        found = study.run("for the errors", show=False)
        write_worst_errors(chosen.errors, [replace(s) for s in study.sentences], study.groups, CLAIM_LABELS, found)
        print(f"the worst errors are in {chosen.errors}")


if __name__ == "__main__":
    main()
