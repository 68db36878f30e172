"""Anchors: a sentence is found again in a document by digests of its letters, so that labels need not carry its text.

Only letters and digits count, in lower case; spaces, hyphens, ligatures, quotation marks and line breaks, which differ
between extractors, do not. An anchor holds the number of such characters, a digest of all of them and digests of short
windows at the head, at the tail and between. Where the whole digest fits, the sentence is unchanged; otherwise the
windows vote for a place, so that a footnote number or a running header inside the sentence does not lose it.
"""

from __future__ import annotations

import bisect
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

WINDOW = 20
_MARKS = 6
_DRIFT = 12
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a sentence stands, without the sentence.

    ``page`` counts from 1 (None where the document has no pages), ``length`` is the number of letters and digits,
    ``whole`` the digest of all of them, ``marks`` the windows' offsets from the head with their digests; the last
    mark is the tail.
    """

    sha256: str
    page: int | None
    length: int
    whole: str
    marks: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A found sentence: code points ``start`` to ``end`` of the text, and whether every letter is the same."""

    start: int
    end: int
    exact: bool


def _fold(character: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", character).lower() if c.isalnum() and c.isascii())


def _digest(letters: str, size: int) -> str:
    return hashlib.blake2b(letters.encode(), digest_size=size).hexdigest()


def letters_of(text: str) -> str:
    """The letters and digits of ``text`` that anchors count: ASCII after decomposition, lower case."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text)
    return plain.lower().encode("ascii", "ignore").translate(None, _NO_LETTERS).decode("ascii")


def whole_of(letters: str) -> str:
    """The digest of all letters of a sentence, as :attr:`Anchor.whole` holds it."""
    return _digest(letters, 8)


def anchor_of(text: str, sha256: str, page: int | None) -> Anchor:
    """The anchor of a sentence.

    Raises
    ------
    ValueError
        If the sentence has no letters or digits.
    """
    letters = letters_of(text)
    if not letters:
        raise ValueError("a sentence without letters cannot be anchored")
    width = min(WINDOW, len(letters))
    last = len(letters) - width
    offsets = sorted({round(last * step / (_MARKS - 1)) for step in range(_MARKS)})
    marks = tuple((offset, _digest(letters[offset : offset + width], 5)) for offset in offsets)
    return Anchor(sha256, page, len(letters), whole_of(letters), marks)


def write_marks(marks: Sequence[tuple[int, str]]) -> str:
    """Marks as one table cell: ``0:9f2c… 31:77ab…``."""
    return " ".join(f"{offset}:{digest}" for offset, digest in marks)


def read_marks(cell: str) -> tuple[tuple[int, str], ...]:
    """The inverse of :func:`write_marks`.

    Raises
    ------
    ValueError
        If the cell is not a list of ``offset:digest``.
    """
    marks = []
    for part in cell.split():
        offset, _, digest = part.partition(":")
        if not offset.isdigit() or not digest:
            raise ValueError(f"not a mark: {part}")
        marks.append((int(offset), digest))
    return tuple(marks)


class TextIndex:
    """A document's text made searchable by anchors.

    Parameters
    ----------
    text
        The document's text.
    page_starts
        The offset at which each page begins, in order; empty for a text without pages.
    """

    def __init__(self, text: str, page_starts: Sequence[int] = ()) -> None:
        letters: list[str] = []
        offsets: list[int] = []
        for offset, character in enumerate(text):
            folded = _fold_fast(character)
            letters.append(folded)
            offsets.extend([offset] * len(folded))
        self._letters = "".join(letters)
        self._offsets = offsets
        self._page_starts = list(page_starts)

    @cached_property
    def _windows(self) -> dict[str, list[int]]:
        windows: dict[str, list[int]] = {}
        for position in range(len(self._letters) - WINDOW + 1):
            key = _digest(self._letters[position : position + WINDOW], 5)
            windows.setdefault(key, []).append(position)
        return windows

    def find(self, anchor: Anchor) -> Place | None:
        """The best place for ``anchor``, or None where too few of its windows occur together."""
        width = min(WINDOW, anchor.length)
        if width < WINDOW:
            return self._find_short(anchor)
        heads = [p for p in self._windows.get(anchor.marks[0][1], ()) if self._is_whole(p, anchor)]
        if heads:
            best = min(heads, key=lambda p: (self._pages_away(p, anchor), p))
            return self._place(best, best + anchor.length, exact=True)
        return self._find_by_vote(anchor)

    def _is_whole(self, position: int, anchor: Anchor) -> bool:
        return _digest(self._letters[position : position + anchor.length], 8) == anchor.whole

    def _find_short(self, anchor: Anchor) -> Place | None:
        found = [p for p in range(len(self._letters) - anchor.length + 1) if self._is_whole(p, anchor)]
        if not found:
            return None
        best = min(found, key=lambda p: (self._pages_away(p, anchor), p))
        return self._place(best, best + anchor.length, exact=True)

    def _find_by_vote(self, anchor: Anchor) -> Place | None:
        votes: Counter[int] = Counter()
        seen: dict[int, list[tuple[int, int]]] = {}
        for offset, digest in anchor.marks:
            for position in self._windows.get(digest, ()):
                seen.setdefault(offset, []).append((position, position - offset))
        starts = [start for places in seen.values() for _, start in places]
        drift = max(_DRIFT, anchor.length // 3)
        for start in set(starts):
            votes[start] = sum(any(abs(s - start) <= drift for _, s in places) for places in seen.values())
        needed = min(2, len(anchor.marks))
        good = [start for start, count in votes.items() if count >= needed]
        if not good:
            return None
        best = min(good, key=lambda s: (-votes[s], self._pages_away(max(0, s), anchor), s))
        used = sorted(p for places in seen.values() for p, s in places if abs(s - best) <= drift)
        first_offset = min(o for o, places in seen.items() if any(abs(s - best) <= drift for _, s in places))
        last_offset = max(o for o, places in seen.items() if any(abs(s - best) <= drift for _, s in places))
        start = max(0, used[0] - first_offset)
        end = min(len(self._letters), used[-1] + (anchor.length - last_offset))
        return self._place(start, end, exact=False) if end > start else None

    def _pages_away(self, position: int, anchor: Anchor) -> int:
        if anchor.page is None or not self._page_starts:
            return 0
        page = bisect.bisect_right(self._page_starts, self._offsets[min(position, len(self._offsets) - 1)])
        return abs(page - anchor.page)

    def _place(self, first: int, after: int, exact: bool) -> Place:
        return Place(self._offsets[first], self._offsets[after - 1] + 1, exact)


def _fold_fast(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    return _fold(character)
