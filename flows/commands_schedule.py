"""The command that runs a corpus at set times."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands_run import OcrChoice
from models.readings import USUAL, Closeness


def register(app: typer.Typer) -> None:
    """Add this area's commands to the application."""
    app.command("schedule")(schedule)


def schedule(
    corpus: Annotated[str, typer.Argument(help="Folder of documents, or a URL of one (s3://…).")],
    cron: Annotated[str, typer.Option(help='When: minute hour day month weekday, e.g. "0 6 * * 1".')],
    timezone: Annotated[
        str | None, typer.Option(help="Time zone of --cron, e.g. Europe/London; this machine's if not given.")
    ] = None,
    out: Annotated[str, typer.Option(help="Folder (or URL) that holds the runs.")] = "runs",
    now: Annotated[bool, typer.Option("--now", help="Run once at the start too.")] = False,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port of Prefect's web pages on 127.0.0.1; another, if it is taken.")
    ] = 4200,
    workers: Annotated[int, typer.Option(min=0, max=256, help="Processes that read documents; 0 chooses.")] = 0,
    codebook: Annotated[str | None, typer.Option(help="Another codebook (YAML).")] = None,
    model: Annotated[str | None, typer.Option(help="Folder of another trained model.")] = None,
    reading: Annotated[Closeness, typer.Option(help="How closely sentences are read: slower is more right.")] = USUAL,
    ocr: Annotated[OcrChoice, typer.Option(help="Read pages without a text layer from their picture.")] = "auto",
    site: Annotated[bool, typer.Option(help="Make the inspection site.")] = True,
    dask: Annotated[str | None, typer.Option(help="Address of a Dask scheduler, tcp://host:port.")] = None,
) -> None:
    """Run a corpus at set times, until ended by Ctrl-C or SIGTERM.

    Runs never overlap. What fell due in the meantime, or was stopped, is done once at the next start.
    """
    from flows.parameters import RunParameters
    from flows.schedule_command import Wish, serve_schedule

    parameters = RunParameters(
        corpus=corpus, out=out, workers=workers, codebook=codebook, model=model, reading=reading, ocr=ocr, site=site,
        dask=dask,
    )  # fmt: skip
    raise typer.Exit(serve_schedule(parameters, Wish(cron, timezone, port, now)))
