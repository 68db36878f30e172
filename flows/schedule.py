"""Runs of a corpus at set times: a Prefect deployment, served by this process.

Prefect's own ``serve`` pauses the schedule when it ends, which forgets what falls due in the meantime, and starts
every late run one after the other. Here what fell due while nobody served, or while another run was at work, is done
once. Each run is a process of its own, so that the server of schedules stays small and runs with the code of the day.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from threading import Event
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flows.content_keys import ROOT, digest_of
from flows.parameters import RunParameters
from flows.run_folder import RunBusyError
from flows.run_places import runs_folder

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun, State

CAUGHT_UP = "caught-up"
_ENDING_SECONDS = 20.0
_MOST = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run when. ``parameters`` holds absolute places; ``timezone`` is an IANA name."""

    parameters: RunParameters
    cron: str
    timezone: str

    @property
    def name(self) -> str:
        """The name of the deployment: the corpus's, and a digest so that two do not collide."""
        corpus = PurePosixPath(self.parameters.corpus).name.replace("%", "_") or "corpus"
        return f"{corpus}-{digest_of(self.parameters.corpus, self.parameters.out)[:8]}"


class ScheduleServer:
    """Serves one plan until it is told to end. ``say`` gets one line for everything that happens."""

    def __init__(self, plan: Plan, client: SyncPrefectClient, say: Callable[[str], None], poll_seconds: float) -> None:
        self.plan, self.say, self.poll_seconds = plan, say, poll_seconds
        self._client = client
        self._ending = Event()
        self.deployment_id: UUID

    def end(self) -> None:
        """End as soon as possible; callable from a signal handler."""
        self._ending.set()

    def register(self, run_now: bool = False) -> None:
        """Create or renew the deployment. What an earlier server left undone becomes one run that is due now."""
        left = self._left_undone()
        if left:
            self._create(self.deployment_id, f"in place of {_counted(len(left))} that fell due or was stopped")
            self.say(f"{_counted(len(left))} missed or stopped since the schedule was last served: caught up once")
        # renewing it takes away the coming runs of the old schedule, also those that are past: hence the order
        self.deployment_id = _apply(self.plan)
        if run_now and not left:
            self._create(self.deployment_id, "asked for at the start")

    def serve(self) -> None:
        """Start what falls due, one run after the other, until :meth:`end`."""
        waiting = False
        while not self._ending.is_set():
            due = self._due()
            if due and self._busy():
                if not waiting:
                    self.say("due, but another run of this corpus is at work: waiting for it")
                waiting = True
            elif due:
                waiting = False
                run, skipped = choose(due)
                for other in skipped:
                    self._skip(other, f"done by {run.name}, which was due too")
                self._execute(run)
                continue
            self._ending.wait(self.poll_seconds)

    def _left_undone(self) -> list[FlowRun]:
        """Runs that were due or at work when the last server of this plan ended; they are closed."""
        from prefect.exceptions import ObjectNotFound
        from prefect.states import Crashed

        try:
            self.deployment_id = self._client.read_deployment_by_name(f"corpus-run/{self.plan.name}").id
        except ObjectNotFound:
            return []
        at_work = self._of_this({"state": {"type": {"any_": ["RUNNING", "PENDING"]}}})
        for run in at_work:
            self._client.set_flow_run_state(run.id, Crashed(message="its server of schedules ended"), force=True)
        due = self._due()
        for run in due:
            if not run.auto_scheduled:  # the others go when the deployment is renewed
                self._skip(run, "done by a run that catches up")
        if at_work or due:
            return [*at_work, *due]
        latest = self._of_this({"start_time": {"is_null_": False}}, most=1)
        return [run for run in latest if run.state is not None and run.state.is_crashed()]

    def _of_this(self, wanted: dict[str, Any], most: int = _MOST) -> list[FlowRun]:
        from prefect.client.schemas.filters import FlowRunFilter
        from prefect.client.schemas.sorting import FlowRunSort

        filtered = FlowRunFilter.model_validate({"deployment_id": {"any_": [self.deployment_id]}, **wanted})
        found = self._client.read_flow_runs(flow_run_filter=filtered, sort=FlowRunSort.START_TIME_DESC, limit=most)
        return list(found)

    def _create(self, deployment_id: UUID, why: str) -> None:
        from prefect.states import Scheduled

        self._client.create_flow_run_from_deployment(
            deployment_id,
            parameters={"parameters": self.plan.parameters.model_dump()},
            state=Scheduled(scheduled_time=datetime.now(UTC), message=why),
            tags=[CAUGHT_UP],
        )

    def _due(self) -> list[FlowRun]:
        return self._client.get_scheduled_flow_runs_for_deployments(  # type: ignore[return-value]
            [self.deployment_id], scheduled_before=datetime.now(UTC), limit=_MOST
        )

    def _busy(self) -> bool:
        try:
            with runs_folder(self.plan.parameters).locked():
                return False
        except RunBusyError:
            return True

    def _skip(self, run: FlowRun, why: str) -> None:
        from prefect.states import Cancelled

        self._client.set_flow_run_state(run.id, Cancelled(name="Skipped", message=why), force=True)

    def _execute(self, run: FlowRun) -> None:
        """Do a run in a process of its own; end it when it is cancelled in Prefect, or when serving ends."""
        from prefect.states import Cancelled, Crashed, Pending, Scheduled

        self._client.set_flow_run_state(run.id, Pending())
        self.say(f"begins (flow run {run.id})")
        cancelled = False
        with _child(run.id) as child:
            while child.poll() is None and not self._ending.wait(min(self.poll_seconds, 2.0)):
                state = self._client.read_flow_run(run.id).state
                if state is not None and (state.is_cancelling() or state.is_cancelled()):
                    cancelled = True
                    _end(child)
            stopped = child.poll() is None
            if stopped:
                self.say("stopping the run at work; what is finished is kept")
        if stopped:
            again: State[Any] = Scheduled(
                scheduled_time=datetime.now(UTC), message="stopped with its server of schedules"
            )
            self._client.set_flow_run_state(run.id, again, force=True)
            return
        if cancelled:
            self._client.set_flow_run_state(run.id, Cancelled(), force=True)
        state = self._client.read_flow_run(run.id).state
        if state is not None and not state.is_final():  # it ended before Prefect heard of it
            crashed: State[Any] = Crashed(message=f"its process ended with code {child.returncode}")
            self._client.set_flow_run_state(run.id, crashed, force=True)
        self.say("cancelled" if cancelled else f"ended with code {child.returncode}")


def choose(due: Sequence[FlowRun]) -> tuple[FlowRun, list[FlowRun]]:
    """The run to do first and those that it makes superfluous. ``due`` is sorted by time and not empty.

    Runs that somebody started by hand are all done, in their order, since their parameters may differ. Of runs that
    fell due by schedule the last one stands for all.
    """
    scheduled = [run for run in due if run.auto_scheduled or CAUGHT_UP in run.tags]
    return (scheduled[-1], scheduled[:-1]) if len(scheduled) > 1 else (due[0], [])


def _counted(number: int) -> str:
    return "1 run" if number == 1 else f"{number} runs"


def _apply(plan: Plan) -> UUID:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.corpus_run import corpus_run

    deployment = RunnerDeployment.from_flow(
        corpus_run,
        plan.name,
        schedule=Cron(plan.cron, timezone=plan.timezone),
        parameters={"parameters": plan.parameters.model_dump()},
        tags=["halfloop"],
        entrypoint_type=EntrypointType.MODULE_PATH,
        paused=False,
    )
    return UUID(str(deployment.apply()))


@contextlib.contextmanager
def _child(flow_run_id: UUID) -> Iterator[subprocess.Popen[bytes]]:
    """The process of a run. It ends with this one, however this one ends, because its standard input closes."""
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), environment.get("PYTHONPATH", ""))))
    child = subprocess.Popen(
        [sys.executable, "-m", "flows.scheduled_run", str(flow_run_id)],
        stdin=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    try:
        yield child
    finally:
        _end(child)
        assert child.stdin is not None
        child.stdin.close()


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a run: it is asked first. Killing it is safe too, only Prefect does not hear of it then."""
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
    try:
        child.wait(_ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
