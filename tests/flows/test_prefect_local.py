"""The local Prefect server: its database locked, damaged or in use, its end, and whom it talks to."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from flows.prefect_local import DATABASE, LocalServer
from tests.flows.conftest import ROOT, halfloop

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("PREFECT_")]:
        monkeypatch.delenv(name)


def test_a_locked_database_is_left_alone_and_the_run_goes_on(clean: None, corpus: Path, tmp_path: Path) -> None:
    home = tmp_path / "runs" / ".halfloop" / "prefect"
    home.mkdir(parents=True)
    holder = sqlite3.connect(home / DATABASE)
    holder.execute("CREATE TABLE held (x)")
    holder.execute("BEGIN EXCLUSIVE")
    done = halfloop("run", corpus, "--out", tmp_path / "runs", "--no-site")
    holder.rollback()
    holder.close()
    assert done.returncode == 0, done.stderr
    assert "cannot be used (database is locked); this run keeps its own" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_database_or_one_in_use_is_not_touched(clean: None, tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"this is no database, whatever its name says" * 100)
    damaged = LocalServer(tmp_path)
    assert damaged.home != tmp_path
    assert "cannot be used" in damaged.note
    (tmp_path / DATABASE).unlink()
    first = LocalServer(tmp_path)
    second = LocalServer(tmp_path)
    try:
        assert first.home == tmp_path
        assert second.home != tmp_path
        assert second.note == ""
    finally:
        for server in (damaged, first, second):
            server.stop()
    assert not second.home.exists()


def test_the_server_ends_with_a_parent_that_is_killed(clean: None, tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from flows.prefect_local import LocalServer
server = LocalServer(Path({str(tmp_path)!r}))
print(server._process.pid, server.address(), flush=True)
import time
time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    pid, address = parent.stdout.readline().split()
    assert address.startswith("http://127.0.0.1:")
    assert psutil.pid_exists(int(pid))
    parent.kill()
    parent.wait()
    while psutil.pid_exists(int(pid)) and psutil.Process(int(pid)).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.05)  # the limit of the whole test is the limit of this loop
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}/health", timeout=5)


def test_a_run_talks_to_loopback_only(clean: None, corpus: Path, tmp_path: Path) -> None:
    """Python's own audit hook sees every connection and every name that is looked up, in all processes of the run."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def watch(event, args):\n"
        "    if event == 'socket.connect' and isinstance(args[1], tuple):\n"
        "        where = str(args[1][0])\n"
        "    elif event == 'socket.getaddrinfo':\n"
        "        where = str(args[0])\n"
        "    else:\n"
        "        return\n"
        "    with open(os.environ['WATCHED'], 'a') as file:\n"
        "        file.write(where + '\\n')\n"
        "sys.addaudithook(watch)\n"
    )
    watched = tmp_path / "watched.txt"
    done = halfloop(
        "run", corpus, "--out", tmp_path / "runs", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}", WATCHED=str(watched)
    )
    assert done.returncode == 0, done.stderr
    places = set(watched.read_text().split())
    assert "127.0.0.1" in places, "the run does talk to its own Prefect server, so the hook works"
    assert places <= {"127.0.0.1", "localhost", "::1", "None"}
