"""What a run found: its summary, what is counted from its tables, and the form for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.inventory import Changes
from flows.table_writing import Totals


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run found, for the terminal, for machines and for Prefect.

    ``computed`` counts the documents for which something had to be done; ``failures`` holds (doc_id, status, line).
    """

    run_id: str
    folder: Path
    flow_run_id: str
    totals: Totals
    changes: Changes
    failures: tuple[tuple[str, str, str], ...]
    computed: int
    nothing_new: bool
    seconds: Mapping[str, float]

    @property
    def page(self) -> Path:
        """The page to open."""
        return self.folder / "site" / "index.html"


@dataclass(frozen=True, slots=True)
class Finding:
    """Counts over all documents: mentions by top code, sentences by label."""

    mentions: dict[str, int]
    claims: dict[str, int]

    @property
    def drawing_on_experience(self) -> dict[str, int]:
        """The sentences that claim something, by label."""
        return {label: count for label, count in self.claims.items() if label != "neither"}


def failures_in(folder: Path) -> tuple[tuple[str, str, str], ...]:
    """(doc_id, status, line) of every document that is not whole."""
    table = pq.read_table(folder / "documents.parquet", columns=["doc_id", "status", "error"])
    return tuple((r["doc_id"], r["status"], r["error"]) for r in table.to_pylist() if r["status"] != "ok")


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
