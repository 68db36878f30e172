"""``halfloop run``: starts Prefect, the flow and the workers, shows how it gets on, and says what was found."""

from __future__ import annotations

import json
import os
from pathlib import Path

from corpus.manifest import read_manifest
from flows import console
from flows.batch import pool_for
from flows.parameters import RunParameters
from flows.prefect_command import NOTHING_DONE, said_plainly, with_prefect
from flows.progress import listening
from flows.remote import check_place, is_url
from flows.run_places import runs_folder, setup_for
from flows.run_work import standing_run
from flows.summary import RunSummary, summary_as_json
from flows.tools import digests_of

OK, SOME_FAILED = 0, 1


class RunsPlaceError(ValueError):
    """There can be no folder of runs where it was asked for."""


def run_corpus(parameters: RunParameters, as_json: bool) -> int:
    """Run a corpus from the command line; returns the exit code."""
    return said_plainly(lambda: _run(parameters, as_json), as_json)


def _run(parameters: RunParameters, as_json: bool) -> int:
    documents = 0  # of a corpus at a URL: not known yet
    if not is_url(parameters.corpus):
        manifest = read_manifest(Path(parameters.corpus).resolve())  # before anything is started
        documents = len(manifest.rows)
        if manifest.guessed and not as_json:
            console.show_guesses(manifest)
    for place in (parameters.corpus, parameters.out):
        if is_url(place):
            check_place(place)
    digests_of(parameters.tools)  # a codebook or model that cannot be used is refused before anything is started
    if runs_folder(parameters).root.is_file():
        raise RunsPlaceError(f"{parameters.out}: is a file; --out is the folder that holds the runs")
    summary = _standing(parameters, as_json) or _made(parameters, documents, as_json)
    if as_json:
        console.out(json.dumps(summary_as_json(summary), indent=2, ensure_ascii=False))
    else:
        console.show_summary(summary)
        if is_url(parameters.out):
            console.out(f"sent    {parameters.out.rstrip('/')}/{summary.run_id}")
    return exit_code(summary)


def _standing(parameters: RunParameters, quiet: bool) -> RunSummary | None:
    """The last run, if nothing is new since: then nothing is started, Prefect neither, and the answer is there at once.

    With a Prefect server of the user's own that is not done: it is to know of every run.
    """
    if os.environ.get("PREFECT_API_URL"):
        return None
    listener = console.Progress(quiet)
    with listening(listener), listener:
        return standing_run(parameters)


def _made(parameters: RunParameters, documents: int, quiet: bool) -> RunSummary:
    runs = runs_folder(parameters)
    runs.hidden.mkdir(parents=True, exist_ok=True)
    cold = parameters.fresh or runs.last_run() is None
    if not parameters.dask and (cold or not os.environ.get("PREFECT_API_URL")):  # otherwise it may be for nothing
        pool_for(setup_for(parameters)).prewarm(parameters.workers_for(documents) if cold else 1)
    summaries: list[RunSummary] = []

    def work() -> int:
        from flows.corpus_run import corpus_run

        summaries.append(corpus_run(parameters))
        return OK

    with_prefect(runs.hidden / "prefect", work, quiet)
    return summaries[0]


def exit_code(summary: RunSummary) -> int:
    """0 all well, 1 some documents failed, 2 no document could be read."""
    if summary.totals.failed == summary.totals.documents:
        return NOTHING_DONE
    return SOME_FAILED if summary.totals.failed else OK
