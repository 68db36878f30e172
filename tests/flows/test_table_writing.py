"""Tables are written in row groups whose borders depend on the rows alone."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows import table_writing
from flows.table_writing import TableWriter
from reports.schema import TableSchema

SCHEMA = pa.schema([("doc_id", pa.string()), ("sentence_id", pa.int32())])
TABLE = TableSchema("few", SCHEMA, ("doc_id", "sentence_id"))


def rows_of(document: int) -> pa.Table:
    return pa.table({"doc_id": [f"d{document}"] * 3, "sentence_id": [0, 1, 2]}, schema=SCHEMA)


def written(folder: Path, documents: int) -> tuple[bytes, bytes]:
    folder.mkdir()
    with TableWriter(folder, TABLE) as writer:
        for document in range(documents):
            writer.add(rows_of(document))
    return (folder / "few.parquet").read_bytes(), (folder / "few.csv").read_bytes()


def test_putting_waiting_rows_together_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_writing, "ROW_GROUP", 30)
    apart = written(tmp_path / "apart", 25)
    monkeypatch.setattr(table_writing, "PIECES", 4)
    assert written(tmp_path / "together", 25) == apart
    file = pq.ParquetFile(tmp_path / "together" / "few.parquet")
    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == [30, 30, 15]
    assert file.read().column("doc_id").to_pylist() == [f"d{document}" for document in range(25) for _ in range(3)]


def test_rows_that_wait_are_few_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_writing, "PIECES", 4)
    with TableWriter(tmp_path, TABLE) as writer:
        for document in range(40):
            writer.add(rows_of(document))
        assert len(writer._waiting) == 10
