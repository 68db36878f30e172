"""The interpretable features: what the words of a sentence signal, in the words of the codebook."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from models.claims.lexicon import Lexicon, Words, WordTable, lexicon

CUES_FILE = Path(__file__).with_name("cues.yaml")
_HIGHEST_COUNT = 3
_TELLS, _BEGINS, _GOES_ON = -3, -2, -1

_Phrases = list[tuple[tuple[str, ...], int]]
"""How phrases go on, each with the number of its list."""


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
        self._prefixes: dict[str, set[int]] = {}
        self._phrases: dict[str, _Phrases] = {}
        for number, words in enumerate(lists.values()):
            for entry in words:
                parts = tuple(str(entry).lower().split())
                if len(parts) > 1:
                    self._phrases.setdefault(parts[0], []).append((parts[1:], number))
                elif parts[0].endswith("~"):
                    self._prefixes.setdefault(parts[0][:-1], set()).add(number)
                else:
                    self._exact.setdefault(parts[0], set()).add(number)
        seconds = {rest[0] for phrases in self._phrases.values() for rest, _ in phrases}
        self._seconds = frozenset(seconds)
        self._second_prefixes = tuple(sorted(part[:-1] for part in seconds if part.endswith("~")))
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})
        self._signs = WordTable(self._signs_of)
        self._pairs = _Pairs(lexicon(), self._phrases)

    def _signs_of(self, words: Sequence[str]) -> NDArray[np.bool_]:
        """For each word the lists it counts for, then whether there are any, whether it begins a phrase, and whether
        it is the second word of one."""
        signs = np.zeros((len(words), len(self.names) + 3), dtype=np.bool_)
        for row, word in enumerate(words):
            told = set(self._exact.get(word, ()))
            for length in self._lengths:
                told |= self._prefixes.get(word[:length], set())
            if told:
                signs[row, list(told)] = True
        signs[:, _TELLS] = signs[:, : len(self.names)].any(axis=1)
        signs[:, _BEGINS] = [word in self._phrases for word in words]
        signs[:, _GOES_ON] = [w in self._seconds or w.startswith(self._second_prefixes) for w in words]
        return signs

    def count(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """Counts of one sentence, shape ``(len(names),)``, capped at 3 so that long lists do not drown the rest."""
        known = lexicon()
        numbers = np.array(known.numbers_of(tokens), dtype=np.int32)
        counts: NDArray[np.float32] = self.counts(Words(known, numbers, np.array([len(tokens)])))[0]
        return counts

    def counts(self, words: Words) -> NDArray[np.float32]:
        """Counts of many sentences, shape ``(len(words), len(names))``, capped like those of :meth:`count`."""
        width = len(self.names)
        signs = self._signs.rows(words.lexicon)
        telling = np.flatnonzero(signs[words.numbers, _TELLS])
        which, lists = np.nonzero(signs[words.numbers[telling], :width])
        places = words.text[telling[which]] * width + lists
        phrases = np.array(self._phrases_in(words, signs), dtype=np.int64)
        counts = np.bincount(np.concatenate([places, phrases]), minlength=len(words) * width)
        capped: NDArray[np.float32] = np.minimum(counts, _HIGHEST_COUNT).astype(np.float32)
        return capped.reshape(len(words), width)

    def _phrases_in(self, words: Words, signs: NDArray[np.bool_]) -> list[int]:
        """``text * lists + list`` of every phrase."""
        if self._pairs.lexicon is not words.lexicon:
            self._pairs = _Pairs(words.lexicon, self._phrases)
        numbers, text = words.numbers, words.text
        begins = np.flatnonzero(signs[numbers[:-1], _BEGINS] & signs[numbers[1:], _GOES_ON] & (text[:-1] == text[1:]))
        pairs = zip(numbers[begins].tolist(), numbers[begins + 1].tolist(), strict=True)
        found = []
        for place, going_on in zip(begins.tolist(), map(self._pairs.__getitem__, pairs), strict=True):
            for rest, number in going_on:  # most pairs begin no phrase
                further = slice(place + 2, place + 2 + len(rest))
                following = numbers[further][text[further] == text[place]].tolist() if rest else ()
                if _is(rest, [words.lexicon.words[word] for word in following]):
                    found.append(int(text[place]) * len(self.names) + number)
        return found


class _Pairs(dict[tuple[int, int], _Phrases]):
    """How the phrases go on that begin with two words, by their numbers in a lexicon."""

    def __init__(self, lexicon: Lexicon, phrases: dict[str, _Phrases]) -> None:
        super().__init__()
        self.lexicon, self._phrases = lexicon, phrases

    def __missing__(self, pair: tuple[int, int]) -> _Phrases:
        first, second = (self.lexicon.words[number] for number in pair)
        found = [(rest[1:], number) for rest, number in self._phrases[first] if _is(rest[:1], [second])]
        self[pair] = found
        return found


def _is(phrase: Sequence[str], words: Sequence[str]) -> bool:
    return len(phrase) == len(words) and all(
        word.startswith(part[:-1]) if part.endswith("~") else word == part
        for word, part in zip(words, phrase, strict=True)
    )


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
