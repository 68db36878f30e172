"""Worker processes that can be killed: one document that hangs, crashes or grows ends its process, nothing else.

A worker serves many documents, because starting one costs seconds; it is replaced when it was killed, and after some
hundred documents, because parsers of PDF leak.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from extractors.options import Limits
from flows.content_keys import ROOT
from flows.stages import Job, Outcome
from flows.store import ResultStore
from flows.tools import Tools

_POLL = 0.25
_RECYCLE_AFTER = 300
_FINISHING = Limits(seconds=24 * 3600.0, memory_megabytes=1_000_000)


class StorageError(Exception):
    """Results cannot be written (disk full, no permission): the run stops, what is finished stays."""


class WorkerLostError(Exception):
    """The process ended or was ended; ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What every worker of a run is told at its start."""

    tools: Tools
    limits: Limits = field(default_factory=Limits)


class Worker:
    """One process. Use from one thread at a time."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", OMP_THREAD_LIMIT="1")
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), environment.get("PYTHONPATH", ""))))
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flows.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=environment,
            start_new_session=True,  # Ctrl-C in the terminal is for the run, which ends its workers itself
        )
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.served = 0
        tools = setup.tools
        self._send(
            {
                "do": "prepare",
                "codebook": str(tools.codebook) if tools.codebook else None,
                "model": str(tools.model_folder) if tools.model_folder else None,
            }
        )
        self._prepared = False

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can take another document."""
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], limits: Limits) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Raises
        ------
        WorkerLostError
            It exceeded ``limits`` and was killed, or ended by itself.
        """
        if not self._prepared:  # loading codebook and model is not counted against a document
            self._await(_FINISHING)
            self._prepared = True
        self.served += 1
        self._send(request)
        return self._await(limits)

    def close(self) -> None:
        """Kill it; nothing of a worker is worth waiting for."""
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        self._complaints.close()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError, OSError):
            for line in self._process.stdout:
                self._answers.put(line)
        self._answers.put(b"")

    def _send(self, request: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # a dead worker is noticed when its answer is awaited
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def _await(self, limits: Limits) -> dict[str, Any]:
        deadline = time.monotonic() + limits.seconds
        while True:
            try:
                line = self._answers.get(timeout=_POLL)
            except queue.Empty:
                if time.monotonic() > deadline:
                    raise WorkerLostError(f"took longer than {limits.seconds:g} s and was stopped") from None
                if self._resident() > limits.memory_megabytes * 1_000_000:
                    raise WorkerLostError(
                        f"needed more than {limits.memory_megabytes} MB of memory and was stopped"
                    ) from None
                continue
            if not line:
                raise WorkerLostError(self._how())
            answer: dict[str, Any] = json.loads(line)
            if "ocr_page" in answer:
                deadline = max(deadline, time.monotonic() + limits.ocr_page_seconds)
                continue
            return answer

    def _resident(self) -> int:
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def _how(self) -> str:
        code = self._process.wait()
        if code < 0:
            return f"the parser crashed ({signal.Signals(-code).name})"
        self._complaints.seek(0)
        said = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        return f"the worker process ended with code {code}" + (f": {said[-1]}" if said else "")


class WorkerPool:
    """Workers of one setup. Safe to call from several threads; each call uses one worker, started if none is idle."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._lock = threading.Lock()

    def prewarm(self, workers: int = 1) -> None:
        """Start workers before there is work for them."""
        started = [self._start() for _ in range(workers)]
        with self._lock:
            self._idle.extend(started)

    def process(self, job: Job, store: Path) -> Outcome:
        """Do one document; what its process does to itself becomes its error.

        Raises
        ------
        StorageError
            Results cannot be written.
        """
        cap = 2 * self.setup.limits.memory_megabytes
        request = {"do": "document", "job": asdict(job), "store": str(store), "memory_cap": cap}
        with self._worker() as worker:
            try:
                answer = worker.ask(request, self.setup.limits)
            except WorkerLostError as error:
                worker.close()
                ResultStore(store).sweep()
                return Outcome(job.row.doc_id, f"{job.row.file}: {error}", lasting=False)
        if "fatal" in answer:
            raise StorageError(answer["fatal"])
        return Outcome(**answer["outcome"])

    def finish(self, what: str, folder: Path, pictures: int = 0) -> dict[str, Any]:
        """Have ``measures`` or ``site`` made for a run folder, outside this process so that its memory stays flat.

        ``pictures`` is the greatest number of page pictures in the site.

        Raises
        ------
        WorkerLostError
            It could not be made; ``str()`` is one line.
        """
        with self._worker() as worker:
            return worker.ask({"do": what, "folder": str(folder), "pictures": pictures}, _FINISHING)

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            workers, self._all = self._all, set()
            self._idle.clear()
        for worker in workers:
            worker.close()

    @contextlib.contextmanager
    def _worker(self) -> Iterator[Worker]:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None or not worker.alive:
            worker = self._start()
        try:
            yield worker
        finally:
            if worker.alive and worker.served < _RECYCLE_AFTER:
                with self._lock:
                    self._idle.append(worker)
            else:
                worker.close()
                with self._lock:
                    self._all.discard(worker)

    def _start(self) -> Worker:
        worker = Worker(self.setup)
        with self._lock:
            self._all.add(worker)
        return worker
