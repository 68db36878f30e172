"""The flow in this process, against one Prefect server for all tests."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extractors.options import Limits
from flows.batch import pool_for
from flows.parameters import RunParameters
from flows.pool import StorageError
from flows.run_folder import RunBusyError
from flows.run_places import runs_folder, setup_for
from flows.run_record import read_record
from flows.stages import Outcome
from flows.summary import RunSummary
from reports.schema import ALL_TABLES
from tests.flows.conftest import write_corpus

pytestmark = [pytest.mark.usefixtures("prefect_api"), pytest.mark.xdist_group("prefect")]
NAMES = [f"{table.name}.{ending}" for table in ALL_TABLES for ending in ("parquet", "csv")]


def run(corpus: Path, out: Path, **more: object) -> RunSummary:
    from flows.corpus_run import corpus_run

    return corpus_run(RunParameters(corpus=str(corpus), out=str(out), **{"site": False, "workers": 1, **more}))  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in NAMES}


def status_of(summary: RunSummary) -> dict[str, str]:
    table = pq.read_table(summary.folder / "documents.parquet", columns=["doc_id", "status"])
    return {row["doc_id"]: row["status"] for row in table.to_pylist()}


@pytest.fixture(scope="module")
def undisturbed(prefect_api: str, tmp_path_factory: pytest.TempPathFactory) -> RunSummary:
    """A run over the small corpus that nothing happened to; its tables are what the others must come to."""
    folder = tmp_path_factory.mktemp("undisturbed")
    return run(write_corpus(folder / "corpus"), folder / "runs")


@pytest.fixture
def plain(corpus: Path, tmp_path: Path) -> RunSummary:
    return run(corpus, tmp_path / "runs")


def test_tables_have_the_columns_of_the_schema_and_csv_opens_in_spreadsheets(undisturbed: RunSummary) -> None:
    for table in ALL_TABLES:
        assert pq.read_schema(undisturbed.folder / f"{table.name}.parquet").equals(table.schema)
        assert (undisturbed.folder / f"{table.name}.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_rows_are_sorted_and_offsets_quote_the_text(undisturbed: RunSummary) -> None:
    mentions = pq.read_table(undisturbed.folder / "mentions.parquet").to_pylist()
    sentences = {
        (s["doc_id"], s["sentence_id"]): s for s in pq.read_table(undisturbed.folder / "sentences.parquet").to_pylist()
    }
    assert mentions
    assert mentions == sorted(mentions, key=lambda m: (m["doc_id"], m["start"], m["end"], m["code"], m["rule"]))
    for mention in mentions:
        sentence = sentences[mention["doc_id"], mention["sentence_id"]]
        at = mention["start"] - sentence["start"]
        assert sentence["text"][at : at + len(mention["text"])] == mention["text"]


def test_every_sentence_has_a_claim_whose_probabilities_sum_to_one(undisturbed: RunSummary) -> None:
    claims = pq.read_table(undisturbed.folder / "claims.parquet").to_pylist()
    assert len(claims) == undisturbed.totals.sentences > 0
    for claim in claims:
        assert sum(claim[f"p_{label}"] for label in ("neither", "learning", "legitimation")) == pytest.approx(1)


def test_two_runs_write_the_same_bytes_whatever_the_workers(
    corpus: Path, tmp_path: Path, undisturbed: RunSummary
) -> None:
    assert contents(run(corpus, tmp_path / "runs", workers=2).folder) == contents(undisturbed.folder)


def test_a_run_with_nothing_new_says_so_and_stays_the_same(corpus: Path, tmp_path: Path, plain: RunSummary) -> None:
    again = run(corpus, tmp_path / "runs")
    assert again.nothing_new
    assert again.folder == plain.folder
    assert again.computed == 0


def test_tables_that_somebody_altered_are_made_again(
    corpus: Path, tmp_path: Path, plain: RunSummary, undisturbed: RunSummary
) -> None:
    (plain.folder / "mentions.csv").write_text("altered")
    again = run(corpus, tmp_path / "runs")
    assert not again.nothing_new
    assert contents(again.folder) == contents(undisturbed.folder)


def test_new_changed_and_removed_documents_are_named_and_only_they_are_read(
    corpus: Path, tmp_path: Path, plain: RunSummary
) -> None:
    (corpus / "new.txt").write_text("A new paper. Trust is needed.")
    (corpus / "notes.md").write_text("# Notes\n\nOther words.\n")
    (corpus / "white-paper-2022.txt").unlink()
    again = run(corpus, tmp_path / "runs")
    changes = again.changes
    assert (changes.new, changes.changed, changes.removed, changes.unchanged) == (
        ("new",), ("notes",), ("white-paper-2022",), 1,
    )  # fmt: skip
    assert again.computed == 2
    assert contents(again.folder) == contents(run(corpus, tmp_path / "anew").folder)


def stages_done(corpus: Path, out: Path, monkeypatch: pytest.MonkeyPatch, **more: object) -> set[str]:
    from flows.batch import Batch

    seen: set[str] = set()
    process = Batch.process

    def watched(batch: Batch) -> list[Outcome]:
        outcomes = process(batch)
        seen.update(stage for outcome in outcomes for stage in outcome.seconds)
        return outcomes

    monkeypatch.setattr(Batch, "process", watched)
    run(corpus, out, **more)
    return seen


def test_another_codebook_redoes_tagging_and_what_follows(
    corpus: Path, tmp_path: Path, plain: RunSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpus.codebook import DEFAULT_PATH

    codebook = tmp_path / "codebook.yaml"
    codebook.write_text(DEFAULT_PATH.read_text(encoding="utf-8") + "\n# another edition\n", encoding="utf-8")
    done = stages_done(corpus, tmp_path / "runs", monkeypatch, codebook=str(codebook))
    assert done == {"tag", "classify"}


def test_another_model_redoes_classification_only(
    corpus: Path, tmp_path: Path, plain: RunSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.trained import CURRENT, TRAINED

    model = tmp_path / "model"
    shutil.copytree(TRAINED / CURRENT, model)
    description = json.loads((model / "model.json").read_text(encoding="utf-8"))
    (model / "model.json").write_text(json.dumps({**description, "note": "another"}), encoding="utf-8")
    assert stages_done(corpus, tmp_path / "runs", monkeypatch, model=str(model)) == {"classify"}


def test_a_damaged_result_is_made_again(
    corpus: Path, tmp_path: Path, plain: RunSummary, undisturbed: RunSummary
) -> None:
    store = runs_folder(RunParameters(corpus=str(corpus), out=str(tmp_path / "runs"))).store
    for part in store.rglob("mentions.arrow"):
        part.write_bytes(b"damaged")
    (plain.folder / "mentions.csv").unlink()  # so that there is something to write
    again = run(corpus, tmp_path / "runs")
    assert set(status_of(again).values()) == {"ok"}
    assert contents(again.folder) == contents(undisturbed.folder)


def test_the_flow_run_leads_to_the_folder_and_back(undisturbed: RunSummary) -> None:
    from prefect.client.orchestration import get_client

    record = read_record(undisturbed.folder)
    assert record["flow_run_id"] == undisturbed.flow_run_id
    with get_client(sync_client=True) as client:
        found = client.request("POST", "/artifacts/filter", json={"artifacts": {"key": {"any_": ["run-summary"]}}})
    texts = [artifact["data"] for artifact in found.json() if artifact["flow_run_id"] == undisturbed.flow_run_id]
    assert any(str(undisturbed.folder) in text for text in texts)


def test_bad_documents_become_rows_and_the_others_are_read(corpus: Path, tmp_path: Path) -> None:
    (corpus / "empty.txt").write_bytes(b"")
    (corpus / "page.pdf").write_text("<html><body>Not a PDF</body></html>")
    (corpus / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Cat")
    summary = run(corpus, tmp_path / "runs")
    status = status_of(summary)
    assert {status[name] for name in ("empty", "page", "cut")} == {"failed"}
    assert {status[name] for name in ("evaluation-2021", "white-paper-2022", "notes")} == {"ok"}
    for doc_id, _, line in summary.failures:
        assert line.startswith((f"{doc_id}.pdf", f"{doc_id}.txt"))
        assert "\n" not in line
    again = run(corpus, tmp_path / "runs")
    assert again.nothing_new, "a file that cannot be read is not read again as long as it is the same"


def test_a_file_that_differs_from_its_manifest_is_not_read(corpus: Path, tmp_path: Path) -> None:
    rows = [("good", "notes.md", ""), ("other", "evaluation-2021.txt", "0" * 64), ("gone", "gone.pdf", "")]
    lines = ["id,file,sha256", *(",".join(row) for row in rows)]
    (corpus / "manifest.csv").write_text("\n".join(lines))
    summary = run(corpus, tmp_path / "runs")
    assert status_of(summary) == {"good": "ok", "other": "failed", "gone": "failed"}
    lines_by_id = {doc_id: line for doc_id, _, line in summary.failures}
    assert "evaluation-2021.txt: sha256 is" in lines_by_id["other"]
    assert "row 4: gone.pdf: no such file" in lines_by_id["gone"]


def test_a_second_run_of_the_same_corpus_at_once_is_refused(corpus: Path, tmp_path: Path) -> None:
    runs = runs_folder(RunParameters(corpus=str(corpus), out=str(tmp_path / "runs")))
    with runs.locked(), pytest.raises(RunBusyError, match="another run of this corpus"):
        run(corpus, tmp_path / "runs")
    assert status_of(run(corpus, tmp_path / "runs"))


def test_a_parse_that_hangs_is_stopped_and_tried_again_next_time(
    corpus: Path, tmp_path: Path, undisturbed: RunSummary
) -> None:
    """A worker stopped by SIGSTOP answers as little as one caught in a loop."""
    parameters = RunParameters(corpus=str(corpus), out=str(tmp_path / "runs"), seconds_per_document=6)
    pool = pool_for(setup_for(parameters))
    pool.prewarm()
    worker = pool._workers._idle[0]
    worker.ask(
        {"do": "document", **_job(corpus, tmp_path)}, Limits()
    )  # what is loaded with the first document is there
    os.kill(worker.pid, signal.SIGSTOP)
    summary = run(corpus, tmp_path / "runs", seconds_per_document=6)
    (line,) = [line for _, status, line in summary.failures if status == "failed"]
    assert "took longer than 6 s and was stopped" in line
    assert summary.totals.failed == 1
    healed = run(corpus, tmp_path / "runs")
    assert set(status_of(healed).values()) == {"ok"}
    assert contents(healed.folder) == contents(undisturbed.folder)


def _job(corpus: Path, tmp_path: Path) -> dict[str, object]:
    from dataclasses import asdict

    from corpus.manifest import read_manifest
    from extractors.options import ExtractOptions
    from flows.inventory import take_inventory
    from flows.tools import Tools, digests_of

    entry = take_inventory(read_manifest(corpus), ExtractOptions(), digests_of(Tools()))[0]
    return {"job": asdict(entry.job(corpus, ExtractOptions())), "store": str(tmp_path / "elsewhere")}


def test_a_file_that_changes_while_it_is_read_fails_for_this_run_only(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.batch import Batch

    process = Batch.process

    def changing(batch: Batch) -> list[Outcome]:
        (corpus / "notes.md").write_text("# Other\n\nWritten after the digest was taken.\n")
        return process(batch)

    with monkeypatch.context() as patch:
        patch.setattr(Batch, "process", changing)
        summary = run(corpus, tmp_path / "runs")
    assert status_of(summary)["notes"] == "failed"
    assert "notes.md: changed while it was being read" in str(summary.failures)
    again = run(corpus, tmp_path / "runs")
    assert set(status_of(again).values()) == {"ok"}
    assert contents(again.folder) == contents(run(corpus, tmp_path / "anew").folder)


def test_a_clock_that_jumps_back_does_not_change_what_the_last_run_is(
    corpus: Path, tmp_path: Path, plain: RunSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    import flows.run_work as work

    class Past(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2001, 1, 1, tzinfo=UTC)

    (corpus / "new.txt").write_text("A new paper.")
    monkeypatch.setattr(work, "datetime", Past)
    second = run(corpus, tmp_path / "runs")
    assert second.run_id.startswith("20010101-")
    assert second.changes.new == ("new",)
    third = run(corpus, tmp_path / "runs")
    assert third.nothing_new
    assert third.folder == second.folder


def test_a_store_that_refuses_stops_the_run_with_what_is_finished_kept(
    corpus: Path, tmp_path: Path, undisturbed: RunSummary
) -> None:
    out = tmp_path / "runs"
    store = runs_folder(RunParameters(corpus=str(corpus), out=str(out))).store
    store.mkdir(parents=True)
    (store / "classify").write_text("a file where a folder must be, so that the system refuses to write")
    with pytest.raises(StorageError):
        run(corpus, out)
    assert not list(out.glob("2*")), "no half-written run is visible"
    assert list((store / "extract").glob("*/*")), "what is finished is kept"
    (store / "classify").unlink()
    assert contents(run(corpus, out).folder) == contents(undisturbed.folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system can be mounted by root only")
def test_a_full_disk_is_one_line_and_the_next_run_goes_on(
    corpus: Path, tmp_path: Path, undisturbed: RunSummary
) -> None:
    out = tmp_path / "runs"
    out.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(out)], check=False)
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises((StorageError, OSError), match="No space left"):
            run(corpus, out)
        assert not list(out.glob("2*"))
        subprocess.run(["mount", "-o", "remount,size=64m", str(out)], check=True)
        assert contents(run(corpus, out).folder) == contents(undisturbed.folder)
    finally:
        subprocess.run(["umount", str(out)], check=True)


def test_workers_end_with_their_run(tmp_path: Path) -> None:
    """A run killed with SIGKILL closes its pipes, and workers end when their input does."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "flows.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert worker.stdin is not None
    timer = threading.Timer(0.2, worker.stdin.close)
    timer.start()
    assert worker.wait(60) == 0
    timer.join()


def test_a_command_with_nothing_new_answers_without_prefect(
    corpus: Path, tmp_path: Path, plain: RunSummary, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows import run_command

    def refuse(*_: object) -> None:
        raise AssertionError("Prefect was started")

    monkeypatch.delenv("PREFECT_API_URL")
    monkeypatch.setattr(run_command, "with_prefect", refuse)
    parameters = RunParameters(corpus=str(corpus), out=str(tmp_path / "runs"), site=False, workers=1)
    assert run_command.run_corpus(parameters, as_json=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["run_id"], said["nothing_new"], said["documents_worked_on"]) == (plain.run_id, True, 0)
    (corpus / "notes.md").write_text("# Notes\n\nOther words.\n")
    assert run_command.run_corpus(parameters, as_json=True) == 2
    assert "Prefect was started" in capsys.readouterr().out
