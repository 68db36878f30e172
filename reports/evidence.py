"""All that is found by setting documents beside each other, gathered once and used by measures and pages alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from reports.measures.calendar import CalendarEntry, evidence_calendar
from reports.measures.contrasts import ContrastCount, profile
from reports.measures.counts import document_counts
from reports.measures.gap import GapRow, narrative_gap
from reports.measures.held_out import model_of
from reports.measures.quotation import Quotation, quotations
from reports.measures.recommendations import AnsweredItem, answered_items
from reports.measures.windows import ConsultationWindow, consultation_windows
from reports.runs import Run
from reports.views import DocumentView, document_views


@dataclass(frozen=True)
class Evidence:
    """A run's documents as views, their counts, every finding that is more than a count, and the model's name."""

    views: Mapping[str, DocumentView]
    counts: pd.DataFrame
    windows: tuple[ConsultationWindow, ...]
    items: tuple[AnsweredItem, ...]
    calendar: tuple[CalendarEntry, ...]
    gap: tuple[GapRow, ...]
    quotations: tuple[Quotation, ...]
    profiles: Mapping[str, tuple[ContrastCount, ...]]
    model: str = ""


def gather(run: Run) -> Evidence:
    """Read a run's tables and compare its documents; every sequence is sorted."""
    views = {view.doc_id: view for view in document_views(run)}
    readable = [view for view in views.values() if not view.failed]
    counts = document_counts(run)
    quoting = tuple(quotations(readable))
    quoted: dict[tuple[str, str], int] = {}
    for one in quoting:
        quoted.setdefault((one.doc_id, one.source), one.sentence_id)
    repeated: dict[str, set[int]] = {}
    for one in quoting:
        repeated.setdefault(one.doc_id, set()).add(one.sentence_id)
    return Evidence(
        views,
        counts,
        tuple(window for view in readable for window in consultation_windows(view)),
        tuple(item for view in readable for item in answered_items(view, repeated.get(view.doc_id, set()))),
        tuple(evidence_calendar(readable, quoted)),
        tuple(narrative_gap(readable, counts)),
        quoting,
        {view.doc_id: tuple(profile(view)) for view in readable},
        model_of(run.claims),
    )
