"""Which folders on this machine the parameters of a run mean."""

from __future__ import annotations

from pathlib import Path

from flows import progress, remote
from flows.parameters import RunParameters
from flows.pool import Setup
from flows.run_folder import RunsFolder


def runs_folder(parameters: RunParameters) -> RunsFolder:
    """The folder of runs as this corpus sees it; for a URL, the folder on this machine where the work is done."""
    out, corpus = parameters.out, parameters.corpus
    root = remote.work_folder(out) if remote.is_url(out) else Path(out).resolve()
    return RunsFolder(root, corpus if remote.is_url(corpus) else str(Path(corpus).resolve()))


def corpus_folder(parameters: RunParameters) -> Path:
    """The folder of the documents; a corpus at a URL is fetched as far as it is new.

    Raises
    ------
    flows.remote.StoragePlaceError
        It cannot be read.
    """
    if not remote.is_url(parameters.corpus):
        return Path(parameters.corpus).resolve()
    progress.phase("Fetching the corpus")
    return remote.fetch_corpus(parameters.corpus, remote.fetched_folder(parameters.corpus))


def store_of(parameters: RunParameters) -> Path:
    """Where results are kept. A ``fresh`` run keeps its own apart, so that nothing done before is used."""
    runs = runs_folder(parameters)
    return runs.hidden / "fresh" / runs.name if parameters.fresh else runs.store


def setup_for(parameters: RunParameters) -> Setup:
    """What workers are told."""
    return Setup(parameters.tools, parameters.limits)
