"""Sentences as plain words, for comparing how they are put."""

from __future__ import annotations

import re
from dataclasses import dataclass

SHINGLE = 5
_TOKEN = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence as lower-case words joined by single blanks."""

    text: str

    @property
    def words(self) -> list[str]:
        """The words."""
        return self.text.split()

    def runs(self) -> set[str]:
        """All runs of :data:`SHINGLE` words."""
        words = self.words
        return {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def wording(text: str) -> Wording:
    """Punctuation, capitals and kinds of apostrophe do not count.

    >>> wording("The Council’s plan -- a success!").text
    "the council's plan a success"
    """
    return Wording(" ".join(_TOKEN.findall(text)).lower().replace("’", "'"))


def place_in(text: str, low: int, high: int) -> tuple[int, int, int]:
    """Where characters ``low..high`` of the wording of ``text`` stand in ``text``: start, end and number of words.

    A word belongs to the place where its middle does; ``(0, 0, 0)`` where none does.
    """
    position, inside = 0, []
    for match in _TOKEN.finditer(text):
        length = match.end() - match.start()
        if low <= position + length / 2 <= high:
            inside.append(match)
        position += length + 1
    return (inside[0].start(), inside[-1].end(), len(inside)) if inside else (0, 0, 0)
