"""What the classifier has to beat: the majority, a handful of key words, TF-IDF alone, and the second coder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from models.claims.context import SentenceInContext
from models.claims.cues import cue_counter
from models.claims.lexicon import tokens_of
from models.training.examples import Example
from models.training.metrics import Labels

_EVIDENCE = ("evidence named", "finding reported", "lesson")
_LIMITS = ("limit or failure", "negation", "because of what was found", "condition named")
_PRAISE = ("praise", "progress asserted", "consent or partnership as merit")

Fit = Callable[[Sequence[SentenceInContext], Labels], Callable[[Sequence[SentenceInContext]], Labels]]


def majority(_: Sequence[SentenceInContext], truth: Labels) -> Callable[[Sequence[SentenceInContext]], Labels]:
    """Always the commonest label."""
    commonest = int(np.bincount(truth).argmax())
    return lambda sentences: np.full(len(sentences), commonest, dtype=np.int64)


def keywords(_: Sequence[SentenceInContext], __: Labels) -> Callable[[Sequence[SentenceInContext]], Labels]:
    """Rules a person would write: evidence with a limit or a cause is learning (1), with praise legitimation (2)."""
    counter = cue_counter()
    place = {name: number for number, name in enumerate(counter.names)}

    def said(sentence: SentenceInContext) -> int:
        counts = counter.count(tokens_of(sentence.text))
        evidence, limits, praise = (sum(counts[place[n]] for n in names) for names in (_EVIDENCE, _LIMITS, _PRAISE))
        if evidence and limits and limits >= praise:
            return 1
        return 2 if praise >= 2 else 0

    return lambda sentences: np.array([said(sentence) for sentence in sentences], dtype=np.int64)


def tfidf(sentences: Sequence[SentenceInContext], truth: Labels) -> Callable[[Sequence[SentenceInContext]], Labels]:
    """Word TF-IDF and logistic regression on the sentence alone, as in the project's first measurement."""
    pipeline = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=5, max_iter=500, class_weight="balanced"),
    )
    pipeline.fit([sentence.text for sentence in sentences], truth)
    return lambda tested: np.asarray(pipeline.predict([sentence.text for sentence in tested]), dtype=np.int64)


def cross_predict(fit: Fit, sentences: Sequence[SentenceInContext], truth: Labels, place: NDArray[np.int64]) -> Labels:
    """Predictions of a baseline for each fold, fitted on the other folds."""
    said = np.zeros(len(truth), dtype=np.int64)
    for fold in np.unique(place):
        inside, outside = np.flatnonzero(place == fold).tolist(), np.flatnonzero(place != fold).tolist()
        predict = fit([sentences[i] for i in outside], truth[outside])
        said[inside] = predict([sentences[i] for i in inside])
    return said


def second_coder(examples: Sequence[Example], labels: Sequence[str]) -> tuple[Labels, Labels]:
    """The first and the second coder of each sentence that has two, as truth and prediction."""
    pairs = [e.codings for e in examples if len(e.codings) >= 2]
    first = np.array([labels.index(codings[0].claim) for codings in pairs], dtype=np.int64)
    second = np.array([labels.index(codings[1].claim) for codings in pairs], dtype=np.int64)
    return first, second
