"""Footnotes: smaller print, or print under a short rule, at the foot of a column, that begins with a mark."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from extractors.lines import Line
from extractors.rules import Rectangle, Rules

_MARK_ALONE = re.compile(r"(?:\d{1,3}|[*†‡§]{1,3})[.)]?")
_NUMBER_MARK = re.compile(r"\s*(\d{1,3}|[*†‡§]{1,3})[\s.)]*(?=[^\s\d.)])")


@dataclass(slots=True)
class Note:
    """A footnote's lines and its mark, ``""`` for the rest of a note that began on the page before."""

    label: str
    lines: list[Line]


Separators = list[tuple[float, float, float]]
"""Left end, right end and height of short rules that may part notes from text."""


def separators(rules: Rules, regions: list[Rectangle]) -> Separators:
    """The rules that stand alone, outside tables, boxes and diagrams."""
    result: Separators = []
    for x0, top, x1, bottom in rules.horizontal.tolist():
        y = (top + bottom) / 2
        if x1 - x0 > 25 and not any(a - 6 < x1 and x0 < c + 6 and b - 6 < y < d + 6 for a, b, c, d in regions):
            result.append((x0, x1, y))
    return result


def split_notes(lines: list[Line], ruled: Separators, body: float, unfinished: bool) -> tuple[list[Line], list[Note]]:
    """Part a page's lines into running text and notes.

    Parameters
    ----------
    lines
        Without furniture and tables.
    body
        Height of the document's body print.
    ruled
        Rules that may part notes from text.
    unfinished
        Whether the page before ended inside a note, so that this page's notes may begin without a mark.
    """
    notes: list[Note] = []
    taken: set[int] = set()
    called = {call.label for line in lines for call in line.calls if call.start > line.start}
    for group in _foot_groups(lines, ruled, body):
        ordered = sorted(group, key=lambda line: (round(line.bottom), line.x0))
        if not _stands_below(ordered, lines, body):
            continue
        starts = [at for at, line in enumerate(ordered) if _label(line, ordered[at - 1] if at else None)]
        if not starts:
            if not (unfinished and _ruled_above(ordered[0], ruled)):
                continue
            starts = []
        elif not (called & {_label(ordered[at], None) for at in starts}) and not _ruled_above(ordered[0], ruled):
            continue
        elif starts[0] > 0 and not (unfinished or _ruled_above(ordered[0], ruled)):
            ordered = ordered[starts[0] :]
            starts = [at - starts[0] for at in starts]
        edges = sorted({0, *starts, len(ordered)})
        for start, end in itertools.pairwise(edges):
            label = _label(ordered[start], None) if start in starts else ""
            notes.append(Note(label, ordered[start:end]))
        taken.update(id(line) for line in ordered)
    return [line for line in lines if id(line) not in taken], notes


def _stands_below(group: list[Line], lines: list[Line], body: float) -> bool:
    """Whether print of the body's size stands above: a page all in small print has no notes because of its size."""
    top = group[0].top
    return any(line.bottom <= top + 2 and line.size >= 0.96 * body and len(line.text) > 3 for line in lines)


def _label(line: Line, before: Line | None) -> str:
    if line.calls and line.calls[0].start == line.start:
        return line.calls[0].label
    if _MARK_ALONE.fullmatch(line.text):
        return line.text.strip(". )")
    match = _NUMBER_MARK.match(line.text)
    if not match:
        return ""
    if before is not None and line.x0 > before.x0 + 3 and not match.group(1).isdigit():
        return ""
    return match.group(1)


def _foot_groups(lines: list[Line], ruled: Separators, body: float) -> list[list[Line]]:
    """Lines at the foot of each column with no body print below them."""
    if not lines:
        return []
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    middle = (min(line.top for line in lines) + max(line.bottom for line in lines)) / 2
    short = [rule for rule in ruled if rule[2] > middle and rule[1] - rule[0] < 0.5 * (right - left)]
    result: list[list[Line]] = []
    candidates: list[Line] = []
    blocking: list[Line] = []
    for line in sorted(lines, key=lambda item: -item.bottom):
        small = line.size < 0.94 * body or (
            bool(short)
            and line.size < 1.02 * body
            and any(line.middle > y and x0 < line.x1 and abs(x0 - line.x0) < 60 for x0, _, y in short)
        )
        if small and not any(_beside(line, other) for other in blocking):
            candidates.append(line)
        else:
            blocking.append(line)
    tops: list[float] = []
    for line in candidates:
        reach = 2.2 * line.size
        for at, group in enumerate(result):
            if tops[at] - line.bottom < reach and _adjoins(line, group):
                group.append(line)
                tops[at] = min(tops[at], line.top)
                break
        else:
            result.append([line])
            tops.append(line.top)
    return [_below_rule(group, ruled) for group in result]


def _below_rule(group: list[Line], ruled: Separators) -> list[Line]:
    """Only what stands under the last separator in reach, where there is one."""
    top, bottom = min(line.top for line in group), max(line.bottom for line in group)
    right = max(line.x1 for line in group)
    inside = [y for x0, _, y in ruled if top - 14 < y < bottom and x0 < right]
    if not inside:
        return group
    return [line for line in group if line.middle > max(inside)] or group


def _adjoins(line: Line, group: list[Line]) -> bool:
    """Whether a line overlaps one of a group from left to right, or stands in one row with it."""
    x0, x1, middle = line.x0, line.x1, line.middle
    return any((x0 < other.x1 and other.x0 < x1) or abs(middle - other.middle) < 0.6 * other.size for other in group)


def _beside(one: Line, other: Line) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1


def _ruled_above(line: Line, ruled: Separators) -> bool:
    return any(-2 < line.top - y < 2.2 * line.size and x0 < line.x1 and x1 > line.x0 for x0, x1, y in ruled)
