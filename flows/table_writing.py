"""The tables of a run, written from the parts of its documents, in row groups so that memory stays flat."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from flows.inventory import Entry
from flows.parts import read_part
from flows.stages import ABOUT, failure, failure_line
from flows.store import ResultStore
from reports.schema import BOXES, CLAIMS, DOCUMENTS, MEASURES, MENTIONS, SENTENCES, TABLES, TableSchema

if TYPE_CHECKING:
    from reports.measures import MeasureRow

ROW_GROUP = 50_000
PIECES = 256
"""Rows of so many documents are put together while they wait: thousands of small pieces hold far more than rows."""
_BOM = b"\xef\xbb\xbf"
_PARTS = (
    (SENTENCES, "extract", "sentences.arrow"),
    (TABLES, "extract", "tables.arrow"),
    (MENTIONS, "tag", "mentions.arrow"),
    (CLAIMS, "classify", "claims.arrow"),
    (BOXES, "classify", "boxes.arrow"),
)


class DamagedResultError(Exception):
    """A result in the store cannot be read; it was taken away and the document has to be done again."""

    def __init__(self, doc_id: str) -> None:
        self.doc_id = doc_id
        super().__init__(f"{doc_id}: a stored result was damaged and has been taken away; run again")


@dataclass(frozen=True, slots=True)
class Totals:
    """How much the tables hold."""

    documents: int
    failed: int
    partial: int
    pages: int
    words: int
    sentences: int
    mentions: int
    claims: int


class TableWriter:
    """One table as Parquet and as CSV (UTF-8 with BOM), fed document by document."""

    def __init__(self, folder: Path, table: TableSchema) -> None:
        self._table = table
        self._parquet = pq.ParquetWriter(folder / f"{table.name}.parquet", table.schema, compression="zstd")
        self._file = (folder / f"{table.name}.csv").open("wb")
        self._file.write(_BOM)
        self._csv = pyarrow.csv.CSVWriter(self._file, table.schema)
        self._waiting: list[pa.Table] = []
        self._packed, self._count = 0, 0
        self.rows = 0

    def add(self, rows: pa.Table) -> None:
        """Add rows; a row group is written as soon as there are enough. Its borders depend on the rows alone."""
        self._waiting.append(rows)
        if len(self._waiting) - self._packed >= PIECES:
            self._waiting[self._packed :] = [pa.concat_tables(self._waiting[self._packed :]).combine_chunks()]
            self._packed += 1
        self._count += rows.num_rows
        self.rows += rows.num_rows
        if self._count >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._count:
            rows = pa.concat_tables(self._waiting).combine_chunks()
            self._parquet.write_table(rows, row_group_size=max(rows.num_rows, 1))
            self._csv.write_table(rows)
        self._waiting, self._packed, self._count = [], 0, 0

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._csv.close()
        self._parquet.close()
        self._file.close()


def write_tables(folder: Path, entries: Iterable[Entry], errors: Mapping[str, str], store: ResultStore) -> Totals:
    """Write all tables but the measures.

    Parameters
    ----------
    entries
        Sorted by id.
    errors
        One line by id for documents that failed in this run only (a parser that crashed or took too long).

    Raises
    ------
    DamagedResultError
        A stored result cannot be read.
    """
    writers = {table.name: TableWriter(folder, table) for table, _, _ in _PARTS}
    documents: list[dict[str, Any]] = []
    with _closing(writers.values()):
        for entry in entries:
            line = _document_line(entry, errors.get(entry.row.doc_id, entry.error), store)
            documents.append(line)
            if line["status"] != "failed":
                _add_parts(entry, store, writers)
    with TableWriter(folder, DOCUMENTS) as writer:
        writer.add(pa.Table.from_pylist(documents, schema=DOCUMENTS.schema))
    return Totals(
        documents=len(documents),
        failed=sum(line["status"] == "failed" for line in documents),
        partial=sum(line["status"] == "partial" for line in documents),
        pages=sum(line["pages"] or 0 for line in documents),
        words=sum(line["words"] or 0 for line in documents),
        sentences=writers["sentences"].rows,
        mentions=writers["mentions"].rows,
        claims=writers["claims"].rows,
    )


def write_measures(folder: Path, rows: Iterable[MeasureRow]) -> int:
    """Write the measures; a figure that must not be given (NaN) becomes an empty cell. Returns their number."""
    values = [[None if isinstance(v, float) and math.isnan(v) else v for v in astuple(row)] for row in rows]
    columns = {name: [line[i] for line in values] for i, name in enumerate(MEASURES.schema.names)}
    with TableWriter(folder, MEASURES) as writer:
        writer.add(pa.table(columns, schema=MEASURES.schema))
        return writer.rows


class _closing:  # noqa: N801 - used like contextlib.closing
    """Close several writers, also where one of them or the block fails."""

    def __init__(self, writers: Iterable[TableWriter]) -> None:
        self._writers = list(writers)

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers:
            writer.__exit__(kind, error, trace)


def _document_line(entry: Entry, error: str, store: ResultStore) -> dict[str, Any]:
    row = entry.row
    line: dict[str, Any] = {
        "doc_id": row.doc_id,
        "sha256": entry.sha256,
        "file": row.file,
        "title": row.title,
        "kind": row.kind,
        "voice": row.voice,
        "published": row.published,
        "programme": row.programme,
        "country": row.country,
        "licence": row.licence,
        "source": row.source,
        "guessed": " ".join(row.guessed),
        "status": "failed",
        "error": error,
        "extractor": "",
        "warning": "",
        **dict.fromkeys(("pages", "ocr_pages", "words", "sentences")),
    }
    if error or entry.keys is None:
        return line
    problem = failure(store, entry.keys)
    if problem is not None:
        return {**line, "error": failure_line(row.file, problem)}
    about = _about(store.place("extract", entry.keys.extract), row.doc_id)
    for name in ("pages", "ocr_pages", "words", "sentences", "extractor", "status"):
        line[name] = about[name]
    if about["title"] and (not row.title or "title" in row.guessed):
        line["title"] = about["title"]
    if about["problems"]:
        line["error"] = f"{row.file}: {problems_line(about['problems'])}"
    line["warning"] = _about(store.place("classify", entry.keys.classify), row.doc_id)["warning"]
    return line


def problems_line(problems: Iterable[tuple[str, int | None]]) -> str:
    """Problems in one line, pages with the same problem together.

    >>> problems_line([("no text", 1), ("no text", 2), ("no text", 3), ("no text", 7), ("tables not read", None)])
    'pages 1-3, 7: no text; tables not read'
    """
    pages: dict[str, list[int]] = {}
    for message, page in problems:
        said = message.removeprefix(f"page {page} ") if page is not None else message
        pages.setdefault(said, []).extend([] if page is None else [page])
    return "; ".join(f"{_ranges(numbers)}: {message}" if numbers else message for message, numbers in pages.items())


def _ranges(numbers: list[int]) -> str:
    def runs() -> Iterator[str]:
        ordered = sorted(set(numbers))
        start = last = ordered[0]
        for number in [*ordered[1:], -1]:
            if number != last + 1:
                yield str(start) if start == last else f"{start}-{last}"
                start = number
            last = number

    return ("page " if len(set(numbers)) == 1 else "pages ") + ", ".join(runs())


def _about(place: Path, doc_id: str) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads((place / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DamagedResultError(doc_id) from error
    return about


def _add_parts(entry: Entry, store: ResultStore, writers: Mapping[str, TableWriter]) -> None:
    assert entry.keys is not None
    keys = {"extract": entry.keys.extract, "tag": entry.keys.tag, "classify": entry.keys.classify}
    for table, stage, name in _PARTS:
        try:
            rows = read_part(store.place(stage, keys[stage]) / name)
        except (OSError, pa.ArrowInvalid) as error:
            store.drop(stage, keys[stage])
            raise DamagedResultError(entry.row.doc_id) from error
        column = pa.array([entry.row.doc_id] * rows.num_rows, pa.string())
        writers[table.name].add(rows.add_column(0, table.schema.field("doc_id"), column))
