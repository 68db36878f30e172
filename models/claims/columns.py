"""Columns of a fitted vocabulary, counted in numbers of words instead of strings: what scikit-learn's own
``transform`` gives, to the last bit, at a fraction of the cost."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer

from models.claims.lexicon import Words, WordTable, stretches
from models.claims.rows import Entries

Places = NDArray[np.int64]


class WordSequences:
    """Finds the words and sequences of words of a vocabulary.

    A sequence is followed from word to word: ``(state, word)`` gives the next state, and perhaps a column.
    """

    def __init__(self, vocabulary: Mapping[str, int], prefix: str = "") -> None:
        self._vocabulary, self._prefix = vocabulary, prefix
        self._parts: dict[str, int] = {}
        self._states: dict[str, int] = {}
        steps: list[dict[tuple[int, int], tuple[int, int]]] = []
        deeper = itertools.count()
        for term in [term for term in vocabulary if " " in term]:
            first, _, further = term.partition(" ")
            state, words = self._states.setdefault(first, len(self._states)), further.split(" ")
            while len(steps) < len(words):
                steps.append({})
            for number, (step, word) in enumerate(zip(steps, words, strict=False), start=1):
                key = state, self._parts.setdefault(word, len(self._parts))
                here, state = step.get(key, (-1, -1))
                last = number == len(words)
                state = next(deeper) if state < 0 and not last else state
                step[key] = vocabulary[term] if last else here, state
        self._steps = [self._sorted(step) for step in steps]
        self._table = WordTable(self._known)

    def _sorted(self, step: Mapping[tuple[int, int], tuple[int, int]]) -> tuple[Places, NDArray[np.int64]]:
        keys = np.array([state * len(self._parts) + part for state, part in step], dtype=np.int64)
        order = np.argsort(keys)
        return keys[order], np.array(list(step.values()), dtype=np.int64)[order]

    def _known(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Column of each word alone, its state as a first word, its number as a further one; -1 for none."""
        known = [self._vocabulary.get(self._prefix + word, -1) for word in words]
        found = np.full((len(words), 3), -1, dtype=np.int64)
        found[:, 0] = known
        if self._steps:
            found[:, 1] = [self._states.get(word, -1) for word in words]
            found[:, 2] = [self._parts.get(word, -1) for word in words]
        return found

    def find(self, words: Words) -> tuple[Places, Places]:
        """Texts and columns of what was found."""
        columns, state, part = self._table.rows(words.lexicon)[words.numbers].T
        place = np.flatnonzero(columns >= 0)
        texts, found = [words.text[place]], [columns[place]]
        place = np.flatnonzero(state >= 0)
        state = state[place]
        ends = np.cumsum(words.lengths)
        for further, (keys, values) in enumerate(self._steps, start=1):
            inside = place + further < ends[words.text[place]]
            place, state = place[inside], state[inside]
            key = np.where(part[place + further] < 0, -1, state * len(self._parts) + part[place + further])
            at = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
            hit = np.flatnonzero(keys[at] == key)
            column, going_on = values[at[hit]].T
            place = place[hit]
            texts.append(words.text[place[column >= 0]])
            found.append(column[column >= 0])
            place, state = place[going_on >= 0], going_on[going_on >= 0]
        return np.concatenate(texts), np.concatenate(found)


class TermColumns:
    """The columns of a fitted :class:`TfidfVectorizer` with sublinear counts and rows of length 1.

    Parameters
    ----------
    part
        The vectorizer.
    prefixes
        What stands before the words of each kind of text in the vocabulary.
    """

    def __init__(self, part: TfidfVectorizer, prefixes: Sequence[str] = ("",)) -> None:
        self._rarity = np.asarray(part.idf_, dtype=np.float64)
        self._sequences = [WordSequences(part.vocabulary_, prefix) for prefix in prefixes]

    def entries(self, kinds: Sequence[Words]) -> Entries:
        """Rows of the texts, of which each kind has as many."""
        found = [sequences.find(words) for sequences, words in zip(self._sequences, kinds, strict=True)]
        width, count = len(self._rarity), len(kinds[0])
        keys = np.sort(np.concatenate([texts * width + columns for texts, columns in found]))
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        times = np.diff(first, append=len(keys))
        rows, columns = np.divmod(keys[first], width)
        values = (np.log(times.astype(np.float64)) + 1.0) * self._rarity[columns]
        norms = np.sqrt(np.bincount(rows, weights=values * values, minlength=count))
        return Entries(np.bincount(rows, minlength=count), columns, (values / norms[rows]).astype(np.float32))


def name_entries(part: DictVectorizer, keys: Sequence[Hashable], names: Mapping[Hashable, Sequence[str]]) -> Entries:
    """Rows with a one in the columns of a fitted :class:`DictVectorizer` for the names of each row's key.

    Parameters
    ----------
    keys
        One per row; few of them differ.
    names
        The names of every key.
    """
    vocabulary: Mapping[str, int] = part.vocabulary_
    number = {key: place for place, key in enumerate(names)}
    known = [sorted({vocabulary[name] for name in own if name in vocabulary}) for own in names.values()]
    lengths = np.array([len(columns) for columns in known], dtype=np.int64)
    columns = np.array([column for own in known for column in own], dtype=np.int64)
    which = np.array([number[key] for key in keys], dtype=np.int64)
    kept = stretches(lengths, which)
    return Entries(lengths[which], columns[kept], np.ones(len(kept), dtype=np.float32))
