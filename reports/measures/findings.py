"""Findings about single documents and programmes as rows of ``measures.parquet``."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from reports.measures.gap import GapRow
from reports.measures.intervals import Interval, wilson
from reports.measures.prevalence import prevalence_rows
from reports.measures.recommendations import ANSWERS
from reports.measures.row import MINIMUM_N, MeasureRow, Scope

if TYPE_CHECKING:
    from reports.evidence import Evidence

NAN = math.nan
USES = ("cited", "passed_over", "too_late", "order_unknown")


def finding_rows(evidence: Evidence) -> Iterator[MeasureRow]:
    """Rows for windows, recommendations, the calendar, quotations, contrasts and the narrative gap."""
    yield from prevalence_rows(list(evidence.views.values()), evidence.model)
    yield from _windows(evidence)
    yield from _recommendations(evidence)
    yield from _calendar(evidence)
    yield from _quotations(evidence)
    yield from _contrasts(evidence)
    for row in evidence.gap:
        yield from _gap(row)


def counted(scope: Scope, name: str, measure: str, *, count: int, n: int, method: str) -> MeasureRow:
    """A plain count: no interval, because nothing was sampled."""
    return MeasureRow(scope, name, measure, float(count), NAN, NAN, n, method)


def share_row(scope: Scope, name: str, measure: str, count: int, n: int) -> MeasureRow:
    """A share with Wilson's interval, withheld under the minimum."""
    if n < MINIMUM_N:
        return MeasureRow(
            scope, name, measure, NAN, NAN, NAN, n, f"withheld: {count} of {n}, under the minimum of {MINIMUM_N}"
        )
    return _with_interval(scope, name, measure, wilson(count, n), n=n, before=f"{count} of {n}; ")


def _with_interval(
    scope: Scope, name: str, measure: str, interval: Interval, *, n: int, before: str = ""
) -> MeasureRow:
    high = interval.high if math.isfinite(interval.high) else NAN
    return MeasureRow(scope, name, measure, interval.estimate, interval.low, high, n, before + interval.method)


def _windows(evidence: Evidence) -> Iterator[MeasureRow]:
    by_document: dict[str, list[int]] = {}
    stated: Counter[str] = Counter()
    for window in evidence.windows:
        stated[window.doc_id] += 1
        if window.days is not None:
            by_document.setdefault(window.doc_id, []).append(window.days)
    for doc_id, number in sorted(stated.items()):
        sentences = int(evidence.counts.loc[doc_id, "sentences"])
        yield counted(
            "document", doc_id, "consultation.windows", count=number, n=sentences, method="stated in the text"
        )
        days = sorted(by_document.get(doc_id, ()))
        if days:
            method = f"shortest of {len(days)} stated; closing day minus opening day, or the stated length"
            yield counted("document", doc_id, "consultation.days", count=days[0], n=len(days), method=method)
    every = sorted(day for days in by_document.values() for day in days)
    if every:
        middle = len(every) // 2
        median = every[middle] if len(every) % 2 else (every[middle - 1] + every[middle]) / 2
        yield MeasureRow(
            "corpus", "", "consultation.days", float(median), NAN, NAN, len(every), "median of the windows with days"
        )


def _recommendations(evidence: Evidence) -> Iterator[MeasureRow]:
    by_document: dict[str, list[str]] = {}
    for item in evidence.items:
        by_document.setdefault(item.doc_id, []).append(item.answer)
    everything: list[tuple[Scope, str, list[str]]] = [("document", name, found) for name, found in by_document.items()]
    if everything:
        everything.append(("corpus", "", [answer for _, _, found in everything for answer in found]))
    for scope, name, answers in everything:
        for answer in ANSWERS:
            yield share_row(scope, name, f"recommendations.{answer}", answers.count(answer), len(answers))


def _calendar(evidence: Evidence) -> Iterator[MeasureRow]:
    by_policy: dict[str, list[str]] = {}
    for entry in evidence.calendar:
        by_policy.setdefault(entry.policy, []).append(entry.use)
    everything: list[tuple[Scope, str, list[str]]] = [("document", name, found) for name, found in by_policy.items()]
    if everything:
        everything.append(("corpus", "", [use for _, _, found in everything for use in found]))
    method = "evidence of the same programme"
    for scope, name, uses in everything:
        for use in USES:
            yield counted(scope, name, f"calendar.{use}", count=uses.count(use), n=len(uses), method=method)


def _quotations(evidence: Evidence) -> Iterator[MeasureRow]:
    quoting: dict[str, list[str]] = {}
    for quotation in evidence.quotations:
        quoting.setdefault(quotation.doc_id, []).append(quotation.left_out)
    for doc_id, left in sorted(quoting.items()):
        method = "sentences aligned with evidence of the same programme"
        sentences = int(evidence.counts.loc[doc_id, "sentences"])
        yield counted("document", doc_id, "quotation.sentences", count=len(left), n=sentences, method=method)
        yield share_row("document", doc_id, "quotation.left_out", _omissions(left), len(left))
    if quoting:
        every = [one for left in quoting.values() for one in left]
        yield share_row("corpus", "", "quotation.left_out", _omissions(every), len(every))


def _omissions(left: Iterable[str]) -> int:
    return sum(one != "nothing" for one in left)


def _contrasts(evidence: Evidence) -> Iterator[MeasureRow]:
    totals: dict[str, tuple[int, int]] = {}
    for doc_id, profile in sorted(evidence.profiles.items()):
        for contrast in profile:
            before = totals.get(contrast.name, (0, 0))
            totals[contrast.name] = (before[0] + contrast.joint, before[1] + contrast.transfer)
            both = contrast.joint + contrast.transfer
            if both:
                yield share_row("document", doc_id, f"contrast.{contrast.name}.joint_share", contrast.joint, both)
    for name, (joint, transfer) in totals.items():
        yield share_row("corpus", "", f"contrast.{name}.joint_share", joint, joint + transfer)


def _gap(row: GapRow) -> Iterator[MeasureRow]:
    name = f"programme:{row.programme}"
    order = "" if row.order_known else "; order of publication not settled by the dates"
    sides = (
        ("raised", row.raised, row.raised_sentences, row.raised_rate),
        ("taken_up", row.taken, row.taken_sentences, row.taken_rate),
    )
    for side, count, n, rate in sides:
        interval = Interval(rate.estimate, rate.low, rate.high, rate.method + order)
        yield _with_interval(
            "group", name, f"gap.{row.barrier}.{side}", interval, n=n, before=f"{count} in {n} sentences; "
        )
    total = row.raised + row.taken
    if row.ratio is not None and total >= MINIMUM_N:
        method = f"taken up over raised; {row.ratio.method}{order}"
        interval = Interval(row.ratio.estimate, row.ratio.low, row.ratio.high, method)
        yield _with_interval("group", name, f"gap.{row.barrier}.ratio", interval, n=total)
