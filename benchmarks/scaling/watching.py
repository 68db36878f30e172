"""One run of the command, watched: wall time, and memory and processor time of each kind of process."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
PARENT, WORKER, SERVER, OTHER = "parent", "worker", "prefect", "other"
_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Watched:
    """A run. ``memory``: greatest resident size of any process of a kind, MB; ``cpu``: seconds of all of a kind."""

    seconds: float
    summary: dict[str, Any]
    record: dict[str, Any]
    memory: dict[str, float]
    cpu: dict[str, float]
    load: float

    @property
    def work(self) -> float:
        """Seconds of wall time in which something was done to documents, tables, measures or pages."""
        steps: dict[str, float] = self.record["seconds"]
        return float(sum(steps.values()) - steps["read"] + self.reading / int(self.record["workers"]))

    @property
    def reading(self) -> float:
        """Seconds that the stages of all documents took, in all workers together."""
        return sum(float(seconds) for seconds in self.record["stage_seconds"].values())

    @property
    def around(self) -> float:
        """Seconds before and after the steps: Python, Prefect and models start, Prefect ends."""
        return float(self.seconds - sum(self.record["seconds"].values()))

    @property
    def orchestration(self) -> float:
        """The share of wall time that is no work; what happens while a worker loads its models is counted too."""
        return max(0.0, 1 - self.work / self.seconds)

    @property
    def orchestration_of_reading(self) -> float:
        """The same, of the step in which documents are read."""
        step = float(self.record["seconds"]["read"])
        return max(0.0, 1 - self.reading / int(self.record["workers"]) / step)


@dataclass
class _Meter:
    memory: dict[str, float] = field(default_factory=dict)
    cpu_of: dict[tuple[int, float], tuple[str, float]] = field(default_factory=dict)

    def look(self, parent: psutil.Process) -> None:
        for process in [parent, *parent.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                with process.oneshot():
                    times, created = process.cpu_times(), process.create_time()
                    resident = process.memory_info().rss / 1e6
                kind = self.kind_of(process, parent)
                if kind == OTHER:  # a process that has just ended or not yet become what it will be
                    kind = self.cpu_of.get((process.pid, created), (OTHER, 0.0))[0]
                self.memory[kind] = max(self.memory.get(kind, 0.0), resident)
                self.cpu_of[process.pid, created] = (kind, times.user + times.system)

    def kind_of(self, process: psutil.Process, parent: psutil.Process) -> str:
        if process.pid == parent.pid:
            return PARENT
        words = process.cmdline()
        if "flows.worker" in words:
            return WORKER
        return SERVER if "flows.prefect_server" in words else OTHER

    @property
    def cpu(self) -> dict[str, float]:
        out: dict[str, float] = {}
        for kind, seconds in self.cpu_of.values():
            out[kind] = out.get(kind, 0.0) + seconds
        return out


def watched_run(corpus: Path, out: Path, *options: str) -> Watched:
    """Run the command in a process of its own and watch it and its children.

    Raises
    ------
    SystemExit
        The run failed.
    """
    load, start, meter = os.getloadavg()[0], time.monotonic(), _Meter()
    command = [sys.executable, "-m", "flows", "run", str(corpus), "--out", str(out), "--json", *options]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL, cwd=ROOT, env=_environment())
        parent = psutil.Process(process.pid)
        while process.poll() is None:
            with contextlib.suppress(psutil.Error):
                meter.look(parent)
            time.sleep(_EVERY)
        seconds = time.monotonic() - start
        said.seek(0)
        summary = json.loads(said.read() or b"{}")
    if "folder" not in summary:
        raise SystemExit(f"the run failed: {summary or process.returncode}")
    record = json.loads((Path(summary["folder"]) / "run.json").read_text(encoding="utf-8"))
    rounded = {kind: float(round(value)) for kind, value in sorted(meter.memory.items())}
    cpu = {kind: round(value, 1) for kind, value in sorted(meter.cpu.items())}
    return Watched(seconds, summary, record, rounded, cpu, load)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**kept, "OMP_NUM_THREADS": "1"}


def bytes_below(folder: Path) -> int:
    """The size of all files below a folder."""
    return sum(path.stat().st_size for path in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
