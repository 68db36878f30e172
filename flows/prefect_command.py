"""What every command that starts a flow does around it: a Prefect server, a clean end, errors as one line."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from flows import console
from flows.batch import close_pools
from flows.loading import loading
from flows.prefect_local import local_prefect
from flows.progress import listening

NOTHING_DONE = 2

# what users can cause; each is one line. Named, because some live in rooms that are loaded late.
_PLAIN = frozenset(
    {
        "CodebookError", "DaskMissingError", "DamagedResultError", "ManifestError", "ModelError", "PlanError",
        "RunBusyError", "RunError", "RunsPlaceError", "RuntimeError", "SourceError", "StorageError",
        "StoragePlaceError", "WorkerLostError",
    }
)  # fmt: skip


def said_plainly(work: Callable[[], int], as_json: bool) -> int:
    """Do the work of a command; what goes wrong is one line. Returns the exit code."""
    with _ends_cleanly():
        try:
            return work()
        except Exception as error:
            if os.environ.get("HALFLOOP_DEBUG"):
                raise
            line = one_line(error)
            if not isinstance(error, OSError) and type(error).__name__ not in _PLAIN:
                line = f"unexpected {type(error).__name__}: {line} (HALFLOOP_DEBUG=1 says more)"
    if as_json:
        console.out(json.dumps({"error": line, "exit_code": NOTHING_DONE}, ensure_ascii=False))
    console.error(line)
    return NOTHING_DONE


def with_prefect(home: Path, work: Callable[[], int], quiet: bool) -> int:
    """Do work that starts a flow, while a Prefect server runs and progress shows."""
    listener = console.Progress(quiet)
    try:
        with local_prefect(home) as server, listening(listener), listener:
            listener.phase("Starting Prefect")
            with loading():
                import flows.corpus_run  # noqa: F401 - takes a second, in which the server starts too

            if server is not None:
                server.wait()
                if server.note:
                    console.warn(server.note)
            return work()
    finally:
        close_pools()


def one_line(error: BaseException) -> str:
    """An error as one line."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(error).split()) or type(error).__name__


@contextlib.contextmanager
def _ends_cleanly() -> Iterator[None]:
    """SIGTERM ends like Ctrl-C: workers and server go, what is finished stays."""

    def end(number: int, _: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before: Any = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        console.error("stopped; what is finished is kept, the next run goes on from there")
        raise SystemExit(130) from None
    finally:
        signal.signal(signal.SIGTERM, before)
