"""Runs done again, from their folder and from an archive on another machine."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.archive import archive_run
from flows.parameters import RunParameters
from flows.run_source import SourceError, open_source
from flows.run_work import RunSummary

pytestmark = [pytest.mark.usefixtures("prefect_api"), pytest.mark.xdist_group("prefect")]


@pytest.fixture
def done(corpus: Path, tmp_path: Path) -> RunSummary:
    from flows.corpus_run import corpus_run

    lines = [
        "id,file,licence",
        "a,evaluation-2021.txt,OGL v3.0",
        "b,white-paper-2022.txt,(c) A Publisher",
        "c,gone.txt,",
    ]
    (corpus / "manifest.csv").write_text("\n".join(lines))
    return corpus_run(RunParameters(corpus=str(corpus), out=str(tmp_path / "runs"), workers=1, pictures=0))


def test_a_run_done_again_matches(done: RunSummary) -> None:
    from flows.reproduce import reproduce

    verdict = reproduce(done.folder)
    assert str(verdict).startswith("MATCH")
    assert verdict.compared == 2


def test_an_altered_table_and_a_changed_input_are_found(done: RunSummary, corpus: Path) -> None:
    from flows.reproduce import reproduce

    path = done.folder / "mentions.parquet"
    rows = pq.read_table(path).to_pylist()
    rows[0]["rule"] = "altered"
    pq.write_table(pa.Table.from_pylist(rows, schema=pq.read_schema(path)), path)
    verdict = reproduce(done.folder)
    assert verdict.difference is not None
    assert (verdict.difference.table, verdict.difference.row, verdict.difference.column) == ("mentions", 0, "rule")
    assert "somebody altered" in verdict.cause

    (corpus / "white-paper-2022.txt").write_text("Something else altogether. Trust is needed.")
    verdict = reproduce(done.folder)
    assert verdict.difference is not None
    assert verdict.difference.doc_id == "b"
    assert verdict.cause.startswith("input changed: b")


def test_an_archive_holds_only_what_may_be_passed_on_and_can_be_done_again_elsewhere(
    done: RunSummary, corpus: Path, tmp_path: Path
) -> None:
    from flows.reproduce import reproduce

    archived = archive_run(done.folder)
    assert (archived.included, archived.named) == (1, 1)
    with zipfile.ZipFile(archived.path) as file:
        names = set(file.namelist())
        graph = {e["@id"]: e for e in json.loads(file.read("ro-crate-metadata.json"))["@graph"]}
    assert "inputs/evaluation-2021.txt" in names
    assert not any("white-paper" in name and name.startswith("inputs/") for name in names)
    assert {"documents.parquet", "measures.csv", "run.json", "codebook.yaml", "site/index.html"} <= names
    assert graph["./"]["conformsTo"] == {"@id": "https://w3id.org/ro/wfrun/process/0.5"}
    (action,) = [e for e in graph.values() if e["@type"] == "CreateAction"]
    assert graph[action["instrument"]["@id"]]["@type"] == "SoftwareApplication"
    assert {"@id": "inputs/evaluation-2021.txt"} in action["object"]
    assert {"@id": "claims.parquet"} in action["result"]
    assert all(entry["@id"] in graph for part in ("object", "result") for entry in action[part])

    elsewhere = tmp_path / "elsewhere" / "run.zip"
    elsewhere.parent.mkdir()
    shutil.move(archived.path, elsewhere)
    shutil.move(corpus, tmp_path / "moved")
    verdict = reproduce(elsewhere)
    assert verdict.difference is None
    assert (verdict.compared, verdict.missing) == (1, ("b",))
    whole = reproduce(elsewhere, tmp_path / "moved")
    assert whole.difference is None
    assert (whole.compared, whole.missing) == (2, ())


@pytest.mark.parametrize("name", ["../outside.txt", "/outside.txt"])
def test_an_archive_that_would_write_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(name, "x")
    with pytest.raises(SourceError, match="leaves the archive"):
        open_source(path, tmp_path / "scratch")
    assert not (tmp_path / "outside.txt").exists()


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no run\.json"):
        open_source(tmp_path, tmp_path)
    with pytest.raises(SourceError, match="no such run"):
        open_source(tmp_path / "nothing", tmp_path)
    (tmp_path / "x.zip").write_text("no zip")
    with pytest.raises(SourceError, match="cannot be unpacked"):
        open_source(tmp_path / "x.zip", tmp_path)
