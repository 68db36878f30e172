"""Two runs side by side: the same tables, or the first table, document and row that differ and why that may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reports.schema import BOXES, CLAIMS, DOCUMENTS, MEASURES, MENTIONS, SENTENCES, TABLES, TableSchema

_BATCH = 20_000
# in the order in which a difference arises, each with the stage that makes it
_ORDER = (
    (DOCUMENTS, "extract"),
    (SENTENCES, "extract"),
    (TABLES, "extract"),
    (MENTIONS, "tag"),
    (CLAIMS, "classify"),
    (BOXES, "classify"),
    (MEASURES, "report"),
)
_BEFORE = {
    "extract": ("extract",),
    "tag": ("extract", "tag"),
    "classify": ("extract", "tag", "classify"),
    "report": ("extract", "tag", "classify", "report"),
}
_NAMES = {"extract": "extraction", "tag": "tagging", "classify": "classification", "report": "measures"}


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where two runs differ. ``row`` counts from 0 within the table."""

    table: str
    stage: str
    doc_id: str
    row: int
    column: str
    was: str
    now: str

    def __str__(self) -> str:
        place = f"{self.table}, document {self.doc_id or '(the corpus)'}, row {self.row}, column {self.column}"
        return f"{place}: was {self.was}, is {self.now}"


def first_difference(was: Path, now: Path, only: frozenset[str] | None = None) -> Difference | None:
    """Compare the tables of two run folders.

    Parameters
    ----------
    only
        Ids of documents to compare, where not all could be done again; corpus measures are then left out.
    """
    for table, stage in _ORDER:
        if only is not None and table is MEASURES:
            continue
        found = _compare(table, stage, was / f"{table.name}.parquet", now / f"{table.name}.parquet", only)
        if found is not None:
            return found
    return None


def _compare(table: TableSchema, stage: str, was: Path, now: Path, only: frozenset[str] | None) -> Difference | None:
    if not was.is_file():
        return Difference(table.name, stage, "", 0, "-", "no such table", "a table")
    offset = 0
    olds, news = _batches(was, table, only), _batches(now, table, only)
    while True:
        old, new = next(olds, None), next(news, None)
        if old is None and new is None:
            return None
        if old is None or new is None or not old.equals(new):
            return _locate(table, stage, old, new, offset)
        offset += old.num_rows


def _batches(path: Path, table: TableSchema, only: frozenset[str] | None) -> Iterator[pa.Table]:
    """The rows of a table in pieces of one size, whatever its row groups are."""
    waiting: list[pa.Table] = []
    count = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH):
            rows = pa.Table.from_batches([batch]).cast(table.schema)
            if only is not None:
                rows = rows.filter(pc.is_in(rows["doc_id"], pa.array(sorted(only), pa.string())))
            waiting.append(rows)
            count += rows.num_rows
            while count >= _BATCH:
                joined = pa.concat_tables(waiting)
                yield joined.slice(0, _BATCH).combine_chunks()
                waiting, count = [joined.slice(_BATCH)], count - _BATCH
    if count:
        yield pa.concat_tables(waiting).combine_chunks()


def _locate(table: TableSchema, stage: str, old: pa.Table | None, new: pa.Table | None, offset: int) -> Difference:
    olds = [] if old is None else old.to_pylist()
    news = [] if new is None else new.to_pylist()
    for index in range(max(len(olds), len(news))):
        was = olds[index] if index < len(olds) else None
        now = news[index] if index < len(news) else None
        if was == now:
            continue
        known = was or now or {}
        doc_id = str(known.get("doc_id", ""))
        if was is None or now is None:
            return Difference(table.name, stage, doc_id, offset + index, "all", _short(was), _short(now))
        column = next(name for name in table.schema.names if was[name] != now[name])
        return Difference(table.name, stage, doc_id, offset + index, column, _short(was[column]), _short(now[column]))
    raise AssertionError("tables that differ have a row that differs")


def _short(value: Any) -> str:
    if value is None:
        return "absent"
    if isinstance(value, dict):
        return "a row"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def likely_cause(
    difference: Difference, was: Mapping[str, Any], now: Mapping[str, Any], changed_inputs: tuple[str, ...]
) -> str:
    """Why two runs may differ, from what their records say, most direct cause first."""
    if difference.doc_id in changed_inputs:
        return f"input changed: {difference.doc_id} has other bytes than in the run"
    if changed_inputs and difference.stage == "report":
        return f"input changed: {', '.join(changed_inputs[:5])}"
    stages = _BEFORE[difference.stage]
    causes = []
    if "tag" in stages and was.get("codebook_digest") != now.get("codebook_digest"):
        causes.append(f"codebook changed (version {was.get('codebook_version')} to {now.get('codebook_version')})")
    if "classify" in stages and was.get("model_digest") != now.get("model_digest"):
        causes.append(f"model changed ({was.get('model')} to {now.get('model')})")
    packages = _changed_packages(was.get("versions", {}), now.get("versions", {}))
    if packages:
        causes.append(f"package changed: {', '.join(packages[:6])}")
    code, code_now = was.get("code", {}), now.get("code", {})
    other = [_NAMES[stage] for stage in stages if code.get(stage) != code_now.get(stage)]
    if other and not packages:
        before, after = (str(c.get("commit") or "unknown")[:10] for c in (code, code_now))
        causes.append(f"code changed: {', '.join(other)} (commit {before} to {after})")
    if causes:
        return "; ".join(causes)
    if was.get("platform") != now.get("platform"):
        return f"another machine: {was.get('platform')}, here {now.get('platform')}"
    return "inputs, codebook, model, packages and code are the same: somebody altered the tables of the run"


def _changed_packages(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    changed = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    return [f"{name} {old.get(name, 'absent')} to {new.get(name, 'absent')}" for name in changed]
