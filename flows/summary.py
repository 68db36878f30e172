"""What a run found, counted from its tables, and the summary for machines."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.run_work import RunSummary


@dataclass(frozen=True, slots=True)
class Finding:
    """Counts over all documents: mentions by top code, sentences by label."""

    mentions: dict[str, int]
    claims: dict[str, int]


def finding_of(summary: RunSummary) -> Finding:
    """Count mentions and claims of a run, one row group at a time."""
    mentions: Counter[str] = Counter()
    for code, count in _counts(summary, "mentions", "code").items():
        mentions[code.partition(".")[0]] += count
    return Finding(dict(sorted(mentions.items())), dict(sorted(_counts(summary, "claims", "label").items())))


def summary_as_json(summary: RunSummary) -> dict[str, Any]:
    """The summary for machines. Paths are absolute."""
    finding = finding_of(summary)
    return {
        "run_id": summary.run_id,
        "folder": str(summary.folder),
        "page": str(summary.page) if summary.page.is_file() else None,
        "flow_run_id": summary.flow_run_id,
        "nothing_new": summary.nothing_new,
        "documents_worked_on": summary.computed,
        "totals": asdict(summary.totals),
        "mentions": finding.mentions,
        "claims": finding.claims,
        "changes": asdict(summary.changes),
        "failures": [{"doc_id": d, "status": s, "error": line} for d, s, line in summary.failures],
        "seconds": {name: round(value, 3) for name, value in summary.seconds.items()},
    }


def _counts(summary: RunSummary, table: str, column: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    with pq.ParquetFile(summary.folder / f"{table}.parquet") as file:
        for group in range(file.num_row_groups):
            values = file.read_row_group(group, columns=[column]).column(0)
            for item in pc.value_counts(values).to_pylist():
                counts[str(item["values"])] += int(item["counts"])
    return counts
