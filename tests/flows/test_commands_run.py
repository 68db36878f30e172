"""The command as people use it: in a process of its own, with what they may type wrong."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reports.schema import ALL_TABLES
from tests.flows.conftest import ROOT, halfloop

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: folder / "nowhere", "no such folder"),
        (lambda folder: folder, "holds no document"),
        (lambda folder: _file(folder / "manifest.csv", b"\x00\x01\x02"), "not CSV"),
        (lambda folder: _file(folder / "manifest.csv", b"a,b\n1,2\n"), "column 'id' is missing"),
    ],
)
def test_a_corpus_that_cannot_be_read_is_one_line_and_exit_code_2(tmp_path: Path, make: object, said: str) -> None:
    done = halfloop("run", make(tmp_path), "--out", tmp_path / "runs")  # type: ignore[operator]
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "runs").exists()


def _file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path.parent


def test_the_version_is_shown() -> None:
    assert halfloop("--version").stdout.startswith("halfloop ")


# Python's own audit hook sees every connection and every name that is looked up, in all processes of a run
_WATCHING = """
import os, sys
def watch(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple):
        where = str(args[1][0])
    elif event == "socket.getaddrinfo":
        where = str(args[0])
    else:
        return
    with open(os.environ["WATCHED"], "a") as file:
        file.write(where + chr(10))
sys.addaudithook(watch)
"""


def test_a_whole_run_from_another_folder_without_any_server_and_without_the_network(
    corpus: Path, tmp_path: Path
) -> None:
    """Its own Prefect server, and one document that fails: exit code 1, JSON alone on standard output."""
    (corpus / "empty.pdf").write_bytes(b"")
    (tmp_path / "sitecustomize.py").write_text(_WATCHING)
    watched = tmp_path / "watched.txt"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    environment |= {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "WATCHED": str(watched)}
    done = subprocess.run(
        [sys.executable, "-m", "flows", "run", "corpus", "--out", "runs", "--json"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    summary = json.loads(done.stdout)
    assert summary["totals"]["documents"] == 4
    assert summary["failures"][0]["error"].startswith("empty.pdf: ")
    folder = Path(summary["folder"])
    assert (folder / "site" / "index.html").is_file()
    assert {p.name for p in folder.iterdir()} == {"run.json", "site"} | {
        f"{table.name}.{ending}" for table in ALL_TABLES for ending in ("parquet", "csv")
    }
    assert "Traceback" not in done.stderr
    assert "prefect" not in done.stderr.lower().replace("starting prefect", "")
    places = set(watched.read_text().split())
    assert "127.0.0.1" in places, "the run does talk to its own Prefect server, so the hook works"
    assert places <= {"127.0.0.1", "localhost", "::1", "None"}


def test_a_codebook_that_is_none_is_one_line(corpus: Path, tmp_path: Path, prefect_api: str) -> None:
    (tmp_path / "codebook.yaml").write_text("just: text")
    done = halfloop("run", corpus, "--out", tmp_path / "runs", "--codebook", tmp_path / "codebook.yaml")
    assert done.returncode == 2
    assert "codebook.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_killed_at_random_moments_the_next_run_gives_the_tables_of_an_undisturbed_one(
    corpus: Path, tmp_path: Path, prefect_api: str
) -> None:
    for number in range(12):
        text = "Partnerships need trust. Lack of funding was a barrier. We found that the pilots had failed. "
        (corpus / f"more-{number:02}.txt").write_text(f"Paper {number}\n\n" + text * (40 + number))
    quiet = halfloop("run", corpus, "--out", tmp_path / "quiet", "--no-site", "--json")
    expected = _tables(Path(json.loads(quiet.stdout)["folder"]))
    rng = random.Random(20)
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-m", "flows", "run", str(corpus), "--out", str(tmp_path / "runs"), "--no-site"],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(rng.uniform(0.5, 6.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        for folder in (tmp_path / "runs").glob("2*"):
            assert _tables(folder) == expected, "whatever is visible is whole"
    last = halfloop("run", corpus, "--out", tmp_path / "runs", "--no-site", "--json")
    assert _tables(Path(json.loads(last.stdout)["folder"])) == expected


def test_sigterm_ends_cleanly_and_says_so(corpus: Path, tmp_path: Path, prefect_api: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "flows", "run", str(corpus), "--out", str(tmp_path / "runs")],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    line = process.stderr.readline()
    while line and "Starting Prefect" not in line:
        line = process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped; what is finished is kept" in said
    assert "Traceback" not in said


def _tables(folder: Path) -> dict[str, bytes]:
    names = [f"{table.name}.{ending}" for table in ALL_TABLES for ending in ("parquet", "csv")]
    return {name: (folder / name).read_bytes() for name in names}
