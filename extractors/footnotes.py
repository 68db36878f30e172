"""Footnotes: smaller print, or print under a short rule, at the foot of a column, that begins with a mark."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.lines import Line
from extractors.rules import Rules

MARK = re.compile(r"\s*(\d{1,3}|[*†‡§¶]{1,3}|[ivxl]{1,6}|[a-z])(?=[\s.)]|[^\W\d_]|[“\"'‘(\[])")
_NUMBER_MARK = re.compile(r"\s*(\d{1,3}|[*†‡§]{1,3})[\s.)]*(?=[^\s\d.)])")


@dataclass(slots=True)
class Note:
    """A footnote's lines and its mark, ``""`` for the rest of a note that began on the page before."""

    label: str
    lines: list[Line]


def split_notes(lines: list[Line], rules: Rules, body: float, unfinished: bool) -> tuple[list[Line], list[Note]]:
    """Part a page's lines into running text and notes.

    Parameters
    ----------
    lines
        Without furniture and tables.
    body
        Height of the document's body print.
    unfinished
        Whether the page before ended inside a note, so that this page's notes may begin without a mark.
    """
    notes: list[Note] = []
    taken: set[int] = set()
    called = {call.label for line in lines for call in line.calls if call.start > line.start}
    for group in _foot_groups(lines, rules, body):
        ordered = sorted(group, key=lambda line: (round(line.bottom), line.x0))
        if not _stands_below(ordered, lines, body):
            continue
        starts = [at for at, line in enumerate(ordered) if _label(line, ordered[at - 1] if at else None)]
        if not starts:
            if not (unfinished and _ruled_above(ordered[0], rules)):
                continue
            starts = []
        elif not (called & {_label(ordered[at], None) for at in starts}) and not _ruled_above(ordered[0], rules):
            continue
        elif starts[0] > 0 and not (unfinished or _ruled_above(ordered[0], rules)):
            ordered = ordered[starts[0] :]
            starts = [at - starts[0] for at in starts]
        edges = sorted({0, *starts, len(ordered)})
        for start, end in zip(edges, edges[1:], strict=False):
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
    match = _NUMBER_MARK.match(line.text)
    if not match:
        return ""
    if before is not None and line.x0 > before.x0 + 3 and not match.group(1).isdigit():
        return ""
    return match.group(1)


def _foot_groups(lines: list[Line], rules: Rules, body: float) -> list[list[Line]]:
    """Lines at the foot of each column with no body print below them."""
    result: list[list[Line]] = []
    candidates: list[Line] = []
    blocking: list[Line] = []
    separators = [rule for rule in rules.horizontal.tolist() if 25 < rule[2] - rule[0] < 260]
    for line in sorted(lines, key=lambda item: -item.bottom):
        small = line.size < 0.94 * body or any(_under(line, rule, lines) for rule in separators)
        if small and not any(_beside(line, other) for other in blocking):
            candidates.append(line)
        else:
            blocking.append(line)
    for line in candidates:
        for group in result:
            if any(_beside(line, other) for other in group) and min(x.top for x in group) - line.bottom < 2.2 * line.size:
                group.append(line)
                break
        else:
            result.append([line])
    return [_below_rule(group, separators) for group in result]


def _below_rule(group: list[Line], separators: list[list[float]]) -> list[Line]:
    """Only what stands under the last separator in reach, where there is one."""
    top, bottom = min(line.top for line in group), max(line.bottom for line in group)
    inside = [rule[1] for rule in separators if top - 14 < rule[1] < bottom and rule[0] < max(x.x1 for x in group)]
    if not inside:
        return group
    below = [line for line in group if line.middle > max(inside)]
    return below or group


def _under(line: Line, rule: list[float], lines: list[Line]) -> bool:
    """Whether a short rule starts at the left edge of the text above this line, in the lower part of the page."""
    return line.middle > rule[3] and abs(rule[0] - min(x.x0 for x in lines)) < 40 and rule[1] > max(
        x.bottom for x in lines
    ) * 0.45 and line.size < 1.02 * max(x.size for x in lines) and rule[2] - rule[0] < 200


def _beside(one: Line, other: Line) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1


def _ruled_above(line: Line, rules: Rules) -> bool:
    return any(
        -2 < line.top - rule[1] < 2.2 * line.size and rule[0] < line.x1 and rule[2] > line.x0
        for rule in rules.horizontal.tolist()
    )
