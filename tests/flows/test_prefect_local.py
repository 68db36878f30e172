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

from flows.prefect_database import DATABASE, SCHEMA, create_database, is_current, schema_of_migrations
from flows.prefect_local import LocalServer
from tests.flows.conftest import ROOT

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("PREFECT_")]:
        monkeypatch.delenv(name)


def test_a_locked_database_is_left_alone_and_the_run_has_its_own(clean: None, tmp_path: Path) -> None:
    holder = sqlite3.connect(tmp_path / DATABASE)
    holder.execute("CREATE TABLE held (x)")
    holder.execute("BEGIN EXCLUSIVE")
    server = LocalServer(tmp_path)
    try:
        assert server.home != tmp_path
        assert "cannot be used (database is locked); this run keeps its own" in server.note
        assert server.address().startswith("http://127.0.0.1:")
    finally:
        server.stop()
        holder.rollback()
        holder.close()


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


def statements(schema: str) -> list[list[str]]:
    """Statements and their lines in alphabetical order: migrations write foreign keys and indexes in any order."""
    return sorted(sorted(line.strip(" \t,") for line in one.splitlines()) for one in schema.split(";\n"))


def test_the_schema_of_a_new_database_is_what_prefects_migrations_make(clean: None) -> None:
    assert statements(SCHEMA.read_text(encoding="utf-8")) == statements(schema_of_migrations())


def test_a_new_database_needs_no_migration_and_one_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / DATABASE
    create_database(path)
    assert is_current(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'older'")
    connection.close()
    create_database(path)
    assert not is_current(path)


def test_a_file_that_is_no_database_of_prefect_is_not_current(tmp_path: Path) -> None:
    (tmp_path / DATABASE).touch()
    create_database(tmp_path / DATABASE)
    assert not is_current(tmp_path / DATABASE)


def test_with_another_version_of_prefect_its_own_migrations_are_left_to_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_database(tmp_path / "known.db")
    monkeypatch.setattr("flows.prefect_database.version", lambda _: "3.8.80")
    create_database(tmp_path / DATABASE)
    assert not (tmp_path / DATABASE).exists()
    assert not is_current(tmp_path / "known.db")
