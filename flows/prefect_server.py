"""Prefect's API for one run, as a process of its own: loopback only, no user interface, ends with its parent.

Prints the port it listens on, then serves until its standard input closes.
"""

from __future__ import annotations

import os
import socket
import sys
import threading


def main() -> None:
    """Serve Prefect's API on a free port of the loopback interface."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    threading.Thread(target=_end_with_parent, daemon=True).start()

    import uvicorn
    from prefect.server.api.server import create_app

    settings = uvicorn.Config(create_app(ephemeral=True), log_level="critical", lifespan="on")
    uvicorn.Server(settings).run(sockets=[listening])


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
