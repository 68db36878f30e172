"""Commands that start runs."""

from __future__ import annotations

import io
import sys
from typing import Annotated, Literal

import typer

from models.readings import USUAL, Closeness

OcrChoice = Literal["auto", "never", "always"]


def register(app: typer.Typer) -> None:
    """Add this area's commands to the application."""
    app.callback()(_options)
    app.command("run")(run)


def _show_version(wanted: bool) -> None:
    if wanted:
        from flows.versions import halfloop_version

        typer.echo(f"halfloop {halfloop_version()}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version and end.")
    ] = False,
) -> None:
    """Do governments learn from practice, or only cite it? A folder of policy documents in, evidence out."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that has no "é" shows "?" instead of an error
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def run(
    corpus: Annotated[str, typer.Argument(help="Folder with manifest.csv, or any folder of .pdf, .txt, .md, .html.")],
    out: Annotated[str, typer.Option(help="Folder that holds the runs.")] = "runs",
    workers: Annotated[int, typer.Option(min=0, max=256, help="Processes that read documents; 0 chooses.")] = 0,
    codebook: Annotated[str | None, typer.Option(help="Another codebook (YAML).")] = None,
    model: Annotated[str | None, typer.Option(help="Folder of another trained model.")] = None,
    reading: Annotated[Closeness, typer.Option(help="How closely sentences are read: slower is more right.")] = USUAL,
    ocr: Annotated[OcrChoice, typer.Option(help="Read pages without a text layer from their picture.")] = "auto",
    ocr_language: Annotated[str, typer.Option(help="Language of scans, as Tesseract names it.")] = "eng",
    tables: Annotated[bool, typer.Option(help="Look for tables.")] = True,
    site: Annotated[bool, typer.Option(help="Make the inspection site.")] = True,
    pictures: Annotated[
        int, typer.Option(min=0, help="Pictures of pages in the site, if the corpus has no more pages than this.")
    ] = 100,
    fresh: Annotated[bool, typer.Option("--fresh", help="Do everything again.")] = False,
    seconds: Annotated[float, typer.Option(min=0.1, help="A document that takes longer is stopped.")] = 300.0,
    memory: Annotated[int, typer.Option(min=200, help="MB a worker may hold, models (800) included.")] = 2000,
    dask: Annotated[str | None, typer.Option(help="Address of a Dask scheduler, tcp://host:port.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Read a corpus: mentions, claims, measures, pages.

    Writes a folder of tables and a site of plain files, and says which page to open.

    Exit code 0: all well; 1: some documents failed; 2: nothing could be done.
    """
    from flows.parameters import RunParameters
    from flows.run_command import run_corpus

    parameters = RunParameters(
        corpus=corpus, out=out, workers=workers, codebook=codebook, model=model, reading=reading, ocr=ocr,
        ocr_language=ocr_language, tables=tables, site=site, pictures=pictures, fresh=fresh,
        seconds_per_document=seconds, memory_per_document=memory, dask=dask,
    )  # fmt: skip
    raise typer.Exit(run_corpus(parameters, as_json))
