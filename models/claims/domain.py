"""Does a document look like what the model was trained on? Measured by the words it has never met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.claims.lexicon import lexicon, tokens_of

FEWEST_WORDS = 200
_HEAD_ROOM = 1.25


@dataclass(frozen=True, slots=True)
class Domain:
    """The training vocabulary and how strange the strangest training document is to the others.

    ``limit`` is a share of running words: a document with more unknown words than that is unlike the training data.
    """

    words: frozenset[str]
    limit: float

    def strangeness(self, texts: Sequence[str]) -> tuple[float, int]:
        """Share of running words (letters only) that training never saw, and how many words were counted."""
        return unknown_share(texts, self.words)


def unknown_share(texts: Sequence[str], known: frozenset[str] | set[str]) -> tuple[float, int]:
    """Share of the words of ``texts`` that are not ``known``, and the number of words."""
    words = lexicon().sentences(texts)
    times = np.bincount(words.numbers)
    times[~words.lexicon.spelt.rows(words.lexicon)[: len(times)]] = 0
    total = int(times.sum())
    unknown = sum(int(times[n]) for n in np.flatnonzero(times).tolist() if words.lexicon.words[n] not in known)
    return (unknown / total, total) if total else (0.0, 0)


def fit_domain(texts: Sequence[str], documents: Sequence[str]) -> Domain:
    """Learn the vocabulary, and from leaving out each document in turn how many unknown words are usual.

    Documents with fewer than 200 words say little about that and do not count for the limit.
    """
    by_document: dict[str, list[str]] = {}
    for text, document in zip(texts, documents, strict=True):
        by_document.setdefault(document, []).append(text)
    where: Counter[str] = Counter()
    own = {name: {word for text in group for word in tokens_of(text)} for name, group in by_document.items()}
    for words in own.values():
        where.update(words)
    shares = []
    for name, group in by_document.items():
        others = {word for word, count in where.items() if count > (word in own[name])}
        share, count = unknown_share(group, others)
        if count >= FEWEST_WORDS:
            shares.append(share)
    return Domain(frozenset(where), max(shares, default=0.2) * _HEAD_ROOM)
