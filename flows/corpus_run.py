"""The main job as a Prefect flow: documents in, evidence out. Each step is a task, so that Prefect tells the story."""

from __future__ import annotations

from flows.prefect_local import apply_defaults

apply_defaults()

from prefect import flow, get_run_logger, task  # noqa: E402 - Prefect reads its settings when it is imported
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.runtime import flow_run  # noqa: E402

from flows.artifacts import leave_artifacts, told  # noqa: E402
from flows.batch import Batch  # noqa: E402
from flows.parameters import RunParameters  # noqa: E402
from flows.run_work import RunAtWork  # noqa: E402
from flows.stages import Outcome  # noqa: E402
from flows.summary import RunSummary  # noqa: E402
from flows.task_runners import outcomes_of  # noqa: E402


@flow(name="corpus-run", flow_run_name="{parameters.corpus}", persist_result=False)
def corpus_run(parameters: RunParameters) -> RunSummary:
    """Read a corpus: text, mentions and claims of every document, then tables, measures and the inspection site.

    Only what is new is done: documents, codebook, model and code are compared by content. A document that cannot be
    read becomes a row that says why. The run appears in the folder of runs when it is whole.
    """
    run = RunAtWork(parameters, str(flow_run.id))
    with run.runs.locked():
        look_at_corpus(run)
        if run.nothing_new:
            return leave_artifacts(run.last_summary())
        with run.timed("read"):
            for outcomes in outcomes_of(read_documents, run.batches(), parameters, run.workers):
                run.note(outcomes)
        write_tables(run)
        measure(run)
        if parameters.site:
            build_site(run)
        return leave_artifacts(run.publish())


@task(name="look at the corpus", task_run_name="look at the corpus", cache_policy=NO_CACHE, persist_result=False)
def look_at_corpus(run: RunAtWork) -> None:
    """Manifest, digests of all files, comparison with the last run."""
    run.look()


@task(
    name="read documents",
    task_run_name="batch {batch.number}: {batch.label}",
    cache_policy=NO_CACHE,
    persist_result=False,
)
def read_documents(batch: Batch) -> list[Outcome]:
    """Extraction, mentions and claims of a batch of documents; each result is kept as soon as it is there."""
    outcomes = batch.process()
    get_run_logger().info(told(outcomes))
    return outcomes


@task(name="write tables", task_run_name="write tables", cache_policy=NO_CACHE, persist_result=False)
def write_tables(run: RunAtWork) -> None:
    """All tables but the measures, row group by row group."""
    run.tabulate()


@task(name="measure", task_run_name="measure", cache_policy=NO_CACHE, persist_result=False)
def measure(run: RunAtWork) -> None:
    """What is asked of each document and of the corpus."""
    run.measure()


@task(name="build site", task_run_name="build site", cache_policy=NO_CACHE, persist_result=False)
def build_site(run: RunAtWork) -> None:
    """The pages on which a researcher looks at the evidence."""
    run.build_site()
