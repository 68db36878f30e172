"""Runs that several tests look at: a hand-written one with its site, and one over the embedded sample."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.runs import Run
from reports.site import SiteOptions, build_site
from tests.reports.sample_run import build_sample_run
from tests.reports.stories import river_documents
from tests.reports.tiny import build_run


@pytest.fixture(scope="session")
def river_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Four documents about bridges: an evaluation, a White Paper, a committee report and a response to it."""
    return build_run(tmp_path_factory.mktemp("river") / "river-run", river_documents())


@pytest.fixture(scope="session")
def river_site(river_run: Run) -> Path:
    """The site of :func:`river_run`."""
    return build_site(river_run.folder, SiteOptions(pictures=0)).parent


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The embedded sample, read, tagged, classified and measured."""
    return build_sample_run(tmp_path_factory.mktemp("sample") / "sample-run")
