"""Commands that look at finished runs: the site, highlighted PDFs, differences between runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.stopping import stop

SHOWN = 12

RunArgument = Annotated[Path, typer.Argument(help="A run's folder, or a folder of runs (then its newest).")]


def register(app: typer.Typer) -> None:
    """Add this area's commands to the application."""
    app.command("open")(open_site)
    app.command("site")(build)
    app.command("highlight")(highlight)
    app.command("diff")(diff)


def open_site(run: RunArgument) -> None:
    """Open a run's inspection site in the browser."""
    import webbrowser

    from reports import RunError, load_run

    try:
        page = load_run(run).folder.resolve() / "site" / "index.html"
    except RunError as error:
        raise stop(error) from None
    if not page.exists():
        raise stop(f"{page}: is missing; `halfloop site {run}` makes it")
    typer.echo(str(page))
    webbrowser.open(page.as_uri())


def build(
    run: RunArgument,
    pictures: Annotated[int, typer.Option(min=0, help="At most so many page pictures; 0: none.")] = 2000,
) -> None:
    """Build a run's inspection site anew from its tables."""
    from reports import RunError
    from reports.site import SiteOptions, build_site

    try:
        typer.echo(str(build_site(run, SiteOptions(pictures=pictures))))
    except RunError as error:
        raise stop(error) from None


def highlight(
    run: RunArgument,
    document: Annotated[str, typer.Argument(help="The document's id.")],
    out: Annotated[Path | None, typer.Option(help="The PDF to write; by default RUN/highlighted/DOCUMENT.pdf.")] = None,
) -> None:
    """Write a copy of a PDF with its findings highlighted.

    Every mention and claim is an annotation with a note; the text of the PDF is not touched.
    """
    from reports import RunError, load_run
    from reports.highlight import highlight_pdf

    try:
        typer.echo(str(highlight_pdf(load_run(run), document, out)))
    except RunError as error:
        raise stop(error) from None


def diff(
    run_a: Annotated[Path, typer.Argument(help="The earlier run's folder.")],
    run_b: Annotated[Path, typer.Argument(help="The later run's folder; the page is written into it.")],
) -> None:
    """Show what moved between two runs.

    Documents, mentions, claims and measures: in the terminal, and as a page in the later run.

    Exit code 0: nothing moved; 1: something moved; 2: a folder is not a run.
    """
    from reports import RunError, load_run
    from reports.diff import diff_runs
    from reports.diff_page import write_diff_page
    from reports.diff_text import diff_lines

    try:
        second = load_run(run_b)
        found = diff_runs(load_run(run_a), second)
        page = write_diff_page(found, second)
    except RunError as error:
        raise stop(error) from None
    for line in diff_lines(found, SHOWN):
        typer.echo(line)
    typer.echo(f"page      {page}")
    raise typer.Exit(0 if found.same else 1)
