"""Claims: quality against baselines on unseen documents, and speed. Needs ../shared/corpus for the quality part.

python benchmarks/claims.py                 speed on the sample
python benchmarks/claims.py --speed         and on an eighth of the real corpus
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
from extractors import ExtractionError, ExtractOptions
from models.claims import ClaimModel, contexts_of
from models.claims.classifier import FitOptions
from models.claims.features import BLOCKS, READERS, FeatureOptions, reader_scores
from models.claims.reader import reader
from models.readings import READINGS
from models.tagger import Tagger
from models.training.baselines import cross_predict, keywords, majority, second_coder, tfidf
from models.training.description import CLAIM_LABELS, PENALTY
from models.training.fit import cross_scores, stacked_scores
from models.training.folds import grouped_folds
from models.training.metrics import macro_f1_between
from models.training.own import write_worst_errors
from models.training.project import WITHOUT_OCR, decided_soft, find_examples, read_document
from models.training.scores import score
from models.training.validation import cross_fitted

NO_READER = tuple(block for block in BLOCKS if block not in READERS)
REAL = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def speed(corpus: Path = SAMPLE, options: ExtractOptions | None = None, every: int = 1) -> None:
    """Sentences a second of each reading: every ``every``-th document of ``corpus``."""
    tagger = Tagger(load_codebook())
    read = []
    for row in read_manifest(corpus).rows[::every]:
        try:
            document = read_document(corpus, row, options)
        except ExtractionError:
            continue
        read.append(contexts_of(document, tagger.tag(document), row))
    sentences = sum(map(len, read))
    for reading in READINGS:
        model = ClaimModel.load(reading=reading)
        model.classify_sentences(read[0][:40])
        for folder in READERS.values():
            if (small := reader(folder)) is not None:
                small.forget()
        started = time.process_time()
        for contexts in read:
            model.classify_sentences(contexts)
        pace = sentences / (time.process_time() - started)
        print(f"{reading:<9} {sentences} sentences, features to cues: {pace:,.0f} sentences/s (CPU, one process)")


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
        plain = FitOptions(features=FeatureOptions(blocks=tuple(b for b in blocks if b not in READERS)))
        if plain.features.blocks:
            (scores,) = cross_scores(sentences, soft, place, plain, (PENALTY,))
        else:
            scores = np.zeros(soft.shape)
        readings = [reader_scores(sentences, True, block) for block in READERS if block in blocks]
        if readings:
            scores = stacked_scores(scores, np.hstack(readings), soft, place)
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
    study.run("the small reader alone", ("reader",))
    study.run("the careful reader alone", ("careful reader",))
    study.run("ours, small reader everywhere", (*NO_READER, "reader"))
    found = study.run("ours, both readers everywhere")
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
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--quality", action="store_true")
    parser.add_argument("--studies", action="store_true")
    parser.add_argument("--errors", type=Path)
    chosen = parser.parse_args()
    speed()
    if chosen.speed and REAL.exists():
        speed(REAL, WITHOUT_OCR, every=8)
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
