"""A run over one good document and bad ones: each bad one ends in its line, the good one is done, exit code 1."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.extractors import hostile
from tests.flows.conftest import halfloop

pytestmark = [pytest.mark.usefixtures("prefect_api"), pytest.mark.xdist_group("prefect")]

SAID = {
    "bomb": "bomb.pdf: needed more than 1000 MB of memory and was stopped",
    "cut": "cut.pdf: not a PDF, or damaged beyond repair (truncated?)",
    "empty": "empty.pdf: the file is empty (0 bytes)",
    "locked": "locked.pdf: encrypted; the empty password does not open it",
    "out": "manifest.csv, row 7: out.txt: is a link out of the corpus folder; put the file itself there",
    "page": "page.pdf: not a PDF: it is an HTML page saved as .pdf",
    "pipe": "manifest.csv, row 9: pipe.pdf: is not a file that can be read (a pipe, socket or device)",
    "gone": "manifest.csv, row 10: gone.pdf: no such file in corpus",
    "other": "other.txt: sha256 is ",
    "good#row12": "manifest.csv, row 12: the id 'good' is used by an earlier row (good.txt)",
}


@pytest.fixture
def hostile_corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "good.txt").write_text("Pilots\n\nWe found that partnerships without a timetable lost their learners.")
    hostile.flate_bomb(folder / "bomb.pdf")
    hostile.truncated(folder / "cut.pdf")
    (folder / "empty.pdf").write_bytes(b"")
    hostile.encrypted(folder / "locked.pdf", "secret")
    (tmp_path / "private.txt").write_text("Not part of the corpus.")
    (folder / "out.txt").symlink_to(tmp_path / "private.txt")
    (folder / "page.pdf").write_text("<html><body>404</body></html>")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "other.txt").write_text("Not the words whose digest was written down.")
    files = [
        "good.txt",
        "bomb.pdf",
        "cut.pdf",
        "empty.pdf",
        "locked.pdf",
        "out.txt",
        "page.pdf",
        "pipe.pdf",
        "gone.pdf",
    ]
    rows = [f"{file.split('.')[0]},{file}," for file in files]
    rows += [f"other,other.txt,{'0' * 64}", "good,page.pdf,"]
    (folder / "manifest.csv").write_text("\n".join(["id,file,sha256", *rows]) + "\n")
    return folder


def test_hostile_files_end_in_their_lines_and_the_good_one_is_done(hostile_corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "runs"
    options = ["--no-site", "--workers", "1", "--memory", "1000", "--json"]
    done = halfloop("run", hostile_corpus, "--out", out, *options)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    (folder,) = (path for path in out.iterdir() if (path / "run.json").is_file())
    documents = {row["doc_id"]: row for row in pq.read_table(folder / "documents.parquet").to_pylist()}
    assert documents.keys() == SAID.keys() | {"good"}
    assert documents["good"]["status"] == "ok"
    for doc_id, said in SAID.items():
        assert documents[doc_id]["status"] == "failed"
        assert documents[doc_id]["error"].startswith(said)
        assert documents[doc_id]["error"].isprintable()
    sentences = pq.read_table(folder / "sentences.parquet").to_pylist()
    assert {row["doc_id"] for row in sentences} == {"good"}
    assert "partnerships without a timetable" in sentences[-1]["text"]
    assert json.loads(done.stdout)
