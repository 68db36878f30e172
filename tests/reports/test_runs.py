"""Opening run folders."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reports import RunError, load_run
from tests.reports.tiny import TinyDocument, build_run

DOCUMENT = TinyDocument("d", [["[learning single_loop] {barrier.time local asserted|Delay} hurt."]])


def test_tables_are_frames_with_the_columns_of_the_schema(tmp_path: Path) -> None:
    run = build_run(tmp_path / "run", [DOCUMENT])
    assert load_run(tmp_path / "run").claims["label"].tolist() == ["learning"]
    assert run.mentions["text"].tolist() == ["Delay"]
    assert run.claims["depth"].tolist() == ["single_loop"]
    assert run.claims["learner"].tolist() == [""]


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    build_run(tmp_path / "run", [DOCUMENT])
    (tmp_path / "run/mentions.parquet").write_bytes(b"no parquet")
    run = load_run(tmp_path / "run")
    assert len(run.documents) == 1
    with pytest.raises(RunError, match=r"mentions\.parquet: cannot be read as Parquet"):
        run.mentions  # noqa: B018


def test_a_folder_of_runs_opens_its_newest(tmp_path: Path) -> None:
    for age, name in ((100, "old"), (50, "new"), (200, "older")):
        build_run(tmp_path / name, [DOCUMENT])
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    assert load_run(tmp_path).run_id == "new"


def test_missing_table_and_column_are_named(tmp_path: Path) -> None:
    build_run(tmp_path / "run", [DOCUMENT])
    (tmp_path / "run/claims.parquet").unlink()
    with pytest.raises(RunError, match=r"claims\.parquet: is missing"):
        load_run(tmp_path / "run").claims  # noqa: B018
    pq.write_table(pa.table({"doc_id": ["d"]}), tmp_path / "run/sentences.parquet")
    with pytest.raises(RunError, match="column 'sentence_id' is missing"):
        load_run(tmp_path / "run").sentences  # noqa: B018


def test_boxes_and_tables_may_be_missing(tmp_path: Path) -> None:
    build_run(tmp_path / "run", [DOCUMENT])
    (tmp_path / "run/boxes.parquet").unlink()
    (tmp_path / "run/tables.parquet").unlink()
    run = load_run(tmp_path / "run")
    assert run.boxes.empty
    assert run.tables.empty


def test_run_json_that_is_none_is_named(tmp_path: Path) -> None:
    run = build_run(tmp_path / "run", [DOCUMENT])
    (tmp_path / "run/run.json").write_text("[1]")
    with pytest.raises(RunError, match="is not a JSON object"):
        load_run(run.folder).info  # noqa: B018
