"""``halfloop run``: starts Prefect, the flow and the workers, shows how it gets on, and says what was found."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from corpus.manifest import read_manifest
from corpus.records import ManifestError
from flows import console
from flows.batch import close_pools, pool_for
from flows.parameters import RunParameters
from flows.pool import StorageError, WorkerLostError
from flows.prefect_local import local_prefect
from flows.progress import listening
from flows.run_folder import RunBusyError
from flows.run_work import RunSummary, runs_folder, setup_for
from flows.summary import summary_as_json

OK, SOME_FAILED, NOTHING_DONE = 0, 1, 2


def run_corpus(parameters: RunParameters, as_json: bool) -> int:
    """Run a corpus from the command line; returns the exit code."""
    with _ends_cleanly():
        try:
            summary = start(parameters, quiet=as_json)
        except (ManifestError, RunBusyError, StorageError, WorkerLostError, OSError, RuntimeError) as error:
            return _refused(one_line(error), as_json)
        except Exception as error:
            if os.environ.get("HALFLOOP_DEBUG"):
                raise
            if type(error).__name__ in _SAID_PLAINLY:
                return _refused(one_line(error), as_json)
            return _refused(
                f"unexpected {type(error).__name__}: {one_line(error)} (HALFLOOP_DEBUG=1 says more)", as_json
            )
    if as_json:
        console.out(json.dumps(summary_as_json(summary), indent=2, ensure_ascii=False))
    else:
        console.show_summary(summary)
    return exit_code(summary)


# errors of rooms that are loaded late; each is one line for the person who typed the command
_SAID_PLAINLY = frozenset({"CodebookError", "ModelError", "DaskMissingError", "RunError"})


def start(parameters: RunParameters, quiet: bool = False) -> RunSummary:
    """Do a run in this process, with a Prefect server of its own unless one is configured."""
    manifest = read_manifest(Path(parameters.corpus).resolve())  # before anything is started
    runs = runs_folder(parameters)
    runs.hidden.mkdir(parents=True, exist_ok=True)
    listener = console.Progress(quiet)
    if manifest.guessed and not quiet:
        console.show_guesses(manifest)
    try:
        with local_prefect(runs.hidden / "prefect") as server, listening(listener), listener:
            if not parameters.dask:
                pool_for(setup_for(parameters)).prewarm()
            listener.phase("Starting Prefect")
            from flows.corpus_run import corpus_run

            if server is not None:
                server.wait()
                if server.note:
                    console.warn(server.note)
            return corpus_run(parameters)
    finally:
        close_pools()


def exit_code(summary: RunSummary) -> int:
    """0 all well, 1 some documents failed, 2 no document could be read."""
    if summary.totals.failed == summary.totals.documents:
        return NOTHING_DONE
    return SOME_FAILED if summary.totals.failed else OK


def one_line(error: BaseException) -> str:
    """An error as one line."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def _refused(line: str, as_json: bool) -> int:
    if as_json:
        console.out(json.dumps({"error": line, "exit_code": NOTHING_DONE}, ensure_ascii=False))
    console.error(line)
    return NOTHING_DONE


@contextlib.contextmanager
def _ends_cleanly() -> Iterator[None]:
    """SIGTERM ends like Ctrl-C: workers and server go, what is finished stays."""

    def end(number: int, _: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    before: Any = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        console.error("stopped; what is finished is kept, the next run goes on from there")
        raise SystemExit(130) from None
    finally:
        signal.signal(signal.SIGTERM, before)
