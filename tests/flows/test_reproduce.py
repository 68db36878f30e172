"""Runs done again, from their folder and from an archive on another machine."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rocrate

from flows.archive import Makers, archive_run
from flows.parameters import RunParameters
from flows.run_source import SourceError, open_source
from flows.summary import RunSummary
from tests.flows.conftest import halfloop

_CONTEXT = Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"
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


def test_an_archive_is_what_the_profile_demands(done: RunSummary) -> None:
    """The MUSTs of RO-Crate 1.1 and of Process Run Crate 0.5, and the SHOULDs that do not need a public address."""
    archived = archive_run(done.folder, makers=Makers("A. Reader", "https://orcid.org/0000-0000-0000-0000", "A Centre"))
    with zipfile.ZipFile(archived.path) as file:
        names = set(file.namelist())
        metadata = json.loads(file.read("ro-crate-metadata.json"))
    base, own_terms = metadata["@context"]
    assert base == "https://w3id.org/ro/crate/1.1/context"
    entities = metadata["@graph"]
    graph = {entity["@id"]: entity for entity in entities}
    assert len(graph) == len(entities), "no identifier stands twice"
    descriptor, root = graph["ro-crate-metadata.json"], graph["./"]
    assert descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert root["@type"] == "Dataset"
    assert all(root[name] for name in ("name", "description", "datePublished", "license", "author", "publisher"))
    assert datetime.fromisoformat(root["datePublished"]).tzinfo is not None

    known = set(json.loads(_CONTEXT.read_text(encoding="utf-8"))["@context"]) | set(own_terms) | {"@id", "@type"}
    for entity in entities:
        assert set(entity) <= known, entity["@id"]
        types = [entity["@type"]] if isinstance(entity["@type"], str) else entity["@type"]
        for value in entity.values():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    assert item["@id"] in graph or item["@id"].startswith("https://w3id.org/ro/crate"), item
        if "File" in types:
            assert entity["@id"] in names, "what is described is in the archive"
            assert "/" in entity["encodingFormat"]
        if "Dataset" in types and entity["@id"] != "./":
            assert entity["@id"] in names

    profile = graph[root["conformsTo"]["@id"]]
    assert profile["@type"] == "CreativeWork"
    assert profile["@id"].startswith("https://w3id.org/ro/wfrun/process/")
    (action,) = [entity for entity in entities if entity["@type"] == "CreateAction"]
    tool = graph[action["instrument"]["@id"]]
    assert tool["@type"] == "SoftwareApplication"
    assert tool["name"]
    assert tool["softwareVersion"]
    assert "version" not in tool
    assert root["mentions"] == {"@id": action["@id"]}
    assert action["agent"] == root["author"] == {"@id": "https://orcid.org/0000-0000-0000-0000"}
    assert datetime.fromisoformat(action["startTime"]) <= datetime.fromisoformat(action["endTime"])
    assert action["actionStatus"] == "http://schema.org/CompletedActionStatus"


def test_an_archive_is_done_again_by_another_user_elsewhere(done: RunSummary, corpus: Path, tmp_path: Path) -> None:
    """Another folder, home, time zone and language, and nothing of the first machine's places left."""
    archive = archive_run(done.folder, tmp_path / "elsewhere.zip").path
    shutil.rmtree(done.folder.parent)
    shutil.rmtree(corpus)
    home = tmp_path / "other home"
    home.mkdir()
    other = {"HOME": str(home), "XDG_CACHE_HOME": str(home), "TZ": "Pacific/Auckland", "LC_ALL": "C", "LANG": "tr_TR"}
    said = halfloop("reproduce", archive, "--json", timeout=600, **other)
    assert said.returncode == 0, said.stderr
    verdict = json.loads(said.stdout)
    assert verdict["difference"] is None
    assert (verdict["compared"], verdict["missing"]) == (1, ["b"])
    assert not list(tmp_path.glob(".halfloop")), "nothing is left beside the archive"


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
