"""Static word vectors from the weights inside the package wordllama, read without its loader (which looks online)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from tokenizers import Tokenizer

from models.claims.lexicon import Words, WordTable

DIMENSIONS = 256
_MOST = 200_000
_AT_ONCE = 50_000
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"


class WordVectors:
    """One vector per word: the mean of its word pieces.

    Attributes
    ----------
    pieces
        The vectors of the word pieces, shape ``(pieces, 256)``.
    """

    def __init__(self, pieces: NDArray[np.float32], tokenizer: Tokenizer) -> None:
        self.pieces = pieces
        self._tokenizer = tokenizer
        self._memory: dict[str, list[int]] = {}
        self._table = WordTable(lambda words: self.averaged(words, self.pieces))

    def _ids(self, word: str) -> list[int]:
        ids = self._memory.get(word)
        if ids is None:
            ids = self._memory[word] = self._tokenizer.encode(word, add_special_tokens=False).ids
        return ids

    def averaged(self, words: Sequence[str], numbers: NDArray[Any]) -> NDArray[Any]:
        """The mean of what each word's pieces have in ``numbers``, shape ``(pieces, n)``; zeros without pieces."""
        if len(self._memory) > _MOST:
            self._memory.clear()
        ids = [self._ids(word) for word in words]
        lengths = np.array([len(own) for own in ids], dtype=np.int64)
        flat = np.array([number for own in ids for number in own], dtype=np.int64)
        return means_of(numbers, flat, lengths)

    def means(self, words: Words) -> NDArray[np.float32]:
        """Mean vector of each text, shape ``(len(words), 256)``; zeros where there are no words."""
        means: NDArray[np.float32] = means_of(self._table.rows(words.lexicon), words.numbers, words.lengths)
        return means


def means_of(rows: NDArray[Any], which: NDArray[Any], lengths: NDArray[np.int64]) -> NDArray[Any]:
    """Means of groups of ``rows``: the first group is as many of ``which`` as the first length says, and so on."""
    means = np.zeros((len(lengths), rows.shape[1]), dtype=rows.dtype)
    some = np.flatnonzero(lengths)
    starts = np.cumsum(lengths) - lengths
    for groups in np.array_split(some, 1 + len(which) // _AT_ONCE):
        if len(groups):
            first, end = starts[groups[0]], starts[groups[-1]] + lengths[groups[-1]]
            sums = np.add.reduceat(rows[which[first:end]], starts[groups] - first, axis=0)
            means[groups] = sums / lengths[groups, None].astype(rows.dtype)
    return means


@cache
def word_vectors() -> WordVectors:
    """The vectors of the installed package; read once per process.

    Raises
    ------
    FileNotFoundError
        If the package or its weights are missing.
    """
    spec = find_spec("wordllama")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package wordllama, which holds the word vectors, is not installed")
    folder = Path(spec.origin).parent
    with safe_open(str(folder / _WEIGHTS), framework="numpy") as weights:
        pieces = weights.get_tensor(next(iter(weights.keys()))).astype(np.float32)
    return WordVectors(pieces, Tokenizer.from_file(str(folder / _TOKENIZER)))
