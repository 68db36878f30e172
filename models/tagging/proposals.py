"""Where patterns and reader together see a possible mention, and how strongly each of them does.

A proposal is either a span that the reader sees, with the candidates that overlap it, or a candidate that the reader
does not see. What is known of it goes into a few named numbers, from which a regression decides
(:mod:`models.tagging.joint`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.tagging.candidates import Candidate
from models.tagging.reader import Floats, Reading

FEATURES = (
    "peak", "mean", "filter", "no pattern", "sentence", "read", "peak without pattern", "sentence without pattern",
    "short",
)  # fmt: skip
LOWEST = 0.15  # probability of a piece from which on the reader is taken to see something
_SHARE = 0.5  # a span ends where the probability falls below this share of its highest
_FIRST = 0.3  # a piece this probably the first of a mention starts another span
_MOST = 9.0
_SHORT = 90


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with the filter's probability; None where the filter has no say and it is accepted unseen."""

    candidate: Candidate
    probability: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A possible mention of ``code``: the span, the candidates there, the pieces, and its features in their order."""

    start: int
    end: int
    code: str
    candidates: tuple[Judged, ...]
    seen: bool
    first: int
    last: int
    features: tuple[float, ...]


def _log_odds(probability: float) -> float:
    return math.log((probability + 1e-4) / (1 - probability + 1e-4))


def _bounded(value: float) -> float:
    return max(-_MOST, min(_MOST, value))


def seen_spans(inside: Floats, begin: Floats) -> list[tuple[int, int]]:
    """First and last piece of each span that the reader sees, around the pieces of highest probability.

    Parameters
    ----------
    inside, begin
        Log-odds of one code, shape ``(pieces,)``.
    """
    if not len(inside) or float(inside.max()) < math.log(LOWEST / (1 - LOWEST)):
        return []
    within = 1 / (1 + np.exp(-inside.astype(np.float64)))
    starts = 1 / (1 + np.exp(-begin.astype(np.float64)))
    cut = (starts > _FIRST) & (starts > 0.5 * within)
    used = np.zeros(len(within), dtype=bool)
    out = []
    for peak in np.argsort(-within, kind="stable"):
        if within[peak] < LOWEST:
            break
        if used[peak]:
            continue
        least = max(LOWEST, _SHARE * within[peak])
        first = last = int(peak)
        while first > 0 and not used[first - 1] and within[first - 1] >= least and not cut[first]:
            first -= 1
        while last + 1 < len(within) and not used[last + 1] and within[last + 1] >= least and not cut[last + 1]:
            last += 1
        used[first : last + 1] = True
        if first > 0 and not cut[first]:  # the slope of a span is no span of its own
            used[first - 1] = True
        if last + 1 < len(within) and not cut[last + 1]:
            used[last + 1] = True
        out.append((first, last))
    return sorted(out)


def proposals(text: str, judged: Sequence[Judged], reading: Reading, code: str, place: int) -> list[Proposal]:
    """The proposals of one code in a sentence.

    Parameters
    ----------
    judged
        The candidates of the sentence that the filter judges, of any code.
    place
        Where the code stands among those of the reader.
    """
    inside = reading.inside[:, place]
    own = [j for j in judged if j.candidate.code == code]
    spans = seen_spans(inside, reading.begin[:, place])
    if not own and not spans:
        return []
    sentence, short = _bounded(float(reading.sentence[place])), float(len(text) < _SHORT)
    out = []
    left = list(own)
    for first, last in spans:
        start, end = int(reading.starts[first]), int(reading.ends[last])
        here = [j for j in own if j.candidate.start < end and start < j.candidate.end]
        left = [j for j in left if j not in here]
        numbers = _features(inside[first : last + 1], here, sentence, True, short)
        out.append(Proposal(*_whole_words(text, start, end), code, tuple(here), True, first, last, numbers))
    taken: list[Judged] = []
    for j in sorted(left, key=lambda j: (-(j.probability or 0.0), j.candidate.start, j.candidate.end)):
        c = j.candidate
        if any(t.candidate.start < c.end and c.start < t.candidate.end for t in taken):
            continue
        taken.append(j)
        inner = np.flatnonzero((reading.starts < c.end) & (reading.ends > c.start))
        first, last = (int(inner[0]), int(inner[-1])) if len(inner) else (0, -1)
        numbers = _features(inside[first : last + 1], [j], sentence, False, short)
        out.append(Proposal(c.start, c.end, code, (j,), False, first, last, numbers))
    return out


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The place with the words whole that it begins and ends in: a reader's pieces are parts of words."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _features(inside: Floats, here: Sequence[Judged], sentence: float, seen: bool, short: float) -> tuple[float, ...]:
    peak = _bounded(float(inside.max())) if len(inside) else -_MOST
    mean = _bounded(float(inside.mean())) if len(inside) else -_MOST
    known = [j.probability for j in here if j.probability is not None]
    bare = float(not known)
    given = _log_odds(max(known)) if known else 0.0
    return peak, mean, given, bare, sentence, float(seen), peak * bare, sentence * bare, short
