"""Commands on finished runs: do one again, archive one."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add this area's commands to the application."""
    app.command("reproduce")(reproduce)
    app.command("archive")(archive)


def reproduce(
    run: Annotated[Path, typer.Argument(help="A run folder, or an archive made by halfloop archive.")],
    corpus: Annotated[Path | None, typer.Option(help="Where the documents are now, if not where the run says.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Do a run again from its record, and compare.

    Prints MATCH, or the first difference and its likely cause.

    Exit code 0: the same; 1: something differs; 2: it could not be done again.
    """
    from flows import console
    from flows.prefect_command import said_plainly, with_prefect
    from flows.run_source import open_source

    def work() -> int:
        from flows.reproduce import reproduce as reproduce_flow

        verdict = reproduce_flow(run.resolve(), None if corpus is None else corpus.resolve())
        console.out(json.dumps(asdict(verdict), indent=2) if as_json else str(verdict))
        return 0 if verdict.difference is None else 1

    def checked() -> int:
        with tempfile.TemporaryDirectory(prefix="halfloop-reproduce-") as scratch:
            open_source(run, Path(scratch), corpus or Path(scratch))  # before anything is started
            return with_prefect(_home(run.resolve(), Path(scratch)), work, as_json)

    raise typer.Exit(said_plainly(checked, as_json))


def _home(place: Path, scratch: Path) -> Path:
    """Where Prefect keeps its history: with the runs that this one stands among, otherwise nowhere for long."""
    from flows.run_folder import HIDDEN

    hidden = place.parent / HIDDEN
    return (hidden if hidden.is_dir() else scratch) / "prefect"


def archive(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    to: Annotated[Path | None, typer.Option(help="The file to write; beside the run folder if not given.")] = None,
    author: Annotated[str, typer.Option(help="Who did the run, to be named in the archive.")] = "",
    orcid: Annotated[str, typer.Option(help="The author's ORCID, as an address: https://orcid.org/…")] = "",
    publisher: Annotated[str, typer.Option(help="The organisation that publishes the archive.")] = "",
) -> None:
    """Write a run as an RO-Crate, to publish with a paper.

    It holds tables, site, codebook, model card and, where licences allow, the documents.
    """
    from flows import console
    from flows.prefect_command import said_plainly

    def work() -> int:
        from flows.archive import Makers, archive_run

        done = archive_run(run, to, Makers(author, orcid, publisher))
        named = f", {done.named} named only (their licence does not let them be passed on)" if done.named else ""
        console.out(f"{done.path}: {done.included} documents included{named}")
        return 0

    raise typer.Exit(said_plainly(work, as_json=False))
