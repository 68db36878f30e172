"""Schedules: what is chosen, what is caught up, and the whole thing as a process that is told to end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from flows.parameters import RunParameters
from flows.run_places import runs_folder
from flows.schedule_command import PlanError, local_zone, next_time, plan_for
from tests.flows.conftest import ROOT, halfloop

pytestmark = pytest.mark.xdist_group("prefect")
MONDAYS = "0 6 * * 1"


@pytest.fixture
def parameters(corpus: Path, tmp_path: Path) -> RunParameters:
    return RunParameters(corpus=str(corpus), out=str(tmp_path / "runs"), site=False, workers=1)


def test_a_plan_has_absolute_places_and_a_name_of_its_own(
    parameters: RunParameters, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    plan = plan_for(RunParameters(corpus="corpus", out="runs", site=False, workers=1), MONDAYS, "UTC")
    assert plan.parameters == parameters
    other = plan_for(parameters.model_copy(update={"out": "elsewhere"}), MONDAYS, "UTC")
    assert plan.name.startswith("corpus-")
    assert plan.name != other.name


def test_a_time_zone_that_is_none_is_refused(parameters: RunParameters) -> None:
    with pytest.raises(PlanError, match="no time zone 'Mars/Olympus'"):
        plan_for(parameters, MONDAYS, "Mars/Olympus")


@pytest.mark.parametrize(("stated", "zone"), [("Europe/Athens", "Europe/Athens"), (":Asia/Tokyo", "Asia/Tokyo")])
def test_the_zone_is_that_of_the_environment(stated: str, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", stated)
    assert local_zone() == zone


def test_times_are_those_of_the_zone() -> None:
    due = next_time(MONDAYS, "Asia/Tokyo")
    assert (due.weekday(), due.hour, due.minute) == (0, 6, 0)
    assert due.utcoffset() == timedelta(hours=9)
    assert timedelta(0) < due - datetime.now(UTC) <= timedelta(days=7)


@pytest.mark.parametrize("cron", ["monday", "0 6 * *", "61 6 * * 1", ""])
def test_what_is_no_cron_expression_is_refused(cron: str) -> None:
    with pytest.raises(PlanError, match="is not a cron expression"):
        next_time(cron, "UTC")


def flow_run(name: str, *, auto: bool, tags: tuple[str, ...] = ()) -> object:
    from prefect.client.schemas.objects import FlowRun

    return FlowRun(id=uuid4(), name=name, flow_id=uuid4(), auto_scheduled=auto, tags=list(tags))


def test_of_several_that_fell_due_the_last_is_done_and_what_was_asked_for_by_hand_stays() -> None:
    from flows.schedule import CAUGHT_UP, choose

    early, late = flow_run("early", auto=True), flow_run("late", auto=True)
    hand, again = flow_run("hand", auto=False), flow_run("again", auto=False, tags=(CAUGHT_UP,))
    assert choose([early, hand, late]) == (late, [early])  # type: ignore[list-item]
    assert choose([hand, early]) == (hand, [])  # type: ignore[list-item]
    assert choose([again, late]) == (late, [again])  # type: ignore[list-item]


def test_prefect_yaml_is_what_prefect_reads_and_names_things_that_exist() -> None:
    from prefect.cli.deploy._models import PrefectYamlModel
    from prefect.client.schemas.schedules import CronSchedule

    content = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    known = PrefectYamlModel.model_validate(content).deployments
    assert [deployment.name for deployment in known] == ["weekly"]
    assert set(content["deployments"][0]) <= set(type(known[0]).model_fields), "no key that Prefect would ignore"
    stated = RunParameters.model_validate(known[0].parameters["parameters"])
    assert (ROOT / stated.corpus).is_dir()
    schedule = content["deployments"][0]["schedules"][0]
    assert CronSchedule(**schedule).cron == MONDAYS
    assert content["deployments"][0]["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    from prefect.flows import load_flow_from_entrypoint

    assert load_flow_from_entrypoint(str(ROOT / str(known[0].entrypoint))).name == "corpus-run"


class Served:
    """``halfloop schedule`` as a process; its lines as they come."""

    def __init__(self, parameters: RunParameters, *more: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        environment = {**inherited, "PYTHONUNBUFFERED": "1"}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "flows", "schedule", parameters.corpus, "--out", parameters.out),
                *("--cron", MONDAYS, "--timezone", "UTC", "--port", port, "--no-site", "--workers", "1", *more),
            ],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, env=environment,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    @property
    def said(self) -> str:
        return "".join(self.lines)

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + 400
        while text not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(120)
        self._reader.join(30)
        return code


@contextlib.contextmanager
def served(parameters: RunParameters, *more: str) -> Iterator[Served]:
    server = Served(parameters, *more)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.end(signal.SIGKILL)


@pytest.mark.timeout(900)  # two Prefect servers start, one with a new database: 20 s of work, minutes on a busy machine
def test_a_schedule_runs_ends_at_sigterm_and_catches_up_once_what_it_missed(parameters: RunParameters) -> None:
    out, runs = Path(parameters.out), runs_folder(parameters)
    database = runs.hidden / "schedules" / runs.name / "prefect.db"
    with served(parameters, "--now") as server:
        server.wait_for("ended with code 0")
        assert "next Monday" in server.said
        refused = halfloop("schedule", parameters.corpus, "--out", out, "--cron", MONDAYS, PREFECT_API_URL="")
        assert refused.returncode == 2
        assert "its schedule is being served already" in refused.stderr
        wait_until_scheduled(database)
        assert server.end(signal.SIGTERM) == 0
    assert "Traceback" not in server.said
    first = [path for path in out.glob("2*") if path.is_dir()]
    assert len(first) == 1
    record = json.loads((first[0] / "run.json").read_text())
    assert record["flow_run_id"] in server.said
    miss_two(database)

    with served(parameters) as server:
        server.wait_for("2 runs missed or stopped since the schedule was last served: caught up once")
        server.wait_for("ended with code 0")
        assert "Nothing new since" in server.said
        assert server.said.count("begins (flow run") == 1
        assert server.end(signal.SIGINT) == 0


def query(database: Path, text: str) -> list[tuple[str, ...]]:
    with contextlib.closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        return connection.execute(text).fetchall()


def wait_until_scheduled(database: Path) -> None:
    deadline = time.monotonic() + 120
    while len(query(database, "SELECT id FROM flow_run WHERE auto_scheduled AND state_type = 'SCHEDULED'")) < 3:
        assert time.monotonic() < deadline, "Prefect's scheduler has made no runs of the schedule"
        time.sleep(0.2)


def miss_two(database: Path) -> None:
    """Time passes while nobody serves: the two next runs now lie in the past."""
    coming = "auto_scheduled AND next_scheduled_start_time > datetime('now') ORDER BY next_scheduled_start_time LIMIT 1"
    for days in (14, 7):
        past = f"datetime('now', '-{days} days')"
        query(
            database,
            f"UPDATE flow_run SET next_scheduled_start_time = {past}, expected_start_time = {past} "
            f"WHERE id = (SELECT id FROM flow_run WHERE {coming})",
        )
