"""A batch of documents: what one task of the flow does, in this process or in a Dask worker's."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Sequence
from pathlib import Path

from flows import progress
from flows.pool import Setup, WorkerPool
from flows.stages import Job, Outcome

_pools: dict[Setup, WorkerPool] = {}
_pools_lock = threading.Lock()


def pool_for(setup: Setup) -> WorkerPool:
    """This process's pool of workers of a setup; ended with the process."""
    with _pools_lock:
        if setup not in _pools:
            _pools[setup] = WorkerPool(setup)
            atexit.register(_pools[setup].close)
        return _pools[setup]


def close_pools() -> None:
    """End all workers of this process."""
    with _pools_lock:
        pools = list(_pools.values())
        _pools.clear()
    for pool in pools:
        pool.close()


class Batch:
    """Documents that are one task. A plain class, so that Prefect hands it on without looking into it."""

    def __init__(self, setup: Setup, store: Path, jobs: Sequence[Job], number: int, label: str) -> None:
        self.setup, self.store, self.jobs = setup, store, tuple(jobs)
        self.number, self.label = number, label
        self._cancelled = False

    def cancel(self) -> None:
        """Begin no further document: the run cannot go on."""
        self._cancelled = True

    def process(self) -> list[Outcome]:
        """Do the documents, one after the other, in a worker process."""
        pool = pool_for(self.setup)
        outcomes: list[Outcome] = []
        for job in self.jobs:
            if self._cancelled:
                break
            outcomes.append(pool.process(job, self.store))
            progress.document(outcomes[-1])
        return outcomes
