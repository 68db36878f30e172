"""Sentences as markup: overlapping mentions cut into segments that each know all the codes that cover them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Mark:
    """A mention inside its sentence: offsets from the sentence's start, its number on the page and its lane."""

    start: int
    end: int
    number: int
    lane: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a sentence that is covered by the same mentions from end to end."""

    start: int
    end: int
    marks: tuple[Mark, ...]


def segments(length: int, marks: Sequence[Mark]) -> tuple[Segment, ...]:
    """Cut ``0..length`` wherever a mention starts or ends.

    The segments meet without gap, so that joining them gives the sentence back. Marks that reach over the sentence's
    ends are cut off there.
    """
    inside = [mark for mark in marks if mark.start < length and mark.end > 0]
    edges = {0, length}
    for mark in inside:
        edges |= {max(0, mark.start), min(length, mark.end)}
    cuts = sorted(edges)
    return tuple(
        Segment(start, end, tuple(mark for mark in inside if mark.start <= start and mark.end >= end))
        for start, end in pairwise(cuts)
    )


def marked(text: str, marks: Sequence[Mark]) -> Markup:
    """The sentence with its mentions; everything from the document is escaped."""
    if not marks:
        return escape(text)
    parts: list[str] = []
    for segment in segments(len(text), marks):
        piece = escape(text[segment.start : segment.end])
        if segment.marks:
            lanes = " ".join(f"k{n}" for n in sorted({mark.lane for mark in segment.marks}))
            numbers = " ".join(str(mark.number) for mark in segment.marks)
            parts.append(f'<mark class="{lanes}" data-m="{numbers}">{piece}</mark>')
        else:
            parts.append(str(piece))
    return Markup("".join(parts))
