"""What two coders agree on: Krippendorff's alpha for everything that the measures rest on, from the coded sample."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.codings import LABELS, Coding, LabelSet, SpanCoding
from models.statistics.agreement import bootstrap_alpha
from reports.labels import labels_in

THRESHOLD = 0.667
"""Krippendorff's lowest alpha for tentative conclusions (Content Analysis, 4th edition, chapter 12)."""
TOPS = ("barrier", "best_practice", "partnership", "learning_mode")
WORDS = {
    "barrier": "a barrier",
    "best_practice": "best practice",
    "partnership": "partnership",
    "learning_mode": "a picture of learning",
}
ROUNDS = 300


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """Alpha on one question with its 95% interval and the number of units; NaN where nobody has coded it."""

    key: str
    question: str
    alpha: float
    low: float
    high: float
    units: int

    @property
    def measured(self) -> bool:
        """False where no unit was coded twice, or all codings are the same."""
        return not math.isnan(self.alpha)

    @property
    def enough(self) -> bool:
        """Whether conclusions may rest on it."""
        return self.measured and self.alpha >= THRESHOLD

    @property
    def stamp(self) -> str:
        """What a table that rests on it is stamped with; empty where agreement suffices."""
        if not self.measured:
            return f"agreement not measured: {self.question}"
        return "" if self.enough else f"agreement {self.alpha:.2f}, below {THRESHOLD}: {self.question}"


@cache
def agreement(folder: Path = LABELS) -> Mapping[str, AgreementLine]:
    """Agreement by key (``claim``, ``depth``, ``mention.barrier``, ``locus``, …), intervals by documents.

    Keys are those that measures name in ``rests_on``. Without labels every line is "not measured".
    """
    return {line.key: line for line in _lines(labels_in(folder))}


def _lines(labels: LabelSet) -> Iterator[AgreementLine]:
    documents = {sentence.sentence: sentence.doc_id for sentence in labels.sentences}
    twice = {name: codings for name, codings in labels.codings_of().items() if len(codings) >= 2}
    questions: tuple[tuple[str, str, Callable[[Coding], str | None]], ...] = (
        ("claim", "neither, learning or legitimation", lambda c: c.claim),
        ("depth", "single or double loop, where both say learning", lambda c: c.depth or None),
        ("learner", "who learns, where both say learning", lambda c: c.learner or None),
    )
    for key, question, read in questions:
        units = {name: [read(coding) for coding in codings] for name, codings in twice.items()}
        if key != "claim":
            units = {name: codes for name, codes in units.items() if all(c.claim == "learning" for c in twice[name])}
        yield _line(key, question, units, documents)
    marked = {top: _read_twice(labels, top) for top in TOPS}
    for top, spans in marked.items():
        question = f"whether a sentence holds {WORDS[top]}"
        units = {name: [_holds(found, top) for found in by.values()] for name, by in spans.items()}
        yield _line(f"mention.{top}", question, units, documents)
    attributes: tuple[tuple[str, str, str, Callable[[SpanCoding], str | None]], ...] = (
        ("barrier_subcode", "barrier", "kind of barrier, on overlapping mentions", lambda s: s.code),
        ("locus", "barrier", "locus of barriers, on overlapping mentions", lambda s: s.locus or None),
        ("status", "barrier", "status of barriers, on overlapping mentions", lambda s: s.status or None),
        (
            "learning_mode_subcode",
            "learning_mode",
            "how learning is pictured, on overlapping mentions",
            lambda s: s.code,
        ),
    )
    for key, top, question, code in attributes:
        pairs = list(_overlapping(marked[top], top))
        yield _line(
            key,
            question,
            {f"{name}:{n}": [code(a), code(b)] for n, (name, a, b) in enumerate(pairs)},
            {f"{name}:{n}": documents[name] for n, (name, _, _) in enumerate(pairs)},
        )


def _holds(spans: list[SpanCoding], top: str) -> str:
    return "yes" if any(_top(span) == top for span in spans) else "no"


def _read_twice(labels: LabelSet, top: str) -> dict[str, dict[str, list[SpanCoding]]]:
    """Spans by sentence and coder of the sentences that two coders or more read for ``top``."""
    spans: dict[str, dict[str, list[SpanCoding]]] = {}
    for reading in sorted(labels.readings, key=lambda r: (r.sentence, r.coder)):
        if reading.covers(top):
            spans.setdefault(reading.sentence, {})[reading.coder] = []
    spans = {name: by for name, by in spans.items() if len(by) >= 2}
    for span in labels.spans:
        if span.coder in spans.get(span.sentence, {}):
            spans[span.sentence][span.coder].append(span)
    return spans


def _overlapping(
    spans: Mapping[str, Mapping[str, list[SpanCoding]]], top: str
) -> Iterator[tuple[str, SpanCoding, SpanCoding]]:
    """Mentions of ``top`` by the first two coders of a sentence that overlap, each used once."""
    for name, by_coder in spans.items():
        first, second, *_ = ([span for span in found if _top(span) == top] for found in by_coder.values())
        free = list(second)
        for one in first:
            other = next((span for span in free if span.start < one.end and one.start < span.end), None)
            if other is not None:
                free.remove(other)
                yield name, one, other


def _top(span: SpanCoding) -> str:
    return span.code.partition(".")[0]


def _line(
    key: str, question: str, units: Mapping[str, list[str | None]], documents: Mapping[str, str]
) -> AgreementLine:
    if not units:
        return AgreementLine(key, question, math.nan, math.nan, math.nan, 0)
    found = bootstrap_alpha(list(units.values()), groups=[documents[name] for name in units], rounds=ROUNDS)
    return AgreementLine(key, question, found.alpha, found.low, found.high, found.units)
