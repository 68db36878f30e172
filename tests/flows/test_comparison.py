from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.comparison import Difference, first_difference, likely_cause
from reports.schema import ALL_TABLES, MENTIONS


def _run(folder: Path, mentions: list[dict[str, Any]], row_group: int = 1000) -> Path:
    folder.mkdir()
    for table in ALL_TABLES:
        rows = mentions if table is MENTIONS else []
        written = pa.Table.from_pylist(rows, schema=table.schema)
        pq.write_table(written, folder / f"{table.name}.parquet", row_group_size=row_group)
    return folder


def _mention(doc_id: str, start: int, text: str = "trust") -> dict[str, Any]:
    return {"doc_id": doc_id, "sentence_id": 0, "page": 1, "start": start, "end": start + 5, "code": "x", "text": text}


def test_equal_tables_match_whatever_their_row_groups(tmp_path: Path) -> None:
    rows = [_mention("a", n) for n in range(30)]
    assert first_difference(_run(tmp_path / "1", rows, 7), _run(tmp_path / "2", rows, 11)) is None


def test_the_first_row_that_differs_is_named(tmp_path: Path) -> None:
    rows = [_mention("a", 1), _mention("b", 2), _mention("b", 3)]
    other = [_mention("a", 1), _mention("b", 2, "Trust"), _mention("b", 3)]
    found = first_difference(_run(tmp_path / "1", rows), _run(tmp_path / "2", other))
    assert found == Difference("mentions", "tag", "b", 1, "text", "'trust'", "'Trust'")


def test_a_row_too_many_is_named(tmp_path: Path) -> None:
    rows = [_mention("a", 1)]
    found = first_difference(_run(tmp_path / "1", rows), _run(tmp_path / "2", [*rows, _mention("c", 2)]))
    assert found == Difference("mentions", "tag", "c", 1, "all", "absent", "a row")


def test_only_the_documents_asked_for_are_compared(tmp_path: Path) -> None:
    was = _run(tmp_path / "1", [_mention("a", 1), _mention("b", 2)])
    now = _run(tmp_path / "2", [_mention("a", 1), _mention("b", 9)])
    assert first_difference(was, now, frozenset({"a"})) is None
    assert first_difference(was, now, frozenset({"b"})) is not None


RECORD: dict[str, Any] = {
    "codebook_digest": "1", "codebook_version": "1", "model_digest": "2", "model": "m", "platform": "p",
    "versions": {"spacy": "3.8.11"},
    "code": {"extract": "e", "tag": "t", "classify": "c", "report": "r", "commit": "abc"},
}  # fmt: skip
DIFFERENCE = Difference("mentions", "tag", "b", 1, "text", "'trust'", "'Trust'")


@pytest.mark.parametrize(
    ("now", "changed", "said"),
    [
        ({}, ("b",), "input changed: b"),
        ({"codebook_digest": "9", "codebook_version": "2"}, (), "codebook changed (version 1 to 2)"),
        ({"versions": {"spacy": "3.8.12"}}, (), "package changed: spacy 3.8.11 to 3.8.12"),
        ({"code": {**RECORD["code"], "tag": "T", "commit": "def"}}, (), "code changed: tagging (commit abc to def)"),
        ({"code": {**RECORD["code"], "report": "R"}}, (), "somebody altered"),
        ({"model_digest": "9"}, (), "somebody altered"),
        ({"platform": "q"}, (), "another machine"),
    ],
)
def test_the_cause_named_is_one_that_can_change_this_table(
    now: dict[str, Any], changed: tuple[str, ...], said: str
) -> None:
    assert said in likely_cause(DIFFERENCE, RECORD, {**RECORD, **now}, changed)
