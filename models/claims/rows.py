"""Rows of features: most columns are empty in a sentence, so only the others are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.claims.lexicon import Words, stretches

Lengths = NDArray[np.int64]


@dataclass(frozen=True)
class Entries:
    """The columns of some rows that are not empty, one row after the other, columns ascending.

    Attributes
    ----------
    lengths
        How many entries each row has, shape ``(rows,)``.
    columns, values
        Shape ``(entries,)``.
    """

    lengths: Lengths
    columns: NDArray[np.int64]
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.lengths)

    def row(self) -> NDArray[np.int64]:
        """The row of each entry, shape ``(entries,)``."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    def take(self, which: NDArray[np.int64]) -> Entries:
        """Some of the rows, in the order of ``which``."""
        kept = stretches(self.lengths, which)
        return Entries(self.lengths[which], self.columns[kept], self.values[kept])


def entries_of(values: NDArray[np.float32]) -> Entries:
    """The entries of a full matrix."""
    rows, columns = np.nonzero(values)
    return Entries(np.bincount(rows, minlength=len(values)), columns, values[rows, columns])


def beside(blocks: Sequence[tuple[int, Entries]], rows: int) -> Entries:
    """Blocks of columns side by side, each with the number of its first column."""
    lengths = np.array([block.lengths for _, block in blocks], dtype=np.int64).reshape(len(blocks), rows)
    starts = np.cumsum(lengths.sum(axis=0)) - lengths.sum(axis=0)
    total = int(lengths.sum())
    columns, values = np.empty(total, dtype=np.int64), np.empty(total, dtype=np.float32)
    for number, (first, block) in enumerate(blocks):
        # where a row's entries begin in the whole, less where they begin in the block
        shift = starts + lengths[:number].sum(axis=0) - (np.cumsum(block.lengths) - block.lengths)
        places = np.arange(len(block.columns)) + np.repeat(shift, block.lengths)
        columns[places], values[places] = block.columns + first, block.values
    return Entries(lengths.sum(axis=0), columns, values)


@dataclass(frozen=True)
class Rows:
    """What is known of some sentences.

    Attributes
    ----------
    entries
        The columns of all blocks before the meaning of words.
    words
        The sentences' words, of which the mean vector is a block; None where the space has no such block.
    readers
        For each reader its scaled scores, shape ``(rows, 3)``.
    """

    entries: Entries
    words: Words | None
    readers: tuple[NDArray[np.float32], ...] = ()

    def __len__(self) -> int:
        return len(self.entries)

    def have_words(self) -> NDArray[np.bool_]:
        """Which rows have a mean vector other than zero, shape ``(rows,)``."""
        return self.words.lengths > 0 if self.words is not None else np.zeros(len(self), dtype=np.bool_)

    def are_read(self) -> NDArray[np.bool_]:
        """Which rows have a score other than zero from any reader, shape ``(rows,)``."""
        read = np.zeros(len(self), dtype=np.bool_)
        for scores in self.readers:
            read |= scores.any(axis=1)
        return read

    def take(self, which: NDArray[np.int64]) -> Rows:
        """Some of the rows, in the order of ``which``."""
        words = self.words.take(which) if self.words is not None else None
        return Rows(self.entries.take(which), words, tuple(scores[which] for scores in self.readers))

    def read_by(self, scores: NDArray[np.float32]) -> Rows:
        """The same rows with the scaled scores of one reader more."""
        return Rows(self.entries, self.words, (*self.readers, scores))
