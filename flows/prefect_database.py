"""Prefect's database for a new home, made from its schema at once instead of by its hundred migrations.

``prefect_schema.sql`` beside this file is what the migrations of one version of Prefect (Apache License 2.0) leave in
an empty database: written by ``python -m flows.prefect_database``, compared with the migrations by a test. With any
other version of Prefect it is not used, and Prefect's server migrates as it always does.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

DATABASE = "prefect.db"
SCHEMA = Path(__file__).with_name("prefect_schema.sql")
_HEAD = "INSERT INTO alembic_version VALUES ('{}');"
_MIGRATE = """
import asyncio
from prefect.server.database import provide_database_interface
asyncio.run(provide_database_interface().create_db())
"""


def create_database(path: Path) -> None:
    """Create the database at ``path`` where there is none and the installed Prefect is the schema's.

    Raises
    ------
    OSError, sqlite3.Error
        It cannot be written.
    """
    schema = SCHEMA.read_text(encoding="utf-8")
    if path.exists() or not schema.startswith(_first_line()):
        return
    beside = path.with_name(f"{path.name}.partial")
    beside.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(beside)) as connection:
        connection.executescript(f"BEGIN;\n{schema}COMMIT;")
    beside.rename(path)


def is_current(path: Path) -> bool:
    """Whether the database at ``path`` stands where the installed Prefect's migrations would bring it."""
    schema = SCHEMA.read_text(encoding="utf-8")
    if not schema.startswith(_first_line()) or not path.exists():
        return False
    with contextlib.closing(sqlite3.connect(path)) as connection:
        try:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        except sqlite3.Error:  # an empty file, or none of Prefect's: its server says so
            return False
    return len(found) == 1 and _HEAD.format(found[0][0]) in schema


def schema_of_migrations() -> str:
    """The schema that the installed Prefect's own migrations make, as SQL."""
    with tempfile.TemporaryDirectory() as home:
        environment = dict(os.environ, PREFECT_HOME=home)
        environment.pop("PREFECT_API_DATABASE_CONNECTION_URL", None)
        subprocess.run([sys.executable, "-c", _MIGRATE], env=environment, check=True, stderr=subprocess.DEVNULL)
        with contextlib.closing(sqlite3.connect(Path(home) / DATABASE)) as connection:
            rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
            head = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    statements = [line.rstrip() for (sql,) in rows for line in f"{sql};".splitlines()]
    return "\n".join([_first_line(), *statements, _HEAD.format(head), ""])


def _first_line() -> str:
    return f"-- the database of Prefect {version('prefect')} (Apache License 2.0); see prefect_database.py"


if __name__ == "__main__":
    SCHEMA.write_text(schema_of_migrations(), encoding="utf-8")
