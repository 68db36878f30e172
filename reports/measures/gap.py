"""The narrative gap: barriers that evidence raises, and whether later policy of the same programme takes them up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from reports.measures.calendar import is_evidence, is_policy
from reports.measures.counts import BARRIERS
from reports.measures.dates import order, published
from reports.measures.intervals import Interval, garwood, wilson
from reports.views import DocumentView

PER = 1000


@dataclass(frozen=True, slots=True)
class GapRow:
    """One barrier in one programme: rates per 1,000 body sentences with 95% intervals, and their ratio.

    ``ratio`` is taken up over raised; its interval comes from the conditional binomial (Przyborowski & Wilenski 1940)
    with Wilson's bounds. It is None where neither side names the barrier or the raising side is empty.
    """

    programme: str
    barrier: str
    raised: int
    raised_sentences: int
    raised_rate: Interval
    taken: int
    taken_sentences: int
    taken_rate: Interval
    ratio: Interval | None
    evidence: tuple[str, ...]
    policy: tuple[str, ...]
    order_known: bool


def narrative_gap(views: Sequence[DocumentView], counts: pd.DataFrame) -> Iterator[GapRow]:
    """Rows by programme and barrier, for programmes with evidence and with policy that is not older than all of it."""
    readable = [view for view in views if view.text("programme") and view.doc_id in counts.index]
    for programme in sorted({view.text("programme") for view in readable}):
        inside = [view for view in readable if view.text("programme") == programme]
        evidence = [view for view in inside if is_evidence(view)]
        later = [view for view in filter(is_policy, inside) if _later(view, evidence) is not None]
        if evidence and later:
            known = all(_later(view, evidence) for view in later)
            yield from _rows(programme, [v.doc_id for v in evidence], [v.doc_id for v in later], counts, known)


def _later(policy: DocumentView, evidence: Sequence[DocumentView]) -> bool | None:
    """True where some evidence came out before, False where the dates leave it open, None where all came after."""
    orders = {order(published(one.text("published")), published(policy.text("published"))) for one in evidence}
    if "before" in orders:
        return True
    return False if "unknown" in orders else None


def _rows(
    programme: str, evidence: list[str], policy: list[str], counts: pd.DataFrame, known: bool
) -> Iterator[GapRow]:
    raising, taking = counts.loc[evidence], counts.loc[policy]
    said, heard = int(raising["sentences"].sum()), int(taking["sentences"].sum())
    if not said or not heard:
        return
    for barrier in BARRIERS:
        column = f"barrier.{barrier}"
        raised = int(raising[column].sum()) if column in counts else 0
        taken = int(taking[column].sum()) if column in counts else 0
        yield GapRow(
            programme,
            barrier,
            raised,
            said,
            _per_thousand(raised, said),
            taken,
            heard,
            _per_thousand(taken, heard),
            rate_ratio(taken, heard, raised, said),
            tuple(evidence),
            tuple(policy),
            known,
        )


def _per_thousand(count: int, sentences: int) -> Interval:
    return garwood(count, sentences / PER)


def rate_ratio(count: int, exposure: float, other_count: int, other_exposure: float) -> Interval | None:
    """The ratio of two rates, ``(count / exposure) / (other_count / other_exposure)``, given their sum.

    Given ``count + other_count``, ``count`` is binomial; Wilson's bounds on its share become bounds on the ratio.

    >>> i = rate_ratio(10, 100, 20, 100)
    >>> round(i.estimate, 3), round(i.low, 3), round(i.high, 3)
    (0.5, 0.238, 1.05)
    """
    if not other_count:
        return None
    share = wilson(count, count + other_count)
    scale = other_exposure / exposure
    high = share.high / (1 - share.high) * scale if share.high < 1 else float("inf")
    return Interval(
        count / other_count * scale, share.low / (1 - share.low) * scale, high, "conditional binomial, Wilson"
    )
