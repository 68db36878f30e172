"""The interpretable features: what the words of a sentence signal, in the words of the codebook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

CUES_FILE = Path(__file__).with_name("cues.yaml")
_TOKEN = re.compile(r"n't\b|[^\W\d_]+(?:-[^\W\d_]+)*?(?=n't\b)|[^\W\d_]+(?:-[^\W\d_]+)*|\d[\d.,]*|[%£$?]")
_HIGHEST_COUNT = 3


def tokens_of(text: str) -> list[str]:
    """The words of ``text`` in lower case; numbers become ``#``, contractions of "not" become ``n't``."""
    found: list[str] = _TOKEN.findall(text.replace("’", "'").lower())
    return ["#" if token[0].isdigit() else token for token in found]


class CueCounter:
    """Counts, for each list of the cue file, how often a sentence uses one of its words.

    Attributes
    ----------
    names
        The lists' names in the file's order.
    """

    def __init__(self, lists: dict[str, Sequence[str]]) -> None:
        self.names = tuple(lists)
        self._exact: dict[str, set[int]] = {}
        self._prefixes: list[tuple[str, int]] = []
        self._phrases: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        self._memory: dict[str, tuple[int, ...]] = {}
        for number, words in enumerate(lists.values()):
            for entry in words:
                parts = tuple(str(entry).lower().split())
                if len(parts) > 1:
                    self._phrases.setdefault(parts[0], []).append((parts, number))
                elif parts[0].endswith("~"):
                    self._prefixes.append((parts[0][:-1], number))
                else:
                    self._exact.setdefault(parts[0], set()).add(number)

    def _lists_of(self, token: str) -> tuple[int, ...]:
        known = self._memory.get(token)
        if known is None:
            lists = set(self._exact.get(token, ()))
            lists.update(number for prefix, number in self._prefixes if token.startswith(prefix))
            known = self._memory[token] = tuple(sorted(lists))
        return known

    def count(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """Counts of one sentence, shape ``(len(names),)``, capped at 3 so that long lists do not drown the rest."""
        counts = np.zeros(len(self.names), dtype=np.float32)
        for position, token in enumerate(tokens):
            for number in self._lists_of(token):
                counts[number] += 1
            for parts, number in self._phrases.get(token, ()):
                following = tokens[position : position + len(parts)]
                if len(following) == len(parts) and all(
                    word.startswith(part[:-1]) if part.endswith("~") else word == part
                    for word, part in zip(following, parts, strict=True)
                ):
                    counts[number] += 1
        return np.minimum(counts, _HIGHEST_COUNT)


@cache
def cue_counter(path: Path = CUES_FILE) -> CueCounter:
    """The counter of a cue file.

    Raises
    ------
    ValueError
        If the file is not a mapping of names to lists of words.
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or not all(isinstance(words, list) and words for words in data.values()):
        raise ValueError(f"{path}: expected names, each with a list of words")
    return CueCounter({str(name): [str(word) for word in words] for name, words in data.items()})
