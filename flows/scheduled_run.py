"""The process of one run that fell due. Started, and where need be ended, by :mod:`flows.schedule`."""

from __future__ import annotations

import os
import signal
import sys
import threading
from uuid import UUID

from flows import console
from flows.batch import close_pools
from flows.prefect_command import said_plainly
from flows.prefect_local import say_last_things
from flows.progress import listening


def main(flow_run_id: str) -> int:
    """Do a flow run that Prefect knows already; returns the exit code of ``halfloop run``."""
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def work() -> int:
        from prefect.client.orchestration import get_client
        from prefect.flow_engine import run_flow

        from flows.corpus_run import corpus_run
        from flows.parameters import RunParameters
        from flows.run_command import exit_code
        from flows.summary import RunSummary

        with get_client(sync_client=True) as client:
            flow_run = client.read_flow_run(UUID(flow_run_id))
        parameters = RunParameters.model_validate(flow_run.parameters["parameters"])
        try:
            with listening(console.Progress(quiet=False)):
                summary = run_flow(corpus_run, flow_run=flow_run, parameters={"parameters": parameters})
        finally:
            close_pools()
            say_last_things()
        assert isinstance(summary, RunSummary)
        console.show_summary(summary)
        return exit_code(summary)

    return said_plainly(work, as_json=False)


def _end_with_parent() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
