"""Where a run stands: made under another name, and renamed into its place when it is whole."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

RUN_FILE = "run.json"
HIDDEN = ".halfloop"


class RunBusyError(Exception):
    """Another run of the same corpus into the same folder is at work."""


@dataclass(frozen=True, slots=True)
class RunsFolder:
    """The folder of all runs (``--out``) as one corpus sees it.

    ``.halfloop/`` inside holds what is not a run: the store of results, runs that are being made, locks, which run
    was the last of each corpus, and Prefect's database. It can be deleted at any time that no run is at work; the
    next run then does everything anew.
    """

    root: Path
    corpus: str

    @property
    def hidden(self) -> Path:
        """``.halfloop/`` of this folder."""
        return self.root / HIDDEN

    @property
    def store(self) -> Path:
        """Results of stages, shared by all corpora."""
        return self.hidden / "store"

    @property
    def name(self) -> str:
        """A short name of the corpus that fits into a file name and does not collide."""
        return hashlib.sha256(self.corpus.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the corpus. The system gives the lock back when the process ends, however it ends.

        Raises
        ------
        RunBusyError
            Another process holds it.
        """
        path = self.hidden / "locks" / f"{self.name}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                raise RunBusyError(
                    f"{self.corpus}: another run of this corpus into {self.root} is at work (process {holder}); "
                    "wait for it, or choose another --out"
                ) from None
            file.seek(0)
            file.truncate()
            file.write(str(os.getpid()))
            file.flush()
            yield

    def begin(self, run_id: str) -> Path:
        """An empty folder to make a run in; what an earlier, killed run of this corpus left is taken away."""
        unfinished = self.hidden / "unfinished" / self.name
        shutil.rmtree(unfinished, ignore_errors=True)
        folder = unfinished / run_id
        folder.mkdir(parents=True)
        return folder

    def publish(self, folder: Path) -> Path:
        """Make a whole run visible, in one step, and remember it as the corpus's last."""
        for path in folder.iterdir():
            if path.is_file():
                _to_disk(path)
        place = self.root / folder.name
        folder.rename(place)
        _to_disk(self.root)
        write_json(self._last_file, {"run_id": place.name, "corpus": self.corpus})
        return place

    def last_run(self) -> Path | None:
        """The last whole run of this corpus, if it still stands. Clocks play no part in which one is the last."""
        try:
            place = self.root / str(json.loads(self._last_file.read_text(encoding="utf-8"))["run_id"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return place if (place / RUN_FILE).is_file() else None

    def free_id(self, started: datetime, content: str) -> str:
        """A name that no run has: day, time and the beginning of the digest of what the run rests on."""
        base = f"{started:%Y%m%d-%H%M%S}-{content[:6]}"
        names = [base, *(f"{base}-{number}" for number in range(2, 1000))]
        return next(name for name in names if not (self.root / name).exists())

    @property
    def _last_file(self) -> Path:
        return self.hidden / "last" / f"{self.name}.json"


def write_json(path: Path, content: Any) -> None:
    """Write JSON so that a reader sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
