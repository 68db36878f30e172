"""How far a document's structure tags can serve as a yardstick. They are asked alone: our own text plays no part."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

MOST_OUT_OF_ORDER = 0.1
"""Share of words tagged out of order beyond which a document's tags are no yardstick of order."""
MOST_CONTRADICTED = 0.25
"""Share of titles in the print of headings that are not tagged as such, beyond which tags are no yardstick of them."""

_LEADERS = re.compile(r"(?:\.\s?){4,}|…{2,}|_{5,}")
_PAGE_AT_END = re.compile(r"\s(?:\d{1,3}|[ivxl]{1,6})\s*$")
_BULLET = re.compile(r"\s*(?:[•●○▪■□◦‣⁃∙❑➢✓❖►·]|[–—*-]\s|o\s(?=[A-Z]))")
_SENTENCE = re.compile(r"[a-z)]\.\W?\d{0,3}\s*$")
_FEW = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of the author's on one page: its kind, words, print (height, font, weight) and box."""

    page: int
    kind: str
    text: str
    size: float
    font: str
    bold: bool
    box: tuple[float, float, float, float]

    @property
    def print(self) -> tuple[float, str, bool]:
        return self.size, self.font, self.bold

    def joined(self, other: Piece) -> Piece:
        """This piece and more of the same block; the print of the longer part counts."""
        longer = self if len(self.text) >= len(other.text) else other
        a, b = self.box, other.box
        box = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
        return replace(longer, text=self.text + other.text, bold=self.bold and other.bold, box=box)


def headings(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces tagged as headings, without rows of contents, list items and sentences so tagged."""
    tagged = [piece for piece in pieces if piece.kind == "heading" and any(map(str.isalpha, piece.text))]
    numbered = Counter(piece.page for piece in tagged if _PAGE_AT_END.search(piece.text))
    return [
        piece
        for piece in tagged
        if _is_short(piece.text)
        and not _LEADERS.search(piece.text)
        and not (_PAGE_AT_END.search(piece.text) and numbered[piece.page] > _FEW)
    ]


def _is_short(text: str) -> bool:
    words = len(text.split())
    return words <= 30 and not _BULLET.match(text) and not (words > 12 and _SENTENCE.search(text))


def contradicted(pieces: Sequence[Piece]) -> float:
    """Of all short pieces in the prints of headings, the share that is tagged as plain text.

    A print is a heading's where three headings or more are set in it, and it is not the print of most of the text.
    Short is up to twelve words that end no sentence. Nan where nothing is tagged as a heading.
    """
    real = headings(pieces)
    if not real:
        return float("nan")
    used: Counter[tuple[float, str, bool]] = Counter()
    for piece in pieces:
        if piece.kind == "text":
            used[piece.print] += len(piece.text)
    body = used.most_common(1)[0][0] if used else None
    prints = Counter(piece.print for piece in real)
    own = {kind for kind, count in prints.items() if count >= _FEW and kind != body}
    plain = sum(piece.print in own and _could_be_title(piece) for piece in pieces)
    return plain / max(1, plain + sum(piece.print in own for piece in real))


def _could_be_title(piece: Piece) -> bool:
    text = piece.text.strip()
    return (
        piece.kind == "text"
        and sum(map(str.isalpha, text)) > 3
        and len(text.split()) <= 12
        and text[-1] not in ".;,:"
        and _is_short(text)
    )


def out_of_order(pieces: Iterable[Piece]) -> float:
    """Share of the words of running text whose block is tagged after one that a reader comes to later.

    That is one wholly below it in the same column, or wholly right of it at the same height. Blocks of one line count
    as such later ones only below, since labels and their values stand side by side in either order.
    """
    pages: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.kind in ("text", "heading") and piece.text.strip():
            pages[piece.page].append(piece)
    wrong = total = 0
    for blocks in pages.values():
        for at, block in enumerate(blocks):
            count = len(block.text.split())
            total += count
            wrong += count * any(_later(block, before) for before in blocks[:at])
    return wrong / max(1, total)


def _later(block: Piece, before: Piece) -> bool:
    """Whether ``before`` should be read after ``block``."""
    x0, top, x1, bottom = block.box
    a, b, c, d = before.box
    if b >= bottom - 2:
        return min(x1, c) - max(x0, a) > 0.5 * min(x1 - x0, c - a)
    lines = d - b > 1.8 * before.size and bottom - top > 1.8 * block.size
    return lines and a >= x1 - 2 and min(bottom, d) - max(top, b) > 0.5 * min(bottom - top, d - b)
