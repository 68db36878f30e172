"""Which documents a corpus holds: its ``manifest.csv``, or the files of a folder that has none."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.frozen import FROZEN_FILE, read_frozen
from corpus.guessing import guess_row
from corpus.records import Manifest, ManifestError, ManifestRow, RowProblem

MANIFEST_FILE = "manifest.csv"
KINDS_READ = (".pdf", ".txt", ".md", ".html", ".htm")
_REQUIRED = ("id", "file")
_OPTIONAL = ("kind", "voice", "published", "programme", "title", "country", "licence", "source")
_FORMS = (
    ("sha256", re.compile(r"[0-9a-fA-F]{64}"), "64 hexadecimal digits"),
    ("published", re.compile(r"\d{4}(-\d{2}(-\d{2})?)?"), "YYYY, YYYY-MM or YYYY-MM-DD"),
)
_NO_DOCUMENTS = frozenset({"readme.md", "readme.txt", "license.txt", "licence.txt"})


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a corpus folder, or guess one from its files.

    Parameters
    ----------
    folder
        Holds ``manifest.csv`` with at least the columns ``id`` and ``file`` (paths relative to the folder); or any
        folder of .pdf, .txt, .md and .html files, read with its sub-folders.

    Returns
    -------
    Manifest
        Rows sorted by id. A row that cannot be used is a problem, not an error; a file's sha256 is not checked here.

    Raises
    ------
    ManifestError
        There is no such folder, nothing to read in it, or the manifest is not a table with the columns needed.
    """
    if not folder.exists():
        raise ManifestError(f"{folder}: no such folder")
    if not folder.is_dir():
        raise ManifestError(f"{folder}: is a file; a corpus is a folder with {MANIFEST_FILE}, or a folder of documents")
    if (folder / FROZEN_FILE).exists():
        return read_frozen(folder)
    stated = folder / MANIFEST_FILE
    return _read_csv(folder, stated) if stated.exists() else _guess(folder)


def _guess(folder: Path) -> Manifest:
    named = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix.lower() in KINDS_READ
        and path.name.lower() not in _NO_DOCUMENTS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    complaints = {file: complaint for file in named if (complaint := _unfit(folder, file))}
    files = [file for file in named if file not in complaints]
    if not named:
        raise ManifestError(f"{folder}: holds no document ({', '.join(KINDS_READ)}) and no {MANIFEST_FILE}")
    stems = Counter(file.rsplit(".", 1)[0] for file in files)
    rows = [guess_row(file.rsplit(".", 1)[0] if stems[file.rsplit(".", 1)[0]] == 1 else file, file) for file in files]
    known = {row.doc_id for row in rows}
    problems = [
        RowProblem(f"{file}#bad" if file in known else file, file, f"{file}: {complaint}")
        for file, complaint in ((_visible(name), what) for name, what in complaints.items())
    ]
    return Manifest(folder, tuple(sorted(rows, key=lambda r: r.doc_id)), tuple(_distinct(problems)), guessed=True)


def _visible(name: str) -> str:
    """A file's name as it can be shown and stored: in one line, and in UTF-8."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _unfit(folder: Path, file: str) -> str:
    """Why a file must not be read, or ``""``: what it is and where it leads, not what it holds."""
    path = folder / file
    if not file.isprintable():
        return "its name holds control characters or is not UTF-8; rename it"
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # Python 3.11 and 3.12 differ on links that lead to themselves
        return "is a link that leads nowhere"
    if not inside:
        return "is a link out of the corpus folder; put the file itself there"
    if path.is_dir():
        return "is a folder, not a file"
    if not path.exists():
        return "is a link that leads nowhere" if path.is_symlink() else f"no such file in {folder.name or folder}"
    return "" if path.is_file() else "is not a file that can be read (a pipe, socket or device)"


def _read_csv(folder: Path, path: Path) -> Manifest:
    header, lines = _table(path)
    rows: dict[str, ManifestRow] = {}
    problems: list[RowProblem] = []
    for number, cells in lines:
        values = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        doc_id, file = values.get("id", ""), values.get("file", "")
        message = _complaint(folder, values, len(cells), len(header))
        if not message and doc_id in rows:
            message = f"the id {doc_id!r} is used by an earlier row ({rows[doc_id].file})"
        if message:
            named = f"{doc_id or 'row'}#row{number}" if not doc_id or doc_id in rows else doc_id
            problems.append(RowProblem(named, file, f"{path.name}, row {number}: {message}"))
            continue
        stated: dict[str, Any] = {name: values.get(name, "") for name in _OPTIONAL}
        rows[doc_id] = replace(ManifestRow(doc_id, file), sha256=values.get("sha256", "").lower(), **stated)
    if not rows and not problems:
        raise ManifestError(f"{path}: has a header but no rows")
    # an id that failed first and was then used by a good row must not stand twice in the documents table
    named_twice = set(rows)
    problems = [
        RowProblem(f"{p.doc_id}#bad" if p.doc_id in named_twice else p.doc_id, p.file, p.message) for p in problems
    ]
    return Manifest(folder, tuple(rows[key] for key in sorted(rows)), tuple(_distinct(problems)))


def _distinct(problems: list[RowProblem]) -> list[RowProblem]:
    seen: Counter[str] = Counter()
    out: list[RowProblem] = []
    for problem in problems:
        seen[problem.doc_id] += 1
        again = f"#{seen[problem.doc_id]}" if seen[problem.doc_id] > 1 else ""
        out.append(RowProblem(problem.doc_id + again, problem.file, problem.message))
    return sorted(out, key=lambda problem: problem.doc_id)


def _complaint(folder: Path, values: dict[str, str], cells: int, columns: int) -> str:
    """What is wrong with a row, in one line, or ``""``."""
    if cells != columns:
        return f"has {cells} cells where the header has {columns} columns"
    for name in _REQUIRED:
        if not values[name]:
            return f"column {name} is empty"
    file = values["file"]
    if Path(file).is_absolute() or ".." in Path(file).parts:
        return f"file {file!r} lies outside the corpus folder"
    if unfit := _unfit(folder, file):
        return f"{_visible(file)}: {unfit}"
    for name, form, meant in _FORMS:
        value = values.get(name, "")
        if value and not form.fullmatch(value):
            return f"column {name} is {value[:80]!r}, not {meant} ({file})"
    return ""


def _table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header and the rows with their line numbers, whatever separator and encoding a spreadsheet chose."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ManifestError(f"{path}: cannot be read: {error.strerror or error}") from None
    if not data.strip():
        raise ManifestError(f"{path}: is empty")
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ManifestError(f"{path}: is not CSV but binary data (a spreadsheet must be saved as CSV)")
    text = _decoded(data)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().lower() for name in next(reader)]
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except (csv.Error, StopIteration) as error:
        raise ManifestError(f"{path}, line {reader.line_num}: not CSV ({error})") from None
    for name in _REQUIRED:
        if name not in header:
            found = ", ".join(header[:8]).strip() or "nothing"
            raise ManifestError(f"{path}: column {name!r} is missing from the header (found: {found[:120]})")
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    if twice:
        raise ManifestError(f"{path}: column {twice[0]!r} stands twice in the header")
    return header, lines


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
