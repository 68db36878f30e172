"""Words by number: a text is cut into words once, and what is known of a word is looked up by its number."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PLAIN = r"[^\W\d_]+(?:-[^\W\d_]+)*|\d[\d.,]*|[%£$?]"
_WORD = re.compile(_PLAIN)
_WORD_OR_NOT = re.compile(rf"n't\b|[^\W\d_]+(?:-[^\W\d_]+)*?(?=n't\b)|{_PLAIN}")
_MOST = 200_000
"""Stretches between blanks that are remembered before all is forgotten: some 50 MB."""

Numbers = NDArray[np.int32]


def _words_of(stretch: str) -> list[str]:
    """The words of a stretch without blanks; no word goes across a blank."""
    plain = stretch.replace("’", "'").lower()
    # Looking ahead for "n't" at every letter is slow, and few stretches hold one.
    found: list[str] = (_WORD_OR_NOT if "n't" in plain else _WORD).findall(plain)
    return ["#" if word[0].isdigit() else word for word in found]


class Lexicon(dict[str, tuple[int, ...]]):
    """Numbers of the words of every stretch between blanks that was met; ``words`` are the words in their order.

    ``spelt`` says which words are made of letters, not of a number or sign.
    """

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.spelt = WordTable(lambda words: np.array([word[0].isalpha() for word in words], dtype=np.bool_))
        self._numbers: dict[str, int] = {}
        self._last: tuple[Sequence[str], Words] | None = None

    def __missing__(self, stretch: str) -> tuple[int, ...]:
        numbers = self[stretch] = self.numbers_of(_words_of(stretch))
        return numbers

    def numbers_of(self, words: Sequence[str]) -> tuple[int, ...]:
        """The numbers of ``words``; new ones get the next."""
        known = self._numbers
        for word in words:
            if word not in known:
                known[word] = len(self.words)
                self.words.append(word)
        return tuple([known[word] for word in words])

    def sentences(self, texts: Sequence[str]) -> Words:
        """The same as :meth:`read`, remembered until the next: a document's sentences are asked for more than once."""
        if self._last is None or self._last[0] != texts:
            self._last = texts, self.read(texts)
        return self._last[1]

    def read(self, texts: Sequence[str]) -> Words:
        """The words of each text."""
        numbers, ends = array("i"), [0]
        for text in texts:
            numbers.extend(chain.from_iterable(map(self.__getitem__, text.split())))
            ends.append(len(numbers))
        return Words(self, np.array(numbers, dtype=np.int32), np.diff(ends))


@dataclass(frozen=True)
class Words:
    """The words of some texts, one text after the other.

    Attributes
    ----------
    numbers
        Numbers of the words in ``lexicon``, shape ``(words,)``.
    lengths
        How many words each text has, shape ``(texts,)``.
    """

    lexicon: Lexicon
    numbers: Numbers
    lengths: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def text(self) -> NDArray[np.int64]:
        """The number of the text that each word stands in, shape ``(words,)``."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    def take(self, which: NDArray[np.int64]) -> Words:
        """The words of some of the texts, in the order of ``which``."""
        lengths = self.lengths[which]
        return Words(self.lexicon, self.numbers[stretches(self.lengths, which)], lengths)

    def letters(self) -> NDArray[np.int64]:
        """How many words of each text are made of letters."""
        spelt = self.lexicon.spelt.rows(self.lexicon)[self.numbers]
        return np.bincount(self.text[spelt], minlength=len(self))

    def followed_by(self, others: Words) -> Words:
        """These texts and then ``others`` of the same lexicon."""
        numbers, lengths = (self.numbers, others.numbers), (self.lengths, others.lengths)
        return Words(self.lexicon, np.concatenate(numbers), np.concatenate(lengths))

    def in_pairs(self) -> Words:
        """Two texts each taken for one."""
        return Words(self.lexicon, self.numbers, self.lengths.reshape(-1, 2).sum(axis=1))

    def words(self) -> list[list[str]]:
        """The words themselves, a list for each text."""
        spoken = iter([self.lexicon.words[number] for number in self.numbers.tolist()])
        return [[next(spoken) for _ in range(length)] for length in self.lengths.tolist()]


def stretches(lengths: NDArray[np.int64], which: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the items of the rows ``which`` stand, if rows of ``lengths`` stand one after the other."""
    chosen = lengths[which]
    before = np.cumsum(lengths)[which] - chosen
    return np.arange(int(chosen.sum())) + np.repeat(before - np.cumsum(chosen) + chosen, chosen)


class WordTable:
    """One row for each word of a lexicon, made when the word is first asked about.

    Parameters
    ----------
    make
        Rows of words; a word's row may not depend on the others.
    """

    def __init__(self, make: Callable[[Sequence[str]], NDArray[Any]]) -> None:
        self._make = make
        self._lexicon: Lexicon | None = None
        self._rows: NDArray[Any] = make(())
        self._known = 0

    def rows(self, lexicon: Lexicon) -> NDArray[Any]:
        """Rows of all words of ``lexicon``, by number (and some to spare)."""
        if lexicon is not self._lexicon:
            self._lexicon, self._known = lexicon, 0
        known, size = self._known, len(lexicon.words)
        if size > known:
            if size > len(self._rows):
                wider = np.zeros((2 * size, *self._rows.shape[1:]), dtype=self._rows.dtype)
                wider[:known] = self._rows[:known]
                self._rows = wider
            self._rows[known:size] = self._make(lexicon.words[known:])
            self._known = size
        return self._rows


_of_process = [Lexicon()]


def lexicon() -> Lexicon:
    """The lexicon of this process: another one where the last has grown too large."""
    if len(_of_process[0]) > _MOST:
        _of_process[0] = Lexicon()
    return _of_process[0]


def tokens_of(text: str) -> tuple[str, ...]:
    """The words of ``text`` in lower case; numbers become ``#``, contractions of "not" become ``n't``."""
    known = lexicon()
    return tuple([known.words[number] for stretch in text.split() for number in known[stretch]])
