"""Prefect's API as a process of its own: loopback only, ends with its parent.

Prints the port it listens on, then serves until its standard input closes. Without an argument it is for one run, and
has no user interface; with a port as its argument it looks after schedules too and shows Prefect's web pages there
(on another port, if that one is taken).
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator

from flows.loading import loading

HOST = "127.0.0.1"


def main(port_of_schedules: int | None) -> None:
    """Serve Prefect's API on the loopback interface."""
    listening = _listening(port_of_schedules or 0)
    port = listening.getsockname()[1]
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if port_of_schedules is not None:
        # its parent says its last things to it after a SIGTERM that a service manager sends to both
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.environ["PREFECT_SERVER_UI_API_URL"] = f"http://{HOST}:{port}/api"
        os.environ["PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT"] = "false"

    with loading():
        import uvicorn
        from prefect.server.api.server import create_app

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    settings = uvicorn.Config(create_app(ephemeral=port_of_schedules is None), log_level="critical", lifespan="on")
    (uvicorn.Server if port_of_schedules is None else Server)(settings).run(sockets=[listening])


def _listening(port: int) -> socket.socket:
    for choice in (port, 0):
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, choice))
        except OSError:
            listening.close()
            if not choice:
                raise
            continue
        listening.listen(128)
        return listening
    raise AssertionError("port 0 is always a choice")


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
