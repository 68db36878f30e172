"""A worker process that can be killed, and the loop that it runs: requests and answers are lines of JSON.

What parses files of others runs in such a process, because C code that hangs cannot be interrupted, and one that grows
or crashes takes its process along. A worker serves many requests one after the other, because starting one takes long.
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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

import psutil

from extractors.options import Limits

ROOT = Path(__file__).resolve().parent.parent
_POLL = 0.05
_OCR_PAGE = "ocr_page"

Message = dict[str, Any]


class WorkerLostError(Exception):
    """The process ended or was ended; ``str()`` says why, in words that follow the name of the file."""


class KillableWorker:
    """One process. Use from one thread at a time.

    Parameters
    ----------
    module
        What the process runs: a module that ends in :func:`serve`.
    """

    def __init__(self, module: str) -> None:
        environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", OMP_THREAD_LIMIT="1")
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), environment.get("PYTHONPATH", ""))))
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=environment,
            start_new_session=True,  # Ctrl-C in the terminal is for the parent, which ends its workers itself
        )
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.served = 0
        self.grown = 0
        """Bytes of memory that it holds more than after its first answer."""
        self._at_first = 0

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can take another request."""
        return self._process.poll() is None

    def ask(self, request: Message, limits: Limits) -> Message:
        """Send a request and wait for its answer.

        The process may hold twice the limit of memory before allocations fail; the limit itself is watched from here.

        Raises
        ------
        WorkerLostError
            It exceeded ``limits`` and was killed, or ended by itself.
        """
        self.served += 1
        self.send(request | {"memory_cap": 2 * limits.memory_megabytes})
        try:
            answer = self.await_answer(limits)
        except WorkerLostError:
            self.close()
            raise
        self._at_first = self._at_first or self._resident()
        self.grown = self._resident() - self._at_first
        return answer

    def send(self, request: Message) -> None:
        """Send a request; a dead worker is noticed when its answer is awaited."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):  # a broken or closed pipe
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def await_answer(self, limits: Limits) -> Message:
        """The answer to what was sent. Raises WorkerLostError, without killing the process."""
        deadline = time.monotonic() + limits.seconds
        while True:
            try:
                line = self._answers.get(timeout=_POLL)
            except queue.Empty:
                if time.monotonic() > deadline:
                    raise WorkerLostError(f"took longer than {limits.seconds:g} s and was stopped") from None
                if self._resident() > limits.memory_megabytes * 1_000_000:
                    most = limits.memory_megabytes
                    raise WorkerLostError(f"needed more than {most} MB of memory and was stopped") from None
                continue
            if not line:
                raise WorkerLostError(self._how())
            answer: Message = json.loads(line)
            if _OCR_PAGE in answer:
                deadline = max(deadline, time.monotonic() + limits.ocr_page_seconds)
                continue
            return answer

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
        with contextlib.suppress(ValueError, OSError):  # closed from the other thread
            for line in self._process.stdout:
                self._answers.put(line)
        self._answers.put(b"")

    def _resident(self) -> int:
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def _how(self) -> str:
        code = self._process.wait()
        if code < 0:
            with contextlib.suppress(ValueError):
                return f"the parser process crashed ({signal.Signals(-code).name})"
        said = b""
        with contextlib.suppress(ValueError, OSError):  # closed together with the process
            self._complaints.seek(0)
            said = self._complaints.read()
        lines = said.decode("utf-8", "replace").strip().splitlines()
        return f"the worker process ended with code {code}" + (f": {lines[-1]}" if lines else "")


Kind = TypeVar("Kind", bound=KillableWorker)


class Workers(Generic[Kind]):
    """Workers, started when none is idle and replaced when they are worn out. Safe to use from several threads.

    Parameters
    ----------
    start
        Starts a worker.
    growth_megabytes
        A worker that holds so much more than after its first answer is replaced: parsers of PDF leak.
    recycle_after
        So is one that has served so many requests.
    """

    def __init__(self, start: Callable[[], Kind], growth_megabytes: int = 400, recycle_after: int = 5000) -> None:
        self._new, self._growth, self._recycle_after = start, growth_megabytes * 1_000_000, recycle_after
        self._idle: list[Kind] = []
        self._all: set[Kind] = set()
        self._lock = threading.Lock()

    def prewarm(self, count: int = 1) -> None:
        """Start workers before there is work for them."""
        started = [self._start() for _ in range(count)]
        with self._lock:
            self._idle.extend(started)

    @contextlib.contextmanager
    def one(self) -> Iterator[Kind]:
        """A worker for this thread alone; it goes back where it is alive and not worn out."""
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is not None and not worker.alive:
            self._end(worker)
            worker = None
        worker = worker or self._start()
        try:
            yield worker
        finally:
            if worker.alive and worker.served < self._recycle_after and worker.grown < self._growth:
                with self._lock:
                    self._idle.append(worker)
            else:
                self._end(worker)

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            workers, self._all = self._all, set()
            self._idle.clear()
        for worker in workers:
            worker.close()

    def _start(self) -> Kind:
        worker = self._new()
        with self._lock:
            self._all.add(worker)
        return worker

    def _end(self, worker: Kind) -> None:
        worker.close()
        with self._lock:
            self._all.discard(worker)


def serve(answer_to: Callable[[Message, Callable[[int], None]], Message]) -> None:
    """Answer requests until the input closes, which it does when the parent ends, however that ends.

    ``answer_to`` is given each request, and what it is to call before a page is read by OCR: that takes seconds, so
    the time limit starts anew with each.
    """
    # parsers print to the standard output: keep a private copy for the answers
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def answer(content: Message) -> None:
        answers.write(json.dumps(content).encode() + b"\n")

    for line in sys.stdin.buffer:
        answer(answer_to(json.loads(line), lambda page: answer({_OCR_PAGE: page})))
