"""Prefect without a server to look after: one is started for the run, on loopback, and ends with it.

Prefect's own ephemeral server is a child that outlives a parent ended by kill -9 and keeps its database open. Ours
(:mod:`flows.prefect_server`) ends when its standard input closes. Whoever has set ``PREFECT_API_URL`` uses that server.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from flows.content_keys import ROOT
from flows.prefect_database import DATABASE, create_database, is_current

_STARTUP_SECONDS = 600.0  # a machine with ten other things to do needs minutes; one that died is noticed at once
_LAST_SECONDS = 20.0
_OTHER_DATABASES = ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_DATABASE_CONNECTION_URL")
_DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(int(_STARTUP_SECONDS)),
    "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_CLI_PROMPT": "false",
}


def apply_defaults() -> None:
    """Settings that hold unless the user set them otherwise. Must come before Prefect is imported."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)


class LocalServer:
    """A Prefect server of this process alone. Starting returns at once; :meth:`ready` waits."""

    def __init__(self, home: Path, port_of_schedules: int | None = None) -> None:
        self.note = ""
        self._own_home: Path | None = None
        self._lock: IO[str] | None = None
        self.home = self._usable(home)
        self._log = (self.home / "server.log").open("ab")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "flows.prefect_server",
                *([] if port_of_schedules is None else [str(port_of_schedules)]),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=_environment(self.home, for_one_run=port_of_schedules is None),
            start_new_session=True,
        )
        self._url = ""
        self._reader = threading.Thread(target=self._read_port, daemon=True)
        self._reader.start()

    def address(self) -> str:
        """The address of its API, which is known long before it answers.

        Raises
        ------
        RuntimeError
            The process ended before it could say.
        """
        self._reader.join(_STARTUP_SECONDS)
        if not self._url:
            raise RuntimeError(f"Prefect's local server did not start; see {self.home / 'server.log'}")
        return self._url

    def wait(self) -> None:
        """Wait until it answers.

        Raises
        ------
        RuntimeError
            It does not come up.
        """
        deadline = time.monotonic() + _STARTUP_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError, urllib.error.URLError):
                urllib.request.urlopen(f"{self.address()}/health", timeout=30).read()
                return
            time.sleep(0.05)
        raise RuntimeError(f"Prefect's local server did not start; see {self.home / 'server.log'}")

    def stop(self) -> None:
        """End it and give its home back."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._log.close()
        if self._lock is not None:
            self._lock.close()
        if self._own_home is not None:
            shutil.rmtree(self._own_home, ignore_errors=True)

    def _read_port(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError):
            port = self._process.stdout.readline().strip()
            self._url = f"http://127.0.0.1:{int(port)}/api"

    def _usable(self, home: Path) -> Path:
        """``home`` where its database can be had, otherwise one of our own for this run."""
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._lock = (home / "in-use.lock").open("a")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _try_database(home / DATABASE)
            create_database(home / DATABASE)
        except (OSError, sqlite3.Error) as error:
            if not isinstance(error, BlockingIOError):
                self.note = f"Prefect's database in {home} cannot be used ({error}); this run keeps its own"
            if self._lock is not None:
                self._lock.close()
                self._lock = None
            self._own_home = Path(tempfile.mkdtemp(prefix="halfloop-prefect-"))
            create_database(self._own_home / DATABASE)
            return self._own_home
        return home


def _environment(home: Path, for_one_run: bool) -> dict[str, str]:
    """What its process is told; what takes time at its start and a run does not need is left out."""
    environment = dict(os.environ, PREFECT_HOME=str(home))
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), environment.get("PYTHONPATH", ""))))
    environment.pop("PREFECT_API_URL", None)
    if for_one_run:
        environment.setdefault("PREFECT_SERVER_REGISTER_BLOCKS_ON_START", "false")
    if is_current(home / DATABASE) and not any(name in environment for name in _OTHER_DATABASES):
        environment["PREFECT_SERVER_DATABASE_MIGRATE_ON_START"] = "false"
    return environment


def _try_database(path: Path) -> None:
    if path.exists():
        with contextlib.closing(sqlite3.connect(path, timeout=2.0)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.rollback()


@contextlib.contextmanager
def local_prefect(home: Path, port_of_schedules: int | None = None) -> Iterator[LocalServer | None]:
    """A Prefect API for the block: the one in ``PREFECT_API_URL`` if that is set, otherwise a local server.

    The server starts in the background: import the flow, which takes a second too, then wait for the server. With
    ``port_of_schedules`` it looks after schedules too and shows its web pages, on that port if it is free.
    """
    apply_defaults()
    if os.environ.get("PREFECT_API_URL"):
        yield None
        return
    before = os.environ.get("PREFECT_HOME")
    server = LocalServer(Path(before) if before else home, port_of_schedules)
    try:
        os.environ["PREFECT_HOME"] = str(server.home)
        os.environ["PREFECT_API_URL"] = server.address()
        yield server
    finally:
        say_last_things()
        os.environ.pop("PREFECT_API_URL", None)
        if before is None:
            os.environ.pop("PREFECT_HOME", None)
        server.stop()


def say_last_things() -> None:
    """Let Prefect send what it still holds: at the end of the process its server is gone, and it would wait for it."""
    if "prefect.logging.handlers" in sys.modules:
        from prefect.events.worker import EventsWorker
        from prefect.logging.handlers import APILogWorker

        EventsWorker.drain_all(timeout=_LAST_SECONDS)
        APILogWorker.drain_all(timeout=_LAST_SECONDS)
