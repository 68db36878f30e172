"""Training of the filter: candidates of coded sentences, a logistic regression per code, thresholds by documents.

The sentences of one document are never on both sides of a split. The threshold of a code is the one with the best
sentence-level F1 on held-out documents of the training set.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from models.tagger import Tagger
from models.tagging.acceptance import FORMAT
from models.tagging.candidates import Candidate, lowered
from models.tagging.fit_joint import CLOSE, UNSETTLED, fit_joint
from models.tagging.gold import GoldSentence
from models.tagging.proposals import Judged
from models.tagging.reader import ReadsMentions

LONE_WEIGHT = 0.7  # how far a mention that one of two coders marked counts as one
STRENGTH = 0.5  # inverse regularisation, C of scikit-learn
THRESHOLDS = np.arange(0.15, 0.7, 0.05)
_SMALL = 0.02
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JudgedSpan:
    """A candidate that a coder looked at: whether it is a mention, None where doubtful."""

    start: int
    end: int
    code: str
    mention: bool | None


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence of which single candidates were judged, not the whole sentence coded."""

    document: str
    text: str
    spans: tuple[JudgedSpan, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate to learn from. ``target`` is 0-1; ``key`` names the sentence; ``full`` if all of it was coded."""

    code: str
    document: str
    key: str
    features: Mapping[str, float]
    target: float
    full: bool
    candidate: Candidate | None = None


def gold_rows(tagger: Tagger, sentences: Sequence[GoldSentence]) -> list[Row]:
    """Candidates of fully coded sentences, with the share of coders behind each as target."""
    out = []
    for sentence, candidates in zip(sentences, tagger.candidates([s.text for s in sentences]), strict=True):
        gold = sentence.mentions("either")
        for candidate, features in _features(tagger, sentence.text, candidates):
            if candidate.code == "learning_mode":
                continue
            met = [m.coders for m in gold if m.top == candidate.code and _meet(m.start, m.end, candidate)]
            target = 0.0 if not met else 1.0 if max(met) == 2 else LONE_WEIGHT
            out.append(Row(candidate.code, sentence.document, sentence.sentence, features, target, True, candidate))
    return out


def judged_rows(tagger: Tagger, sentences: Sequence[JudgedSentence]) -> list[Row]:
    """Candidates that a coder judged; those not looked at and doubtful ones are left out."""
    out = []
    for number, (sentence, candidates) in enumerate(
        zip(sentences, tagger.candidates([s.text for s in sentences]), strict=True)
    ):
        for candidate, features in _features(tagger, sentence.text, candidates):
            said = [s.mention for s in sentence.spans if s.code == candidate.code and _meet(s.start, s.end, candidate)]
            known = [mention for mention in said if mention is not None]
            if known:
                key = f"judged {number}"
                out.append(Row(candidate.code, sentence.document, key, features, float(any(known)), False))
    return out


def _meet(start: int, end: int, candidate: Candidate) -> bool:
    return start < candidate.end and candidate.start < end


def _features(tagger: Tagger, text: str, candidates: Sequence[Candidate]) -> list[tuple[Candidate, dict[str, float]]]:
    maker = tagger.features
    low = lowered(text)
    setting = maker.setting(low)
    return [(c, {**maker.of(text, low, c, candidates), **setting}) for c in candidates]


def fit_code(rows: Sequence[Row], strength: float = STRENGTH) -> tuple[DictVectorizer, LogisticRegression]:
    """Fit one code. Each row counts as a positive with weight ``target`` and as a negative with the rest."""
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([dict(r.features) for r in rows])
    return vectorizer, _fit(matrix, np.array([r.target for r in rows]), strength)


def _fit(matrix: Any, target: Array, strength: float) -> LogisticRegression:
    weights = np.concatenate([target, 1.0 - target])
    used = weights > 0
    labels = np.concatenate([np.ones(len(target)), np.zeros(len(target))])
    model = LogisticRegression(C=strength, max_iter=5000)
    model.fit(sparse.vstack([matrix, matrix]).tocsr()[used], labels[used], sample_weight=weights[used])
    return model


def held_out_probabilities(rows: Sequence[Row], folds: int = 10, seed: int = 3) -> Array:
    """Probability of each row by models that never saw its document; shape ``(len(rows),)``."""
    names = sorted({r.document for r in rows})
    np.random.default_rng(seed).shuffle(names)
    fold = {name: number % folds for number, name in enumerate(names)}
    place = np.array([fold[r.document] for r in rows])
    # columns that only the rows left out have get no weight, so that one matrix serves all folds
    matrix = DictVectorizer().fit_transform([dict(r.features) for r in rows]).tocsr()
    target = np.array([r.target for r in rows])
    out = np.zeros(len(rows))
    for number in range(folds):
        inside = place == number
        if inside.any():
            model = _fit(matrix[~inside], target[~inside], STRENGTH)
            out[inside] = model.predict_proba(matrix[inside])[:, 1]
    return out


def best_threshold(rows: Sequence[Row], probabilities: Array, positive: frozenset[str]) -> tuple[float, float]:
    """Threshold and its sentence-level F1; ``positive`` are the keys of sentences with a mention of the code."""
    best = (0.5, -1.0)
    for threshold in THRESHOLDS:
        found = {r.key for r, p in zip(rows, probabilities, strict=True) if r.full and p >= threshold}
        f1 = 2 * len(found & positive) / max(1, len(found) + len(positive))
        if f1 > best[1]:
            best = (round(float(threshold), 2), f1)
    return best


def fit_filter(
    tagger: Tagger,
    gold: Sequence[GoldSentence],
    judged: Sequence[JudgedSentence],
    path: Path,
    *,
    note: str,
    reader: ReadsMentions | None = None,
    careful: ReadsMentions | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, float]:
    """Fit all codes and write the filter as JSON; the same inputs write the same bytes.

    Parameters
    ----------
    reader, careful
        Give readings of the coded sentences by readers that had not seen their documents; without them, no joint
        decisions are fitted.

    Returns
    -------
    dict
        Held-out sentence-level F1 per code at its threshold, by cross-validation over documents.
    """
    rows = [*gold_rows(tagger, gold), *judged_rows(tagger, judged)]
    codes: dict[str, object] = {}
    scores: dict[str, float] = {}
    judged_of: dict[str, list[Judged]] = {s.sentence: [] for s in gold}
    for code in sorted({r.code for r in rows}):
        own = [r for r in rows if r.code == code]
        positive = frozenset(s.sentence for s in gold if any(m.top == code for m in s.mentions("either")))
        probabilities = held_out_probabilities(own)
        threshold, scores[code] = best_threshold(own, probabilities, positive)
        for row, probability in zip(own, probabilities.tolist(), strict=True):
            if row.candidate is not None and not row.candidate.rule.certain:
                judged_of[row.key].append(Judged(row.candidate, probability))
        vectorizer, model = fit_code(own)
        weights = {
            str(name): round(float(weight), 4)
            for name, weight in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
            if abs(weight) >= _SMALL
        }
        codes[code] = {"bias": round(float(model.intercept_[0]), 4), "threshold": threshold, "weights": weights}
        progress(f"{code}: {len(own)} candidates, threshold {threshold}, held-out F1 {scores[code]:.3f}")
    patterns = sorted(
        {name.removeprefix("pattern=") for r in rows for name in r.features if name.startswith("pattern=")}
    )
    data: dict[str, object] = {"format": FORMAT, "note": note, "codes": codes, "patterns": patterns}
    judged_in_order = [judged_of[s.sentence] for s in gold]
    for name, one, ranges in (("joint", reader, UNSETTLED), ("careful", careful, CLOSE)):
        data[name] = None if one is None else fit_joint(gold, judged_in_order, one, ranges).to_json()
    path.write_text(json.dumps(data, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    return scores
