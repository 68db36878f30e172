"""From sentences in context to the numbers the classifier sees, each column with a name a reader understands.

The space is made of blocks: word sequences of the sentence, words of its neighbours and heading, cue counts, mention
codes, place, voice and kind, the mean word vector, and the scores of the reader. Every block can be left out, which
is how ablations are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer

from models.claims.columns import TermColumns, name_entries
from models.claims.context import SentenceInContext
from models.claims.cues import cue_counter
from models.claims.embedding import word_vectors
from models.claims.reader import CAREFUL_READER, READER, installed_digest, reader, sentence_key
from models.claims.rows import Entries, Rows, beside, entries_of
from models.claims.sentences import ReadSentences, read_sentences
from models.claims.vocabulary import new_words

BLOCKS = (
    "words",
    "neighbours",
    "cues",
    "neighbour cues",
    "mentions",
    "place",
    "voice",
    "meaning",
    "reader",
    "careful reader",
)
READERS = {"reader": READER, "careful reader": CAREFUL_READER}
_TERMS = {"words": ("",), "neighbours": ("before:", "after:", "heading:")}
"""Blocks of terms, and what stands before the words of each kind of text in their vocabulary."""
_NAMED = ("mentions", "place", "voice")
DENSE = ("meaning", *READERS)
READER_COLUMNS = ("neither", "learning", "legitimation")


@dataclass(frozen=True, slots=True)
class FeatureOptions:
    """What enters the space. ``blocks`` names the blocks kept; the numbers bound the vocabulary."""

    blocks: tuple[str, ...] = BLOCKS
    longest: int = 2
    rarest: int = 2
    meaning_weight: float = 0.5
    reader_weight: float = 2.0

    def weight_of(self, block: str) -> float:
        """What a dense block's standardised columns are multiplied with: more weight is less shrinkage."""
        return {"meaning": self.meaning_weight, **dict.fromkeys(READERS, self.reader_weight)}.get(block, 0.5)


class FeatureSpace:
    """Fits vocabularies on training sentences and turns sentences into rows. Holds plain scikit-learn objects."""

    def __init__(self, options: FeatureOptions | None = None) -> None:
        self.options = options or FeatureOptions()
        self.parts: dict[str, TfidfVectorizer | DictVectorizer] = {}
        self.scale: dict[str, NDArray[np.float32]] = {}
        self._terms: dict[str, TermColumns] = {}

    @property
    def names(self) -> list[str]:
        """One name per column: ``block: what``."""
        return [f"{block}: {name}" for block in self._kept() for name in self._names_of(block)]

    @property
    def widths(self) -> dict[str, int]:
        """How many columns each block has, in the order of the columns."""
        return {
            block: len(self.parts[block].vocabulary_) if block in self.parts else len(self.scale[block])
            for block in self._kept()
        }

    def fit_transform(self, sentences: Sequence[SentenceInContext]) -> sp.csr_matrix:
        """Learn vocabularies and scales from ``sentences`` and return their rows (with held-out reader scores)."""
        read = _read(sentences)
        for block in self._kept():
            if block in _TERMS:
                longest = self.options.longest if block == "words" else 1
                part = new_words(longest, self.options.rarest)
                try:
                    part.fit(read.strings(block, _TERMS[block]))
                except ValueError:  # no word occurs often enough, e.g. sentences without any context
                    kept = tuple(name for name in self.options.blocks if name != block)
                    self.options = replace(self.options, blocks=kept)
                    continue
                part.vocabulary_ = {term: int(column) for term, column in part.vocabulary_.items()}
                self.parts[block] = part
            elif block in _NAMED:
                _, names = read.named(block)
                self.parts[block] = DictVectorizer(dtype=np.float32).fit(
                    [dict.fromkeys(n, 1.0) for n in names.values()]
                )
            elif block == "meaning":
                self.scale[block] = _spread(word_vectors().means(read.text))
            elif block in READERS:
                self.scale[block] = _spread(reader_scores(sentences, True, block))
            else:
                self.scale[block] = _spread(_counts(block, read))
        return self._matrix(read, True)

    def transform(self, sentences: Sequence[SentenceInContext], held_out: bool = False) -> sp.csr_matrix:
        """Rows of ``sentences``, shape ``(len(sentences), len(names))``.

        ``held_out`` takes, for sentences the reader was tuned on, the scores of readers that had not seen their
        documents: always in training and validation, never on new text.
        """
        return self._matrix(_read(sentences), held_out)

    def rows(self, read: ReadSentences, held_out: bool = False) -> Rows:
        """The same as :meth:`transform`, with the mean word vectors left as words."""
        blocks, first, widths = [], 0, self.widths
        for block in self._kept():
            if block not in DENSE:
                blocks.append((first, self._entries(block, read)))
                first += widths[block]
        readers = [self.reader_columns(read.sentences, b, held_out) for b in self._kept() if b in READERS]
        words = read.text if "meaning" in self._kept() else None
        return Rows(beside(blocks, len(read.sentences)), words, tuple(readers))

    def reader_columns(
        self, sentences: Sequence[SentenceInContext], block: str = "reader", held_out: bool = False
    ) -> NDArray[np.float32]:
        """The columns of one reader alone, shape ``(len(sentences), 3)``: those of the readers stand last."""
        return self._scaled(block, reader_scores(sentences, held_out, block))

    def without_readers(self) -> FeatureSpace:
        """The same fitted space without the readers' columns (vocabularies are shared, not copied)."""
        blocks = tuple(block for block in self.options.blocks if block not in READERS)
        other = FeatureSpace(replace(self.options, blocks=blocks))
        other.parts, other.scale = self.parts, self.scale
        return other

    def with_readers(self, scores: Mapping[str, NDArray[np.float32]]) -> FeatureSpace:
        """The same fitted space with the columns of readers, scaled by their ``scores`` (n, 3)."""
        other = FeatureSpace(replace(self.options, blocks=(*self.options.blocks, *scores)))
        other.parts, other.scale = self.parts, dict(self.scale)
        for block, values in scores.items():
            other.scale[block] = _spread(values)
        return other

    def reader_scale(self) -> NDArray[np.float64]:
        """By what the readers' columns were divided, one after the other."""
        blocks = [block for block in self._kept() if block in READERS]
        parts = [self.scale[b].astype(np.float64) / self.options.weight_of(b) for b in blocks]
        return np.concatenate(parts)

    def _kept(self) -> list[str]:
        return [block for block in BLOCKS if block in self.options.blocks]

    def _names_of(self, block: str) -> list[str]:
        if block in self.parts:
            return list(self.parts[block].get_feature_names_out())
        if block == "meaning":
            return [f"dimension {number}" for number in range(len(self.scale[block]))]
        if block == "cues":
            return [*cue_counter().names, "length"]
        if block in READERS:
            return list(READER_COLUMNS)
        return [f"{side} {name}" for side in ("before", "after") for name in cue_counter().names]

    def _scaled(self, block: str, values: NDArray[np.float32]) -> NDArray[np.float32]:
        scaled: NDArray[np.float32] = values / self.scale[block] * self.options.weight_of(block)
        return scaled

    def _matrix(self, read: ReadSentences, held_out: bool) -> sp.csr_matrix:
        rows = self.rows(read, held_out)
        entries, width = rows.entries, sum(w for block, w in self.widths.items() if block not in DENSE)
        bounds = np.concatenate([[0], np.cumsum(entries.lengths)])
        matrices = [sp.csr_matrix((entries.values, entries.columns, bounds), shape=(len(rows), width))]
        if rows.words is not None:
            matrices.append(sp.csr_matrix(self._scaled("meaning", word_vectors().means(rows.words))))
        return sp.hstack([*matrices, *map(sp.csr_matrix, rows.readers)], format="csr", dtype=np.float32)

    def _entries(self, block: str, read: ReadSentences) -> Entries:
        if block in _TERMS:
            if block not in self._terms:
                self._terms[block] = TermColumns(self.parts[block], _TERMS[block])
            return self._terms[block].entries([read.text] if block == "words" else read.around())
        if block in _NAMED:
            return name_entries(self.parts[block], *read.named(block))
        return entries_of(self._scaled(block, _counts(block, read)))


def _counts(block: str, read: ReadSentences) -> NDArray[np.float32]:
    counter = cue_counter()
    if block == "cues":
        return np.hstack([counter.counts(read.text), np.log1p(read.text.lengths)[:, None].astype(np.float32)])
    return np.hstack([counter.counts(read.before), counter.counts(read.after)])


def _spread(values: NDArray[np.float32]) -> NDArray[np.float32]:
    spread = values.std(axis=0)
    return np.where(spread > 0, spread, 1.0).astype(np.float32)


def installed_blocks(use_readers: bool = True) -> tuple[str, ...]:
    """All blocks but those of readers that are not installed, or of all readers."""
    return tuple(b for b in BLOCKS if b not in READERS or (use_readers and installed_digest(READERS[b])))


def reader_digests(blocks: Sequence[str]) -> dict[str, str]:
    """Digests of the installed readers among ``blocks``, without loading them."""
    found = {block: installed_digest(folder) for block, folder in READERS.items() if block in blocks}
    return {block: digest for block, digest in found.items() if digest}


def reader_scores(sentences: Sequence[SentenceInContext], held_out: bool, block: str = "reader") -> NDArray[np.float32]:
    """Centred scores of a shipped reader, shape ``(len(sentences), 3)``; zeros where no reader is installed."""
    reading = reader(READERS[block])
    if reading is None:
        return np.zeros((len(sentences), len(READER_COLUMNS)), dtype=np.float32)
    known = reading.held_out_scores() if held_out else {}
    keys = [sentence_key(sentence.text) if held_out else "" for sentence in sentences]
    unknown = [sentence for sentence, key in zip(sentences, keys, strict=True) if key not in known]
    fresh = iter(reading.scores(unknown)) if unknown else iter(())
    rows = np.array([known[key] if key in known else next(fresh) for key in keys], dtype=np.float32)
    centred: NDArray[np.float32] = rows - rows.mean(axis=1, keepdims=True)
    return centred


def _read(sentences: Sequence[SentenceInContext]) -> ReadSentences:
    if not sentences:
        raise ValueError("no sentences to turn into features")
    return read_sentences(sentences)
