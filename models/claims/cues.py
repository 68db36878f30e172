"""The interpretable features: what the words of a sentence signal, in the words of the codebook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

CUES_FILE = Path(__file__).with_name("cues.yaml")
_PLAIN = r"[^\W\d_]+(?:-[^\W\d_]+)*|\d[\d.,]*|[%£$?]"
_TOKEN = re.compile(_PLAIN)
_TOKEN_OR_NOT = re.compile(rf"n't\b|[^\W\d_]+(?:-[^\W\d_]+)*?(?=n't\b)|{_PLAIN}")
_HIGHEST_COUNT = 3


@lru_cache(maxsize=8192)
def tokens_of(text: str) -> tuple[str, ...]:
    """The words of ``text`` in lower case; numbers become ``#``, contractions of "not" become ``n't``."""
    plain = text.replace("’", "'").lower()
    # Looking ahead for "n't" at every letter is slow, and few sentences hold one.
    found: list[str] = (_TOKEN_OR_NOT if "n't" in plain else _TOKEN).findall(plain)
    return tuple(["#" if token[0].isdigit() else token for token in found])


_Phrases = tuple[tuple[tuple[str, ...], int], ...]
"""How phrases go on, each with the number of its list."""
_Signals = tuple[tuple[int, ...], _Phrases]
"""What a word says: the lists it counts for, and the phrases that begin with it."""


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
        self._memory: dict[str, _Signals | None] = {}
        self._pairs: dict[tuple[str, str], _Phrases] = {}
        for number, words in enumerate(lists.values()):
            for entry in words:
                parts = tuple(str(entry).lower().split())
                if len(parts) > 1:
                    self._phrases.setdefault(parts[0], []).append((parts[1:], number))
                elif parts[0].endswith("~"):
                    self._prefixes.append((parts[0][:-1], number))
                else:
                    self._exact.setdefault(parts[0], set()).add(number)

    def _signals_of(self, token: str) -> _Signals | None:
        lists = set(self._exact.get(token, ()))
        lists.update(number for prefix, number in self._prefixes if token.startswith(prefix))
        phrases = tuple(self._phrases.get(token, ()))
        return (tuple(sorted(lists)), phrases) if lists or phrases else None

    def _going_on(self, phrases: _Phrases, token: str, following: Sequence[str]) -> _Phrases:
        if not phrases or not following:
            return ()
        pair = (token, following[0])
        found = self._pairs.get(pair)
        if found is None:
            found = self._pairs[pair] = tuple(
                (rest[1:], number) for rest, number in phrases if _follows(following, 0, rest[:1])
            )
        return found

    def count(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """Counts of one sentence, shape ``(len(names),)``, capped at 3 so that long lists do not drown the rest."""
        counts = [0] * len(self.names)
        memory = self._memory
        for position, token in enumerate(tokens):
            try:
                signals = memory[token]
            except KeyError:
                signals = memory[token] = self._signals_of(token)
            if signals is None:  # most words
                continue
            for number in signals[0]:
                counts[number] += 1
            for rest, number in self._going_on(signals[1], token, tokens[position + 1 : position + 2]):
                if _follows(tokens, position + 2, rest):
                    counts[number] += 1
        return np.minimum(np.array(counts, dtype=np.float32), _HIGHEST_COUNT)


def _follows(tokens: Sequence[str], place: int, parts: Sequence[str]) -> bool:
    following = tokens[place : place + len(parts)]
    if len(following) < len(parts):
        return False
    for word, part in zip(following, parts, strict=True):
        if not (word.startswith(part[:-1]) if part.endswith("~") else word == part):
            return False
    return True


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
