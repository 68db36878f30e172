"""A hard cap on the memory of a worker process, for files that grow it faster than it can be watched."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

_DATA_FIELD = 5
"""Of /proc/self/statm: pages of private data and stack, which is what RLIMIT_DATA counts (proc(5), getrlimit(2))."""


@contextlib.contextmanager
def capped(megabytes: int) -> Iterator[None]:
    """Within this context the process may hold at most so much more than at its start; 0 means no cap.

    Whoever started the process watches its memory and says clearly when there is too much. This is the net below:
    an allocation beyond it fails, in Python with MemoryError, in PDFium with the end of the process. Only Linux counts
    memory this way; elsewhere there is no cap.
    """
    try:
        import resource  # noqa: PLC0415  (not on Windows)

        held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[_DATA_FIELD]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    except (ImportError, OSError, ValueError, IndexError):
        yield
        return
    wanted = held + megabytes * 1_000_000
    if not megabytes or (hard != resource.RLIM_INFINITY and wanted > hard):
        yield
        return
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
