"""Extraction in a worker process that can be killed: a PDF is untrusted input, and C code cannot be interrupted.

A worker reads requests as lines of JSON and answers with lines of JSON; documents travel as stored documents
(:mod:`extractors.store`), never as pickles. One worker serves many documents one after the other; it is killed, and
another one started for the next document, as soon as a document makes it exceed its limits or crash.
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
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from extractors.document import Document, ExtractionError
from extractors.options import ExtractOptions, Limits
from extractors.store import read_document

_POLL = 0.05
_RECYCLE_AFTER = 200


class Worker:
    """A worker process. Use from one thread at a time."""

    def __init__(self) -> None:
        environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", OMP_THREAD_LIMIT="1")
        root = str(Path(__file__).resolve().parent.parent)
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, environment.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "extractors.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.served = 0

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put(b"")

    @property
    def alive(self) -> bool:
        """Whether it can take another document."""
        return self._process.poll() is None

    def close(self) -> None:
        """Kill it; nothing of a worker is worth waiting for."""
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def extract(self, path: Path, doc_id: str, options: ExtractOptions, limits: Limits) -> Document:
        """See :func:`extract_isolated`."""
        self.served += 1
        with tempfile.TemporaryDirectory(prefix="halfloop-") as folder:
            result = Path(folder) / "document.npz"
            request: dict[str, Any] = {
                "path": str(path),
                "doc_id": doc_id,
                "options": asdict(options),
                "result": str(result),
            }
            request["memory_cap"] = 2 * limits.memory_megabytes
            assert self._process.stdin is not None
            try:
                self._process.stdin.write(json.dumps(request).encode() + b"\n")
                self._process.stdin.flush()
            except OSError as error:
                raise ExtractionError(path.name, "the parser process could not be reached") from error
            answer = self._await(path, limits)
            if "error" in answer:
                page = answer.get("page")
                raise ExtractionError(str(answer["file"]), str(answer["error"]), int(page) if page else None)
            return read_document(result)

    def _await(self, path: Path, limits: Limits) -> dict[str, Any]:
        deadline = time.monotonic() + limits.seconds
        memory = limits.memory_megabytes * 1_000_000
        while True:
            try:
                line = self._answers.get(timeout=_POLL)
            except queue.Empty:
                if time.monotonic() > deadline:
                    self.close()
                    raise ExtractionError(path.name, f"took longer than {limits.seconds:g} s and was stopped") from None
                if self._resident() > memory:
                    self.close()
                    message = f"needed more than {limits.memory_megabytes} MB of memory and was stopped"
                    raise ExtractionError(path.name, message) from None
                continue
            if not line:
                raise ExtractionError(path.name, f"the parser process ended ({self._how()})")
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
            with contextlib.suppress(ValueError):
                return f"signal {signal.Signals(-code).name}; the file breaks PDFium"
        return f"exit code {code}"


_idle: list[Worker] = []
_lock = threading.Lock()


def extract_isolated(
    path: Path, doc_id: str, options: ExtractOptions | None = None, limits: Limits | None = None
) -> Document:
    """:func:`extractors.extract` in a killable process. Safe to call from several threads.

    Raises
    ------
    ExtractionError
        As :func:`extractors.extract`; also where the parser crashed or exceeded ``limits``.
    """
    with _lock:
        worker = _idle.pop() if _idle else None
    if worker is None or not worker.alive:
        worker = Worker()
    try:
        return worker.extract(path, doc_id, options or ExtractOptions(), limits or Limits())
    finally:
        if worker.alive and worker.served < _RECYCLE_AFTER:
            with _lock:
                _idle.append(worker)
        else:
            worker.close()


def close_workers() -> None:
    """End the idle workers. They also end by themselves when this process does (their input closes)."""
    with _lock:
        workers, _idle[:] = list(_idle), []
    for worker in workers:
        worker.close()
