"""What the terminal shows: progress on standard error, results on standard output."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from corpus.records import Manifest
from flows.stages import Outcome
from flows.summary import RunSummary, finding_of

_ERR = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
_OUT = Console(highlight=False, soft_wrap=True, markup=False)
_SHOWN = 8
_LINE_EVERY_SECONDS = 10.0


def out(text: str) -> None:
    """Print a result."""
    sys.stdout.write(text + "\n")


def error(line: str) -> None:
    """Print why something was refused."""
    _ERR.print(Text(f"halfloop: {line}", style="red"))


def note(line: str) -> None:
    """Print how something gets on."""
    _ERR.print(Text(line))


def warn(line: str) -> None:
    """Print something the user should know."""
    _ERR.print(Text(line, style="yellow"))


class Progress:
    """A bar on a terminal; now and then a line elsewhere; nothing if ``quiet``."""

    def __init__(self, quiet: bool) -> None:
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[document]}", style="dim"),
            console=_ERR,
            transient=True,
            disable=quiet or not _ERR.is_terminal,
        )
        self._lines = not quiet and not _ERR.is_terminal
        self._task: TaskID | None = None
        self._what, self._total, self._done, self._said = "", 0, 0, 0.0

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def phase(self, what: str, total: int = 0) -> None:
        """Something begins."""
        self._what, self._total, self._done, self._said = what, total, 0, time.monotonic()
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(what, total=total or None, document="", count=f"0/{total}" if total else "")
        if self._lines:
            _ERR.print(f"{what}: {total} document{'' if total == 1 else 's'}" if total else what)

    def document(self, outcome: Outcome) -> None:
        """A document is done."""
        self._done += 1
        if self._task is not None:
            room = max(0, _ERR.width - 70)
            count = f"{self._done}/{self._total}"
            self._bar.update(self._task, completed=self._done, count=count, document=outcome.doc_id[:room])
        if outcome.error:
            self._bar.console.print(Text(f"failed  {outcome.error}", style="yellow")) if not self._bar.disable else None
        if self._lines and outcome.error:
            _ERR.print(f"failed  {outcome.error}")
        if self._lines and time.monotonic() - self._said > _LINE_EVERY_SECONDS:
            self._said = time.monotonic()
            _ERR.print(f"{self._what}: {self._done} of {self._total}")


def show_guesses(manifest: Manifest) -> None:
    """Say what was guessed about documents that no manifest describes."""
    _ERR.print(f"{manifest.folder}: no manifest.csv; guessed from file names (write one to state it):")
    for row in manifest.rows[:_SHOWN]:
        known = (
            ", ".join(f"{name} {getattr(row, name)}" for name in row.guessed if name != "title")
            or "nothing but a title"
        )
        _ERR.print(Text(f"  {row.doc_id}: {known}", style="dim"))
    if len(manifest.rows) > _SHOWN:
        _ERR.print(Text(f"  … and {len(manifest.rows) - _SHOWN} more (column guessed of documents.csv)", style="dim"))


def show_summary(summary: RunSummary) -> None:
    """The table at the end, the failures, and the page to open."""
    totals, finding = summary.totals, finding_of(summary)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    bad = [f"{count} {word}" for count, word in ((totals.failed, "failed"), (totals.partial, "partial")) if count]
    table.add_row("documents", f"{totals.documents:,}", ", ".join(bad) or "all read")
    table.add_row("pages", f"{totals.pages:,}", f"{totals.words:,} words")
    table.add_row("sentences", f"{totals.sentences:,}", "")
    for code, count in finding.mentions.items():
        table.add_row(code.replace("_", " "), f"{count:,}", "mention" if count == 1 else "mentions")
    claims = finding.drawing_on_experience
    every = sum(claims.values())
    for label, count in claims.items():
        table.add_row(
            label,
            f"{count:,}",
            f"{count / every:.0%} of {every:,} claim{'' if every == 1 else 's'} that draw on experience",
        )
    _OUT.print()
    _OUT.print(table)
    _changes(summary)
    if summary.failures:
        _OUT.print()
    for _, status, line in summary.failures[:_SHOWN]:
        _OUT.print(Text(f"{status:8}{line}", style="red" if status == "failed" else "yellow"))
    if len(summary.failures) > _SHOWN:
        _OUT.print(Text(f"… and {len(summary.failures) - _SHOWN} more, see documents.csv", style="dim"))
    _OUT.print()
    _OUT.print(f"tables  {_short(summary.folder)}", soft_wrap=True)
    if summary.page.is_file():
        _OUT.print(f"open    {_short(summary.page)}", style="bold", soft_wrap=True)


def _short(path: object) -> str:
    from pathlib import Path

    here = Path(str(path))
    return str(here.relative_to(Path.cwd())) if here.is_relative_to(Path.cwd()) else str(here)


def _changes(summary: RunSummary) -> None:
    changes = summary.changes
    if summary.nothing_new:
        _OUT.print(f"\nNothing new since {summary.run_id}: its tables and pages stand.")
        return
    if changes.first:
        return
    said = [f"{len(ids)} {what} ({_some(ids)})" for what, ids in _named(summary) if ids]
    _OUT.print(f"\nSince the last run: {'; '.join(said) or 'no document changed'}; {changes.unchanged} unchanged.")


def _named(summary: RunSummary) -> tuple[tuple[str, tuple[str, ...]], ...]:
    changes = summary.changes
    return (("new", changes.new), ("changed", changes.changed), ("removed", changes.removed))


def _some(ids: tuple[str, ...]) -> str:
    return ", ".join(ids[:4]) + (f" and {len(ids) - 4} more" if len(ids) > 4 else "")
