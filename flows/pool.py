"""Worker processes that can be killed: one document that hangs, crashes or grows ends its process, nothing else.

A worker serves many documents, because starting one costs seconds; it is replaced when it was killed, and when it
has grown, because parsers of PDF leak.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path

from extractors.killable import KillableWorker, Message, WorkerLostError, Workers
from extractors.options import Limits
from flows.stages import Job, Outcome
from flows.store import ResultStore
from flows.tools import Tools

_FINISHING = Limits(seconds=24 * 3600.0, memory_megabytes=1_000_000)


class StorageError(Exception):
    """Results cannot be written (disk full, no permission): the run stops, what is finished stays."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What every worker of a run is told at its start."""

    tools: Tools
    limits: Limits = field(default_factory=Limits)


class Worker(KillableWorker):
    """One process with codebook and model loaded. Use from one thread at a time."""

    def __init__(self, setup: Setup) -> None:
        super().__init__("flows.worker")
        tools = setup.tools
        self.send(
            {
                "do": "prepare",
                "codebook": str(tools.codebook) if tools.codebook else None,
                "model": str(tools.model_folder) if tools.model_folder else None,
                "reading": tools.reading,
            }
        )
        self._prepared = False

    def ask(self, request: Message, limits: Limits) -> Message:
        """As :meth:`KillableWorker.ask`; loading codebook and model is not counted against a document."""
        if not self._prepared:
            self.await_answer(_FINISHING)
            self._prepared = True
        return super().ask(request, limits)


class WorkerPool:
    """Workers of one setup. Safe to call from several threads; each call uses one worker, started if none is idle."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._workers = Workers(lambda: Worker(setup))

    def prewarm(self, workers: int = 1) -> None:
        """Start workers before there is work for them."""
        self._workers.prewarm(workers)

    def process(self, job: Job, store: Path) -> Outcome:
        """Do one document; what its process does to itself becomes its error.

        Raises
        ------
        StorageError
            Results cannot be written.
        """
        request = {"do": "document", "job": asdict(job), "store": str(store)}
        with self._workers.one() as worker:
            try:
                answer = worker.ask(request, self.setup.limits)
            except WorkerLostError as error:
                ResultStore(store).sweep()
                return Outcome(job.row.doc_id, f"{job.row.file}: {error}", lasting=False)
        if "fatal" in answer:
            raise StorageError(answer["fatal"])
        return Outcome(**answer["outcome"])

    def finish(self, what: str, folder: Path, pictures: int = 0) -> Message:
        """Have ``measures`` or ``site`` made for a run folder, outside this process so that its memory stays flat.

        ``pictures`` is the greatest number of page pictures in the site.

        Raises
        ------
        WorkerLostError
            It could not be made; ``str()`` is one line.
        """
        with self._workers.one() as worker:
            return worker.ask({"do": what, "folder": str(folder), "pictures": pictures}, _FINISHING)

    def close(self) -> None:
        """End all workers."""
        self._workers.close()
