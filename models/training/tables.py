"""Anybody's labelled sentences: a CSV or JSON-lines file with ``text`` and ``label``, the rest optional."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.claims.context import SentenceInContext

REQUIRED = ("text", "label")
OPTIONAL = ("document", "before", "after", "split", "section", "voice", "kind")
_TEST_NAMES = ("test", "heldout", "held-out", "held_out")


class TableError(Exception):
    """A file of labels that cannot be used; ``str()`` is one line that names file, row and cause."""


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """One sentence and its label. ``document`` is "" where the file names none; then every row is its own group."""

    context: SentenceInContext
    label: str
    document: str
    test: bool


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """The rows of a file, and how many were left out because they had no text or no label."""

    path: Path
    rows: tuple[LabelledRow, ...]
    skipped: int

    @property
    def has_documents(self) -> bool:
        """Whether every row names its document, so that documents can be kept whole."""
        return all(row.document for row in self.rows)


def read_table(path: Path) -> LabelledTable:
    """Read a file of labels.

    Raises
    ------
    TableError
        If the file is missing, is neither CSV nor JSON lines, lacks a required column, or has no labelled row.
    """
    rows: list[LabelledRow] = []
    skipped = 0
    for number, record in _records(path):
        for column in REQUIRED:
            if column not in record:
                found = ", ".join(map(str, record)) or "none"
                raise TableError(f"{path}, row {number}: column {column!r} is missing (found: {found})")
        values = {name: _cell(record.get(name)) for name in (*REQUIRED, *OPTIONAL)}
        if not values["text"] or not values["label"]:
            skipped += 1
            continue
        rows.append(
            LabelledRow(
                context=SentenceInContext(
                    text=values["text"],
                    before=values["before"][-400:],
                    after=values["after"][:300],
                    section=values["section"],
                    voice=values["voice"],
                    kind=values["kind"],
                ),
                label=values["label"],
                document=values["document"] or _cell(record.get("doc_id")),
                test=values["split"].lower() in _TEST_NAMES,
            )
        )
    if not rows:
        raise TableError(f"{path}: no row has both a text and a label")
    return LabelledTable(path, tuple(rows), skipped)


def _cell(value: Any) -> str:
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value).strip()


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise TableError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise TableError(f"{path}: is a folder, expected a CSV or JSON-lines file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path}: cannot be read as UTF-8 text ({error})") from None
    if "\0" in text:
        raise TableError(f"{path}: is not a text file")
    if not text.strip():
        raise TableError(f"{path}: is empty")
    yield from _json_records(path, text) if text.lstrip()[0] in "{[" else _csv_records(path, text)


def _json_records(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        whole = json.loads(text) if text.lstrip().startswith("[") else None
    except ValueError as error:
        raise TableError(f"{path}: not a JSON list ({error})") from None
    lines: list[Any] = whole if whole is not None else [line for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line) if isinstance(line, str) else line
        except ValueError as error:
            raise TableError(f"{path}, row {number}: not JSON ({error})") from None
        if not isinstance(record, dict):
            raise TableError(f"{path}, row {number}: expected an object with text and label")
        yield number, record


def _csv_records(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    csv.field_size_limit(10_000_000)
    head = text.splitlines()[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter)
    columns = [str(name).strip() for name in reader.fieldnames or ()]
    for column in REQUIRED:
        if column not in columns:
            raise TableError(f"{path}: column {column!r} is missing (found: {', '.join(columns)})")
    reader.fieldnames = columns
    try:
        for record in reader:
            yield reader.line_num, {str(key): value for key, value in record.items() if key is not None}
    except csv.Error as error:
        raise TableError(f"{path}, row {reader.line_num}: {error}") from None
