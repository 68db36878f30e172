"""``halfloop schedule``: checks what was asked for, starts Prefect, serves until told to end."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from corpus.manifest import read_manifest
from flows import console
from flows.parameters import RunParameters
from flows.prefect_command import said_plainly
from flows.prefect_local import local_prefect
from flows.remote import check_place, is_url
from flows.run_folder import RunBusyError
from flows.run_places import runs_folder
from flows.schedule import Plan, ScheduleServer
from flows.tools import digests_of

_POLL_SECONDS = 5.0
_NO_CRON = '--cron: {!r} is not a cron expression (minute hour day month weekday, e.g. "0 6 * * 1")'


class PlanError(ValueError):
    """A schedule that cannot be: ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: ``timezone`` None means this machine's, ``now`` a run at the start too."""

    cron: str
    timezone: str | None = None
    port: int = 4200
    now: bool = False


def serve_schedule(parameters: RunParameters, wish: Wish) -> int:
    """Serve a schedule from the command line; returns the exit code: 0 when it was told to end."""

    def work() -> int:
        plan = plan_for(parameters, wish.cron, wish.timezone)
        runs = runs_folder(plan.parameters)
        home = runs.hidden / "schedules" / runs.name
        with _only_server(home, runs.corpus), local_prefect(home, port_of_schedules=wish.port) as server:
            next_time(plan.cron, plan.timezone)  # imports Prefect, which takes a second, in which the server starts too
            if server is not None:
                server.wait()
                if server.note:
                    console.warn(server.note)
            _serve(plan, wish.now)
        return 0

    try:
        return said_plainly(work, as_json=False)
    except SystemExit:  # told to end before it served
        return 0


def plan_for(parameters: RunParameters, cron: str, timezone: str | None) -> Plan:
    """The plan, with places made absolute.

    Raises
    ------
    PlanError
        There is no such time zone, or the time is no cron expression at first sight.
    corpus.codebook.CodebookError, models.claims.ModelError
        One of them cannot be used.
    corpus.records.ManifestError
        There is nothing to read. (A corpus on object storage is not looked at before its first run.)
    flows.remote.StoragePlaceError
        The packages for a URL are missing.
    """
    zone = timezone or local_zone()
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PlanError(f"--timezone: there is no time zone {zone!r} (e.g. Europe/London, UTC)") from None
    if len(cron.split()) not in {5, 6} and not cron.startswith("@"):  # the rest is for Prefect to judge
        raise PlanError(_NO_CRON.format(cron))
    digests_of(parameters.tools)  # a codebook or model that cannot be used is refused before anything is started
    for place in filter(is_url, (parameters.corpus, parameters.out)):
        check_place(place)
    if not is_url(parameters.corpus):
        read_manifest(Path(parameters.corpus).resolve())
    places = {
        name: place if is_url(place) else str(Path(place).resolve())
        for name, place in (("corpus", parameters.corpus), ("out", parameters.out))
    }
    return Plan(parameters.model_copy(update=places), cron, zone)


def next_time(cron: str, timezone: str) -> datetime:
    """When a cron expression falls due next, as Prefect reads it. Imports Prefect, so its address must be set before.

    Raises
    ------
    PlanError
        It is no cron expression.
    """
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.server.schemas.schedules import CronSchedule as Counted

    try:
        CronSchedule(cron=cron, timezone=timezone)
        found = asyncio.run(Counted(cron=cron, timezone=timezone).get_dates(1))
    except (ValueError, KeyError):
        raise PlanError(_NO_CRON.format(cron)) from None
    if not found:
        raise PlanError(f"--cron: {cron!r} never falls due")
    return found[0]


def local_zone() -> str:
    """The IANA name of this machine's time zone; UTC where it has none."""
    stated = os.environ.get("TZ", "").lstrip(":")
    if stated:
        return stated
    parts = Path("/etc/localtime").resolve().parts
    return "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else "UTC"


def _serve(plan: Plan, now: bool) -> None:
    from prefect.client.orchestration import get_client

    pages = os.environ.get("PREFECT_API_URL", "").removesuffix("/api")
    with get_client(sync_client=True) as client:
        server = ScheduleServer(plan, client, _say, _POLL_SECONDS)
        before = {number: signal.signal(number, lambda *_: server.end()) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            server.register(run_now=now)
            _say(f"{plan.parameters.corpus} runs at {plan.cron!r} ({plan.timezone}), results in {plan.parameters.out}")
            _say(f"next {next_time(plan.cron, plan.timezone):%A %Y-%m-%d %H:%M %Z}; web pages at {pages}")
            server.serve()
            _say("ended; what falls due from now on is caught up once at the next start")
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _say(line: str) -> None:
    console.note(f"{datetime.now():%Y-%m-%d %H:%M:%S}  {line}")


@contextlib.contextmanager
def _only_server(home: Path, corpus: str) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with (home / "served.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunBusyError(
                f"{corpus}: its schedule is being served already, into the same folder of runs"
            ) from None
        yield
