"""The README tells the truth about commands, files and tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main
from click import Command, Group

from flows.command_line import app
from reports.schema import ALL_TABLES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def leaf_commands(command: Command, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not hasattr(command, "commands"):
        return [words]
    group: Group = command  # type: ignore[assignment]
    return [leaf for name, sub in group.commands.items() for leaf in leaf_commands(sub, (*words, name))]


COMMANDS = leaf_commands(typer.main.get_command(app))


def test_there_are_commands() -> None:
    assert ("run",) in COMMANDS
    assert ("codebook", "check") in COMMANDS


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_in_the_readme(words: tuple[str, ...]) -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `halfloop ")]
    first = f"`halfloop {words[0]}"
    assert any(first in row and f" {words[-1]}" in row.replace("`", " ") for row in rows), f"add a row for {words}"


def test_every_command_in_the_readme_exists() -> None:
    names = {words[0] for words in COMMANDS}
    assert set(re.findall(r"`halfloop ([a-z]+)", README)) <= names


@pytest.mark.parametrize("table", [t.name for t in ALL_TABLES])
def test_every_table_is_in_the_readme(table: str) -> None:
    assert f"`{table}.parquet`" in README


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:docs|corpus|models|benchmarks)/[\w./-]+|[A-Z]+\.(?:md|cff))`", README)))
)
def test_every_file_named_in_the_readme_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_nothing_is_left_to_fill_in() -> None:
    assert "@@" not in README
