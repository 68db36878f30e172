"""A run diff as lines for the terminal."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from reports.diff import MeasureChange, RunDiff, SpanChange

WIDTH = 90


def diff_lines(diff: RunDiff, most: int) -> Iterator[str]:
    """Counts first, then up to ``most`` of each kind of change."""
    yield f"{diff.a} → {diff.b}"
    if diff.same:
        yield "nothing moved"
        return
    for name, changes in (("documents", diff.documents), ("mentions", diff.mentions), ("claims", diff.claims)):
        counts = Counter(change.change for change in changes)
        said = ", ".join(f"{number:,} {change}" for change, number in sorted(counts.items())) or "as before"
        yield f"{name:<9} {said}"
    apart = sum(change.apart for change in diff.measures)
    yield f"{'measures':<9} {len(diff.measures):,} moved, {apart:,} of them beyond their intervals"
    for change in diff.documents[:most]:
        yield f"  {change.change} {change.doc_id}  {change.detail}"
    yield from _measures(diff.measures, most)
    yield from _spans(diff.claims, most)
    yield from _spans(diff.mentions, most)


def _measures(changes: Sequence[MeasureChange], most: int) -> Iterator[str]:
    first = sorted(changes, key=lambda c: (not c.apart, c.scope != "corpus", c.scope, c.doc_id, c.measure))
    for change in first[:most]:
        where = change.doc_id or change.scope
        yield f"  {change.measure} of {where}: {_number(change.before)} → {_number(change.after)}"


def _spans(changes: Sequence[SpanChange], most: int) -> Iterator[str]:
    for change in changes[:most]:
        text = change.text if len(change.text) <= WIDTH else f"{change.text[: WIDTH - 1]}…"
        labels = " → ".join(label for label in (change.before, change.after) if label)
        yield f"  {change.change} {labels}  {change.doc_id} p. {change.page}: {text}"


def _number(value: float) -> str:
    return "not given" if math.isnan(value) else f"{value:.3g}"
