"""``halfloop run``: starts Prefect, the flow and the workers, shows how it gets on, and says what was found."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.manifest import read_manifest
from flows import console
from flows.batch import pool_for
from flows.parameters import RunParameters
from flows.prefect_command import NOTHING_DONE, said_plainly, with_prefect
from flows.remote import check_place, is_url
from flows.run_work import RunSummary, runs_folder, setup_for
from flows.summary import summary_as_json

OK, SOME_FAILED = 0, 1


def run_corpus(parameters: RunParameters, as_json: bool) -> int:
    """Run a corpus from the command line; returns the exit code."""
    return said_plainly(lambda: _run(parameters, as_json), as_json)


def _run(parameters: RunParameters, as_json: bool) -> int:
    if not is_url(parameters.corpus):
        manifest = read_manifest(Path(parameters.corpus).resolve())  # before anything is started
        if manifest.guessed and not as_json:
            console.show_guesses(manifest)
    for place in (parameters.corpus, parameters.out):
        if is_url(place):
            check_place(place)
    runs = runs_folder(parameters)
    runs.hidden.mkdir(parents=True, exist_ok=True)
    if not parameters.dask and (parameters.fresh or runs.last_run() is None):  # otherwise there may be nothing to do
        pool_for(setup_for(parameters)).prewarm()
    summaries: list[RunSummary] = []

    def work() -> int:
        from flows.corpus_run import corpus_run

        summaries.append(corpus_run(parameters))
        return exit_code(summaries[0])

    code = with_prefect(runs.hidden / "prefect", work, quiet=as_json)
    if as_json:
        console.out(json.dumps(summary_as_json(summaries[0]), indent=2, ensure_ascii=False))
    else:
        console.show_summary(summaries[0])
        if is_url(parameters.out):
            console.out(f"sent    {parameters.out.rstrip('/')}/{summaries[0].run_id}")
    return code


def exit_code(summary: RunSummary) -> int:
    """0 all well, 1 some documents failed, 2 no document could be read."""
    if summary.totals.failed == summary.totals.documents:
        return NOTHING_DONE
    return SOME_FAILED if summary.totals.failed else OK
