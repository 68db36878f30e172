"""Do a run again and say whether it comes out the same, as a Prefect flow."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flows.prefect_local import apply_defaults

apply_defaults()

from prefect import flow, task  # noqa: E402 - Prefect reads its settings when it is imported
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402

from flows.corpus_run import corpus_run  # noqa: E402
from flows.reproduction import Reproduction, Verdict  # noqa: E402
from flows.summary import RunSummary  # noqa: E402


@flow(name="reproduce", flow_run_name="{run}", persist_result=False)
def reproduce(run: Path, corpus: Path | None = None) -> Verdict:
    """Run again from a run folder or an archive of one, with nothing taken from earlier results, and compare tables."""
    with tempfile.TemporaryDirectory(prefix="halfloop-reproduce-") as scratch:
        again = Reproduction(run, Path(scratch), corpus)
        gather_documents(again)
        summary = corpus_run(again.parameters)
        verdict = compare_tables(again, summary)
    create_markdown_artifact(str(verdict), key="reproduction", description=f"Run {verdict.run_id} done again")
    return verdict


@task(name="gather documents", task_run_name="gather documents", cache_policy=NO_CACHE, persist_result=False)
def gather_documents(again: Reproduction) -> None:
    """Find the run's documents and compare their digests with those it recorded."""
    again.gather()


@task(name="compare tables", task_run_name="compare tables", cache_policy=NO_CACHE, persist_result=False)
def compare_tables(again: Reproduction, summary: RunSummary) -> Verdict:
    """Table by table, row by row, until the first difference."""
    return again.compare(summary)
