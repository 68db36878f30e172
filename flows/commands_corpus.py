"""Commands of the area `corpus`: ``halfloop corpus fetch``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.stopping import stop

DEFAULT_OUT = Path("corpus-reference")


def register(app: typer.Typer) -> None:
    """Add this area's commands to the application."""
    area = typer.Typer(help="Get the documents of a corpus.", no_args_is_help=True)
    area.command("fetch")(fetch)
    app.add_typer(area, name="corpus")


def fetch(
    manifest: Annotated[
        Path | None, typer.Argument(help="A manifest.csv (or its folder); without one, the reference corpus.")
    ] = None,
    *,
    out: Annotated[Path, typer.Option(help="The folder that the documents go to.")] = DEFAULT_OUT,
    only: Annotated[list[str] | None, typer.Option(help="Fetch this id only; may be repeated.")] = None,
    attempts: Annotated[int, typer.Option(min=1, help="Attempts for each document.")] = 4,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds of silence after which an attempt ends.")] = 30.0,
    max_mb: Annotated[float, typer.Option(min=0.001, help="Largest document, in megabytes.")] = 200.0,
) -> None:
    """Fetch documents by the addresses of a manifest.

    Digests are checked, and what was begun is gone on with.

    Exit code 0: all are there. 1: some could not be had, each named in a line. 2: nothing could be done.
    """
    from corpus.download import FetchLimits
    from corpus.fetch import REFERENCE, Fetched, fetch_corpus, write_manifest
    from corpus.records import ManifestError

    def tell(done: Fetched) -> None:
        if done.outcome == "failed":
            typer.echo(f"{done.doc_id}: {done.message}", err=True)
        elif done.outcome == "fetched":
            typer.echo(f"{done.doc_id}: fetched {done.file}")

    source = manifest or REFERENCE
    limits = FetchLimits(timeout=timeout, attempts=attempts, max_bytes=int(max_mb * 1_000_000))
    try:
        done = fetch_corpus(source, out, limits=limits, only=frozenset(only or ()), report=tell)
        remark = write_manifest(source, out, done)
    except (ManifestError, OSError) as error:
        raise stop(error) from None
    except KeyboardInterrupt:
        typer.echo("halfloop: stopped; the same command goes on from here", err=True)
        raise typer.Exit(1) from None
    if remark:
        typer.echo(remark, err=True)
    counts = {outcome: sum(d.outcome == outcome for d in done) for outcome in ("fetched", "present", "failed")}
    typer.echo(f"{counts['fetched']} fetched, {counts['present']} already there, {counts['failed']} could not be had")
    if counts["failed"] == len(done):
        raise typer.Exit(2)
    if counts["failed"]:
        raise typer.Exit(1)
