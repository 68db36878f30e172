"""Static word vectors from the weights inside the package wordllama, read without its loader (which looks online)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from tokenizers import Tokenizer

DIMENSIONS = 256
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"


class WordVectors:
    """One vector per word: the mean of its word pieces, remembered per word."""

    def __init__(self, pieces: NDArray[np.float32], tokenizer: Tokenizer) -> None:
        self._pieces = pieces
        self._tokenizer = tokenizer
        self._memory: dict[str, int] = {}
        self._rows = np.zeros((1024, pieces.shape[1]), dtype=np.float32)

    def _row_of(self, word: str) -> int:
        row = self._memory.get(word)
        if row is None:
            row = len(self._memory)
            if row == len(self._rows):
                self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            ids = self._tokenizer.encode(word, add_special_tokens=False).ids
            if ids:
                self._rows[row] = self._pieces[ids].mean(axis=0)
            self._memory[word] = row
        return row

    def sequence(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of ``words``, shape ``(len(words), 256)``."""
        rows = [self._row_of(word) for word in words]
        return self._rows[rows]

    def mean(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Mean vector of ``words``, shape ``(256,)``; zeros where there are none."""
        if not words:
            return np.zeros(self._pieces.shape[1], dtype=np.float32)
        mean: NDArray[np.float32] = self.sequence(words).mean(axis=0)
        return mean


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
