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

from models.claims.context import SentenceInContext
from models.claims.cues import cue_counter, tokens_of
from models.claims.embedding import word_vectors
from models.claims.reader import CAREFUL_READER, READER, installed_digest, reader, sentence_key
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

    @property
    def names(self) -> list[str]:
        """One name per column: ``block: what``."""
        names: list[str] = []
        for block in self._kept():
            if block in self.parts:
                names += [f"{block}: {name}" for name in self.parts[block].get_feature_names_out()]
            else:
                names += [f"{block}: {name}" for name in self._dense_names(block)]
        return names

    def fit_transform(self, sentences: Sequence[SentenceInContext]) -> sp.csr_matrix:
        """Learn vocabularies and scales from ``sentences`` and return their rows (with held-out reader scores)."""
        read = _read(sentences, held_out=True)
        for block in self._kept():
            if block in ("words", "neighbours"):
                longest = self.options.longest if block == "words" else 1
                part = new_words(longest, self.options.rarest)
                try:
                    part.fit(read.strings(block))
                except ValueError:  # no word occurs often enough, e.g. sentences without any context
                    kept = tuple(name for name in self.options.blocks if name != block)
                    self.options = replace(self.options, blocks=kept)
                    continue
                part.vocabulary_ = {term: int(column) for term, column in part.vocabulary_.items()}
                self.parts[block] = part
            elif block in ("mentions", "place", "voice"):
                self.parts[block] = DictVectorizer(dtype=np.float32).fit(read.dictionaries(block))
            else:
                spread = read.dense(block).std(axis=0)
                self.scale[block] = np.where(spread > 0, spread, 1.0).astype(np.float32)
        return self._rows(read)

    def transform(self, sentences: Sequence[SentenceInContext], held_out: bool = False) -> sp.csr_matrix:
        """Rows of ``sentences``, shape ``(len(sentences), len(names))``.

        ``held_out`` takes, for sentences the reader was tuned on, the scores of readers that had not seen their
        documents: always in training and validation, never on new text.
        """
        return self._rows(_read(sentences, held_out))

    def reader_rows(
        self, sentences: Sequence[SentenceInContext], block: str = "reader", held_out: bool = False
    ) -> sp.csr_matrix:
        """The columns of one reader alone: ``transform`` is the other blocks' columns, then those of the readers."""
        return self._dense_rows(block, reader_scores(sentences, held_out, block))

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
            spread = values.std(axis=0)
            other.scale[block] = np.where(spread > 0, spread, 1.0).astype(np.float32)
        return other

    def reader_scale(self) -> NDArray[np.float64]:
        """By what the readers' columns were divided, one after the other."""
        blocks = [block for block in self._kept() if block in READERS]
        parts = [self.scale[b].astype(np.float64) / self.options.weight_of(b) for b in blocks]
        return np.concatenate(parts)

    def _dense_rows(self, block: str, values: NDArray[np.float32]) -> sp.csr_matrix:
        return sp.csr_matrix(values / self.scale[block] * self.options.weight_of(block))

    def _kept(self) -> list[str]:
        return [block for block in BLOCKS if block in self.options.blocks]

    def _dense_names(self, block: str) -> list[str]:
        if block == "meaning":
            return [f"dimension {number}" for number in range(len(self.scale[block]))]
        if block == "cues":
            return [*cue_counter().names, "length"]
        if block in READERS:
            return list(READER_COLUMNS)
        return [f"{side} {name}" for side in ("before", "after") for name in cue_counter().names]

    def _rows(self, read: _Read) -> sp.csr_matrix:
        matrices = []
        for block in self._kept():
            if block in ("words", "neighbours"):
                matrices.append(self.parts[block].transform(read.strings(block)))
            elif block in ("mentions", "place", "voice"):
                matrices.append(self.parts[block].transform(read.dictionaries(block)))
            else:
                matrices.append(self._dense_rows(block, read.dense(block)))
        return sp.hstack(matrices, format="csr", dtype=np.float32)


class _Read:
    """Sentences with their words found once for all blocks."""

    def __init__(self, sentences: Sequence[SentenceInContext], held_out: bool) -> None:
        self.sentences = sentences
        self.held_out = held_out
        self.words = [tokens_of(sentence.text) for sentence in sentences]
        self.before = [tokens_of(sentence.before) for sentence in sentences]
        self.after = [tokens_of(sentence.after) for sentence in sentences]

    def strings(self, block: str) -> list[str]:
        if block == "words":
            return [" ".join(words) for words in self.words]
        return [
            " ".join(
                [f"before:{word}" for word in before]
                + [f"after:{word}" for word in after]
                + [f"heading:{word}" for word in tokens_of(sentence.section)]
            )
            for sentence, before, after in zip(self.sentences, self.before, self.after, strict=True)
        ]

    def dictionaries(self, block: str) -> list[Mapping[str, float]]:
        if block == "mentions":
            return [dict.fromkeys(sentence.codes, 1.0) for sentence in self.sentences]
        if block == "voice":
            return [{f"voice {s.voice}": 1.0, f"kind {s.kind}": 1.0} for s in self.sentences]
        return [_place(sentence) for sentence in self.sentences]

    def dense(self, block: str) -> NDArray[np.float32]:
        if block in READERS:
            return reader_scores(self.sentences, self.held_out, block)
        counter = cue_counter()
        if block == "cues":
            rows = [np.append(counter.count(words), np.float32(np.log1p(len(words)))) for words in self.words]
        elif block == "neighbour cues":
            rows = [
                np.concatenate([counter.count(before), counter.count(after)])
                for before, after in zip(self.before, self.after, strict=True)
            ]
        else:
            rows = [word_vectors().mean(words) for words in self.words]
        return np.array(rows, dtype=np.float32)


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


def _read(sentences: Sequence[SentenceInContext], held_out: bool) -> _Read:
    if not sentences:
        raise ValueError("no sentences to turn into features")
    return _Read(sentences, held_out)


def _place(sentence: SentenceInContext) -> dict[str, float]:
    place: dict[str, float] = {f"block {sentence.block or 'unknown'}": 1.0}
    if sentence.position is not None:
        place["first tenth" if sentence.position < 0.1 else "last tenth" if sentence.position > 0.9 else "middle"] = 1.0
    if sentence.text.rstrip().endswith("?"):
        place["question"] = 1.0
    if not sentence.before:
        place["opens the text"] = 1.0
    return place
