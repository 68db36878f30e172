"""How a command that cannot do what was asked ends: one line that says why, and exit code 2."""

from __future__ import annotations

import typer


def stop(reason: Exception | str) -> typer.Exit:
    """Say why on standard error, as every command does; the caller raises what is returned."""
    from flows.prefect_command import NOTHING_DONE, one_line

    line = one_line(reason) if isinstance(reason, Exception) else reason
    typer.echo(f"halfloop: {line}", err=True)
    return typer.Exit(NOTHING_DONE)
