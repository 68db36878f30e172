"""The measures of a run: what section 3 of the codebook asks of a document and of a corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.measures.counts import document_counts
from reports.measures.row import MINIMUM_N, MeasureRow

if TYPE_CHECKING:
    from reports.evidence import Evidence
    from reports.runs import Run

__all__ = ["MINIMUM_N", "MeasureRow", "document_counts", "measure_run"]


def measure_run(run: Run, evidence: Evidence | None = None) -> tuple[MeasureRow, ...]:
    """All rows of ``measures.parquet``, sorted by scope, document and measure.

    ``evidence`` saves gathering it again where the caller has it.
    """
    from reports.evidence import gather  # noqa: PLC0415  (evidence is built from the modules of this package)
    from reports.measures.findings import finding_rows  # noqa: PLC0415
    from reports.measures.held_out import classifier_error  # noqa: PLC0415
    from reports.measures.ratios import ratio_rows  # noqa: PLC0415

    found = gather(run) if evidence is None else evidence
    error = classifier_error(found.model)
    rows = [*ratio_rows(found.counts, run.documents, error), *finding_rows(found)]
    return tuple(sorted(rows, key=lambda row: (row.scope, row.doc_id, row.measure)))
