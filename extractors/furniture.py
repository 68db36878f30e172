"""Running headers, footers and page numbers: what comes back in the margins of page after page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from extractors.assembly import PageFrame
from extractors.lines import Line

_BAND = 0.14
"""Furniture stands in this share of the page's height at its top or bottom."""

_LETTERS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_NUMBERS = re.compile(r"^\W*\d{1,4}(?!\d)|(?<!\d)\d{1,4}\W*$")
_NUMBER = re.compile(r"(?:page|p\.|[-–—|•\s])*(\d{1,6}|[ivxlc]{1,7})(?:[-–—|•\s]|of \d+|/ ?\d+)*$", re.I)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def find_furniture(frames: Sequence[PageFrame], pages: Sequence[Sequence[Line]]) -> set[int]:
    """``id()`` of every line that is furniture.

    A line in the top or bottom band is furniture where its words come back, whatever numbers they hold, at the same
    height on other pages; left and right pages and chapters may have their own. A number alone in a band is a page
    number where it keeps its distance from the count of pages on other pages.
    """
    repeated: dict[tuple[str, bool, int], list[tuple[int, float, int]]] = defaultdict(list)
    stamps: dict[str, list[tuple[int, float, int]]] = defaultdict(list)
    numbers: dict[tuple[int, bool], list[tuple[int, int]]] = defaultdict(list)
    for frame, lines in zip(frames, pages, strict=True):
        if not lines:
            continue
        for line in _band(frame, lines):
            at_top = line.middle < frame.height / 2
            text = " ".join(line.text.lower().split())
            counted = _NUMBERS.search(text) if _DIGIT.search(text) else None
            # a number that is the page's own keeps its distance from the count of pages; a note's mark does not
            distance = frame.number - int(re.sub(r"\D", "", counted.group())) if counted else 0
            words = _NUMBERS.sub("#", text) if counted else text
            repeated[words, at_top, distance].append((frame.number, line.middle, id(line)))
            letters = "".join(_LETTERS.findall(text)) if len(text) >= 20 else ""
            if len(letters) >= 20:  # a printer's line, where only the numbers change
                stamps[letters].append((frame.number, line.middle, id(line)))
            if counted:
                repeated[text, at_top, 0].append((frame.number, line.middle, id(line)))
            value = _value(line.text)
            if value is not None:
                numbers[frame.number - value, at_top].append((frame.number, id(line)))
    result: set[int] = set()
    for (text, _, _), found in repeated.items():
        if len(found) > 1:
            result |= _recurring(found, len(frames), 30.0 if len(text) >= 20 else 12.0, len(text) > 60)
    often = max(4, len(frames) // 4)
    for found in stamps.values():
        if len(found) >= often and len({page for page, _, _ in found}) >= often:
            result |= _recurring(found, len(frames), 1.5)
    least = min(3, max(2, len(frames)))
    for entries in numbers.values():
        if len({page for page, _ in entries}) >= least:
            result.update(line for _, line in entries)
    result |= _same_slot(frames, pages, result)
    return _outermost(frames, pages, result)


def _same_slot(frames: Sequence[PageFrame], pages: Sequence[Sequence[Line]], found: set[int]) -> set[int]:
    """Lines at the height and in the print of running heads of many other pages: heads of short chapters."""
    slots: dict[tuple[int, int], set[int]] = defaultdict(set)
    lines_at: dict[tuple[int, int], list[int]] = defaultdict(list)
    for frame, lines in zip(frames, pages, strict=True):
        for line in _band(frame, lines):
            slot = (round(line.bottom), round(line.size * 2))
            if id(line) in found:
                slots[slot].add(frame.number)
            else:
                lines_at[slot].append(id(line))
    enough = max(5, len(frames) // 5)
    return {line for slot, unknown in lines_at.items() if len(slots[slot]) >= enough for line in unknown}


def _outermost(frames: Sequence[PageFrame], pages: Sequence[Sequence[Line]], found: set[int]) -> set[int]:
    """Only the lines between which and the page's edge stands nothing but furniture."""
    result: set[int] = set()
    for frame, lines in zip(frames, pages, strict=True):
        here = [line for line in lines if id(line) in found]
        if not here:
            continue
        others = [line.middle for line in lines if not line.angle and id(line) not in found]
        first, last = min(others, default=frame.height), max(others, default=0.0)
        result.update(id(line) for line in here if line.angle or line.middle < first + 3 or line.middle > last - 3)
    return result


def _band(frame: PageFrame, lines: Sequence[Line]) -> list[Line]:
    """Lines in the margins: outside the band's limits, and outermost on their page but for other such lines."""
    low, high = _BAND * frame.height, (1 - _BAND) * frame.height
    return [line for line in lines if line.bottom < low or line.top > high or line.angle]


def _recurring(found: list[tuple[int, float, int]], pages: int, apart: float, long: bool = False) -> set[int]:
    """Lines of equal words on enough pages, at heights no more than ``apart`` points from one another."""
    least = 3 if pages > 6 else 2
    if long:  # sentences come back too: under tables, at the foot of forms
        least = max(least, pages // 8)
    found = sorted(found, key=lambda item: item[1])
    result: set[int] = set()
    start = 0
    for end in range(1, len(found) + 1):
        if end == len(found) or found[end][1] - found[end - 1][1] > apart:
            group = found[start:end]
            if len({page for page, _, _ in group}) >= least:
                result.update(line for _, _, line in group)
            start = end
    return result


def _value(text: str) -> int | None:
    """The number of a page number, Arabic or Roman."""
    match = _NUMBER.match(text.strip())
    if not match:
        return None
    word = match.group(1).lower()
    if word.isdigit():
        return int(word)
    total = 0
    for letter, following in zip(word, [*word[1:], "i"], strict=True):
        value = _ROMAN[letter]
        total += -value if value < _ROMAN[following] else value
    return total
