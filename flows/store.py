"""Results of stages, kept by content key: one folder per result, which is there whole or not at all.

Nothing in it is a pickle: JSON, Arrow and numpy archives without objects. A result is written beside its place and
renamed into it, so that a process killed at any moment leaves either no result or a whole one, and two runs that make
the same result at once do not disturb each other.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path


class ResultStore:
    """A folder of results. ``key`` is hexadecimal; ``stage`` names what was done."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def place(self, stage: str, key: str) -> Path:
        """Where the result of a key stands, whether or not it is there."""
        return self.root / stage / key[:2] / key

    def has(self, stage: str, key: str) -> bool:
        """Whether the result is there."""
        return self.place(stage, key).is_dir()

    @contextlib.contextmanager
    def writing(self, stage: str, key: str) -> Iterator[Path]:
        """A new folder to write a result into; it becomes the result when the block ends without an error.

        Raises
        ------
        OSError
            E.g. the disk is full. Nothing of the result is then visible.
        """
        place = self.place(stage, key)
        making = self.root / "making" / f"{os.getpid()}-{uuid.uuid4().hex}"
        making.mkdir(parents=True)
        try:
            yield making
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                making.rename(place)
            except OSError:
                if not place.is_dir():  # otherwise somebody else made the same result first
                    raise
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def drop(self, stage: str, key: str) -> None:
        """Take a damaged result away, so that it is made again."""
        shutil.rmtree(self.place(stage, key), ignore_errors=True)

    def sweep(self) -> None:
        """Take away what killed processes left half made. Folders of processes that still live stay."""
        for left in (self.root / "making").glob("*-*"):
            pid = left.name.partition("-")[0]
            if not (pid.isdigit() and Path(f"/proc/{pid}").exists()):
                shutil.rmtree(left, ignore_errors=True)
