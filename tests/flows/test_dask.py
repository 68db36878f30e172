"""A run on a real Dask scheduler with two workers in processes of their own, one of which is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from flows.parameters import RunParameters
from flows.progress import listening
from flows.stages import Outcome
from flows.summary import RunSummary
from tests.flows.conftest import ROOT
from tests.flows.test_commands_run import _tables as tables_of

pytestmark = [
    # looked for, not imported: Prefect must not be imported before the session's server is known
    pytest.mark.skipif(find_spec("prefect_dask") is None, reason="needs the extra [dask]"),
    pytest.mark.usefixtures("prefect_api"),
    pytest.mark.xdist_group("prefect"),
]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    processes: list[subprocess.Popen[bytes]] = []

    def dask(*arguments: str) -> None:
        command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        processes.append(
            subprocess.Popen(
                command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )

    dask("scheduler", "--host", address)
    for name in ("one", "two"):
        dask("worker", address, "--nthreads", "1", "--no-nanny", "--name", name, "--host", "127.0.0.1")
    from distributed import Client

    with Client(address, timeout=90) as client:
        client.wait_for_workers(2, timeout=90)
    yield address, processes[1:]
    for process in processes:
        process.kill()
        process.wait()


class Killer:
    """Kills a worker as soon as the first batch has come back."""

    def __init__(self, victim: subprocess.Popen[bytes]) -> None:
        self._victim = victim
        self.done: list[str] = []

    def phase(self, what: str, total: int = 0) -> None:
        pass

    def document(self, outcome: Outcome) -> None:
        if not self.done:
            self._victim.send_signal(signal.SIGKILL)
        self.done.append(outcome.doc_id)


def _run(corpus: Path, out: Path, **more: object) -> RunSummary:
    from flows.corpus_run import corpus_run

    return corpus_run(RunParameters(corpus=str(corpus), out=str(out), site=False, **more))  # type: ignore[arg-type]


def test_a_run_survives_the_loss_of_a_dask_worker(
    corpus: Path, tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    for number in range(8):
        text = "Partnerships need trust. Lack of funding was a barrier. We found that the pilots had failed. "
        (corpus / f"more-{number}.txt").write_text(f"Paper {number}\n\n" + text * (100 + number))
    killer = Killer(workers[0])
    with listening(killer):
        summary = _run(corpus, tmp_path / "dask", dask=address, workers=2)
    assert workers[0].wait(30) == -signal.SIGKILL
    assert len(killer.done) == summary.totals.documents == 11
    assert summary.totals.failed == 0
    assert tables_of(summary.folder) == tables_of(_run(corpus, tmp_path / "here", workers=1).folder)
