"""A worker process: what it answers, how it is stopped, how it is taken again."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.killable import KillableWorker, WorkerLostError, Workers
from extractors.options import Limits

LIMITS = Limits(seconds=60, memory_megabytes=500)

# what a worker of these tests does, by the request
ODD = """
import sys, time
from extractors.killable import serve

kept = []


def answer_to(request, on_ocr_page):
    for page in range(request.get("ocr_pages", 0)):
        on_ocr_page(page + 1)
        time.sleep(request["page_takes"])
    if "grow" in request:
        held = bytearray(request["grow"] * 1_000_000)
        time.sleep(60)
    if "exit" in request:
        print(request["say"], file=sys.stderr)
        sys.exit(request["exit"])
    kept.append(bytearray(request.get("keep", 0) * 1_000_000))
    print("what parsers print is no answer")
    return {"cap": request["memory_cap"], "got": request.get("text", "")}


serve(answer_to)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "oddworker.py").write_text(ODD, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "oddworker"


@pytest.fixture
def worker(module: str) -> Iterator[KillableWorker]:
    started = KillableWorker(module)
    yield started
    started.close()


def test_answers_come_in_order_and_what_is_printed_is_not_among_them(worker: KillableWorker) -> None:
    for text in ("one", "tw\N{LATIN SMALL LETTER O WITH DIAERESIS}\n"):
        assert worker.ask({"text": text}, LIMITS) == {"cap": 1000, "got": text}
    assert worker.served == 2


def test_pages_read_by_ocr_start_the_clock_anew(worker: KillableWorker) -> None:
    worker.ask({}, LIMITS)
    slow = {"ocr_pages": 3, "page_takes": 0.6}
    assert worker.ask(slow, Limits(seconds=1.5, ocr_page_seconds=60))["got"] == ""
    with pytest.raises(WorkerLostError, match=r"^took longer than 0\.3 s and was stopped$"):
        worker.ask(slow, Limits(seconds=0.3, ocr_page_seconds=0.1))
    assert not worker.alive


def test_too_much_memory(worker: KillableWorker) -> None:
    with pytest.raises(WorkerLostError, match=r"^needed more than 200 MB of memory and was stopped$"):
        worker.ask({"grow": 400}, Limits(seconds=60, memory_megabytes=200))
    assert not worker.alive


def test_how_it_ended_is_told_with_its_last_words(worker: KillableWorker) -> None:
    with pytest.raises(WorkerLostError, match=r"^the worker process ended with code 3: no such model$"):
        worker.ask({"exit": 3, "say": "first line\nno such model"}, LIMITS)


def test_a_killed_process_is_named_by_its_signal(worker: KillableWorker) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(WorkerLostError, match=r"^the parser process crashed \(SIGKILL\)$"):
        worker.ask({}, LIMITS)


def test_an_idle_worker_is_taken_again_a_dead_or_worn_one_is_not(module: str) -> None:
    workers = Workers(lambda: KillableWorker(module), recycle_after=2)
    pids = []
    for _ in range(3):
        with workers.one() as taken:
            taken.ask({}, LIMITS)
            pids.append(taken.pid)
    assert pids[0] == pids[1] != pids[2], "replaced after two requests"
    os.kill(pids[2], signal.SIGKILL)
    os.waitid(os.P_PID, pids[2], os.WEXITED | os.WNOWAIT)
    with workers.one() as taken:
        assert taken.pid != pids[2]
        assert taken.ask({"text": "goes on"}, LIMITS)["got"] == "goes on"
    workers.close()
    assert not taken.alive


def test_a_worker_that_keeps_memory_is_replaced(module: str) -> None:
    workers = Workers(lambda: KillableWorker(module), growth_megabytes=150)
    pids = []
    for keep in (0, 100, 100, 0):  # together more than 150 with the third request
        with workers.one() as taken:
            taken.ask({"keep": keep}, LIMITS)
            pids.append(taken.pid)
    workers.close()
    assert pids[0] == pids[1] == pids[2] != pids[3]
