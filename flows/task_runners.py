"""Where batches are done: in threads that talk to worker processes of this machine, or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from prefect import Task
from prefect.futures import as_completed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows import progress
from flows.batch import Batch
from flows.parameters import RunParameters
from flows.stages import Outcome


class DaskMissingError(Exception):
    """``--dask`` was asked for, but its packages are not installed."""


def outcomes_of(
    work: Task[[Batch], list[Outcome]], batches: Sequence[Batch], parameters: RunParameters, workers: int
) -> Iterator[list[Outcome]]:
    """The outcomes of every batch, as they come in.

    Raises
    ------
    flows.pool.StorageError
        Results cannot be written; batches that have not begun are not begun.
    """
    if not batches:
        return
    with _runner(parameters, workers) as runner:
        futures = [runner.submit(work, parameters={"batch": batch}) for batch in batches]
        try:
            for future in as_completed(futures):
                outcomes = future.result()
                if parameters.dask:  # the other process told its own listeners: none
                    for outcome in outcomes:
                        progress.document(outcome)
                yield outcomes
        except BaseException:
            for batch in batches:
                batch.cancel()
            raise


def _runner(parameters: RunParameters, workers: int) -> TaskRunner[Any]:
    if parameters.dask is None:
        return ThreadPoolTaskRunner(max_workers=workers)
    try:
        from prefect_dask import DaskTaskRunner
    except ImportError:
        raise DaskMissingError("--dask needs the extra packages: pip install 'halfloop[dask]'") from None
    runner: TaskRunner[Any] = DaskTaskRunner(address=parameters.dask)
    return runner
