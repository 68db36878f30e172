"""The measures of a run: what section 3 of the codebook asks of a document and of a corpus."""

from __future__ import annotations

from reports.measures.counts import document_counts
from reports.measures.ratios import ratio_rows
from reports.measures.row import MINIMUM_N, MeasureRow
from reports.runs import Run

__all__ = ["MINIMUM_N", "MeasureRow", "document_counts", "measure_run"]


def measure_run(run: Run) -> tuple[MeasureRow, ...]:
    """All rows of ``measures.parquet``, sorted by scope, document and measure."""
    rows = list(ratio_rows(document_counts(run), run.documents))
    return tuple(sorted(rows, key=lambda row: (row.scope, row.doc_id, row.measure)))
