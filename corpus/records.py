"""The rows of a manifest: which documents are read, and what is known about each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One document of a corpus. Unknown text fields are ``""``; ``published`` is ``YYYY[-MM[-DD]]`` or ``""``.

    ``guessed`` names the fields that were inferred from the file rather than stated by a manifest.
    """

    doc_id: str
    file: str
    sha256: str = ""
    kind: str = ""
    voice: str = ""
    published: str = ""
    programme: str = ""
    title: str = ""
    country: str = ""
    licence: str = ""
    source: str = ""
    guessed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that cannot be read: ``doc_id`` and ``file`` as far as known, and one line that says what is wrong."""

    doc_id: str
    file: str
    message: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A corpus folder and its rows, sorted by ``doc_id``. ``problems`` holds the rows that cannot be used."""

    folder: Path
    rows: tuple[ManifestRow, ...]
    problems: tuple[RowProblem, ...] = ()
    guessed: bool = False


class ManifestError(Exception):
    """A corpus that cannot be read at all; ``str()`` is one line for the person who typed the command."""
