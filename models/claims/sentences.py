"""Sentences in context with their words found once for all that looks at them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.claims.context import SentenceInContext
from models.claims.lexicon import Words, lexicon


@dataclass(frozen=True)
class ReadSentences:
    """Sentences in context, and the words of the sentences, of what stands around them and of their headings."""

    sentences: Sequence[SentenceInContext]
    text: Words
    before: Words
    after: Words
    heading: Words

    def __len__(self) -> int:
        return len(self.sentences)

    def take(self, which: NDArray[np.int64]) -> ReadSentences:
        """Some of the sentences, in the order of ``which``; nothing is read again."""
        words = (w.take(which) for w in (self.text, self.before, self.after, self.heading))
        return ReadSentences([self.sentences[i] for i in which.tolist()], *words)

    def around(self) -> tuple[Words, Words, Words]:
        """The words before, after and in the heading."""
        return self.before, self.after, self.heading

    def strings(self, block: str, prefixes: Sequence[str]) -> list[str]:
        """The words that a vocabulary of a block is learnt from, joined by blanks."""
        kinds = [self.text.words()] if block == "words" else [words.words() for words in self.around()]
        return [
            " ".join([prefix + word for prefix, words in zip(prefixes, row, strict=True) for word in words])
            for row in zip(*kinds, strict=True)
        ]

    def named(self, block: str) -> tuple[Sequence[Hashable], Mapping[Hashable, Sequence[str]]]:
        """What decides a sentence's names in a block ``mentions``, ``place`` or ``voice``, and the names for each."""
        keys: list[tuple[str, ...]]
        if block == "mentions":
            keys = [s.codes for s in self.sentences]
            return keys, {codes: codes for codes in keys}
        if block == "voice":
            keys = [(s.voice, s.kind) for s in self.sentences]
            return keys, {key: (f"voice {key[0]}", f"kind {key[1]}") for key in keys}
        keys = [_place(s) for s in self.sentences]
        return keys, {key: [name for name in key if name] for key in keys}


def read_sentences(sentences: Sequence[SentenceInContext]) -> ReadSentences:
    """Find the words of sentences in context; neighbours that stand among the sentences are not read twice."""
    known = lexicon()
    texts = [s.text for s in sentences]
    pool = _Pool(texts)
    before = [place for number, s in enumerate(sentences) for place in pool.before(number, s.before)]
    after = [pool.after(number, s.after) for number, s in enumerate(sentences)]
    section: dict[str, int] = {}
    headings = [section.setdefault(s.section, len(section)) for s in sentences]
    own = known.sentences(texts)
    every = own.followed_by(known.read(pool.others))
    return ReadSentences(
        sentences,
        own,
        every.take(np.array(before, dtype=np.int64)).in_pairs(),
        every.take(np.array(after, dtype=np.int64)),
        known.read(list(section)).take(np.array(headings, dtype=np.int64)),
    )


class _Pool:
    """Texts by place, and behind them what else is asked for: first of all nothing."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self.others = [""]

    def _place(self, text: str) -> int:
        if not text:
            return len(self._texts)
        self.others.append(text)
        return len(self._texts) + len(self.others) - 1

    def before(self, number: int, text: str) -> tuple[int, int]:
        """Two places whose words one after the other are those of ``text``, which stands before a text."""
        last = self._texts[number - 1] if number else ""
        rest = text[: len(text) - len(last)]
        if not last or not text.endswith(last) or rest[-1:].strip():  # with no blank between, words would be cut
            return self._place(""), self._place(text)
        if number > 1 and rest[:-1] == self._texts[number - 2]:
            return number - 2, number - 1
        return self._place(rest), number - 1

    def after(self, number: int, text: str) -> int:
        """The place of the text that stands after one."""
        follows = number + 1 < len(self._texts) and text == self._texts[number + 1]
        return number + 1 if follows else self._place(text)


def _place(sentence: SentenceInContext) -> tuple[str, ...]:
    position, part = sentence.position, ""
    if position is not None:
        part = "first tenth" if position < 0.1 else "last tenth" if position > 0.9 else "middle"
    return (
        f"block {sentence.block or 'unknown'}",
        part,
        "question" if sentence.text.rstrip().endswith("?") else "",
        "" if sentence.before else "opens the text",
    )
