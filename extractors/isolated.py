"""Extraction in a worker process that can be killed: a PDF is untrusted input, and C code cannot be interrupted.

Documents travel as stored documents (:mod:`extractors.store`), never as pickles. A worker is killed, and another one
started for the next document, as soon as a document makes it exceed its limits or crash.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path

from extractors.document import Document, ExtractionError
from extractors.killable import KillableWorker, WorkerLostError, Workers
from extractors.options import ExtractOptions, Limits
from extractors.store import read_document


class Worker(KillableWorker):
    """A process that extracts. Use from one thread at a time."""

    def __init__(self) -> None:
        super().__init__("extractors.worker")

    def extract(self, path: Path, doc_id: str, options: ExtractOptions, limits: Limits) -> Document:
        """See :func:`extract_isolated`."""
        with tempfile.TemporaryDirectory(prefix="halfloop-") as folder:
            result = Path(folder) / "document.npz"
            request = {"path": str(path), "doc_id": doc_id, "options": asdict(options), "result": str(result)}
            try:
                answer = self.ask(request, limits)
            except WorkerLostError as error:
                raise ExtractionError(path.name, str(error)) from error
            if "error" in answer:
                page = answer.get("page")
                raise ExtractionError(str(answer["file"]), str(answer["error"]), int(page) if page else None)
            return read_document(result)


_workers = Workers(Worker)


def extract_isolated(
    path: Path, doc_id: str, options: ExtractOptions | None = None, limits: Limits | None = None
) -> Document:
    """:func:`extractors.extract` in a killable process. Safe to call from several threads.

    Raises
    ------
    ExtractionError
        As :func:`extractors.extract`; also where the parser crashed or exceeded ``limits``.
    """
    with _workers.one() as worker:
        return worker.extract(path, doc_id, options or ExtractOptions(), limits or Limits())


def close_workers() -> None:
    """End the workers. They also end by themselves when this process does (their input closes)."""
    _workers.close()
