"""Small corpora, and one Prefect server for the session."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.batch import close_pools
from flows.prefect_local import local_prefect

ROOT = Path(__file__).resolve().parents[2]

TEXTS = {
    "evaluation-2021.txt": (
        "Evaluation of the bridge pilots\n\nThe pilots worked where trust was already there. "
        "Lack of funding was a barrier to joint working in two districts.\n\n"
        "We found that partnerships without a common timetable lost a third of their learners."
    ),
    "white-paper-2022.txt": (
        "Bridges for all\n\nOur highly successful pathfinders have shown the difference that partnership makes. "
        "Best practice will be rolled out to every district.\n\nThe evidence is clear."
    ),
    "notes.md": "# Notes\n\nPartnerships must publish a plan.\n\nThe toolkit spreads good practice.\n",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


def write_corpus(folder: Path) -> Path:
    """Three short texts."""
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prefect server for all tests that run flows, also those of commands in processes of their own."""
    os.environ.pop("PREFECT_API_URL", None)
    with local_prefect(tmp_path_factory.mktemp("prefect")) as server:
        assert server is not None
        server.wait()
        yield os.environ["PREFECT_API_URL"]
    close_pools()


def halfloop(*arguments: str | Path, timeout: float = 240, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "flows", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )
