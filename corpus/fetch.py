"""Get the documents of a manifest by their addresses, check their digests, say what could not be had."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Literal

from corpus.digests import sha256_of
from corpus.download import DEFAULT_LIMITS, DownloadError, FetchLimits, direct_address, download
from corpus.records import ManifestError

REFERENCE = Path(__file__).parent / "manifest-reference.csv"
COLUMNS = ("id", "file", "source")
Outcome = Literal["present", "fetched", "failed"]


@dataclass(frozen=True, slots=True)
class AddressRow:
    """A row of a manifest as far as fetching needs it; ``line`` is its line in the file.

    ``retrieval`` is ``file`` (or empty), or says how the file was made from what the address serves; such a file
    cannot be fetched, only read about.
    """

    line: int
    doc_id: str
    file: str
    sha256: str
    source: str
    retrieval: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one row: ``message`` is empty unless it failed."""

    doc_id: str
    file: str
    outcome: Outcome
    message: str = ""


def read_addresses(path: Path) -> tuple[AddressRow, ...]:
    """The rows of a manifest; ``path`` is the file or the folder that holds ``manifest.csv``.

    Raises
    ------
    ManifestError
        The file cannot be read, is not CSV, or lacks a column.
    """
    path = path / "manifest.csv" if path.is_dir() else path
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ManifestError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ManifestError(f"{path}: is not CSV in UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="", strict=True)
    try:
        header = reader.fieldnames or []
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise ManifestError(f"{path}: has no column {missing[0]!r}")
        rows = tuple(_address_rows(reader))
    except csv.Error as error:
        raise ManifestError(f"{path}, line {reader.line_num}: not CSV ({error})") from None
    if not rows:
        raise ManifestError(f"{path}: has a header but no rows")
    return rows


def _address_rows(reader: csv.DictReader[str]) -> Iterator[AddressRow]:
    for row in reader:
        values = {name: (row.get(name) or "").strip() for name in (*COLUMNS, "sha256", "retrieval")}
        if any(values.values()):
            yield AddressRow(
                reader.line_num,
                values["id"],
                values["file"],
                values["sha256"].lower(),
                values["source"],
                values["retrieval"],
            )


def safe_target(folder: Path, file: str) -> Path:
    """Where a manifest's file belongs, inside ``folder`` and nowhere else.

    Raises
    ------
    DownloadError
        For absolute paths, ``..``, drive letters, links that lead out, and names that fetching itself uses.
    """
    parts = PurePosixPath(file).parts
    names_elsewhere = PureWindowsPath(file).drive or "\\" in file or ".." in parts or PurePosixPath(file).is_absolute()
    if not parts or names_elsewhere or any(ord(char) < 32 for char in file):
        raise DownloadError(f"the file {file!r} lies outside the folder")
    if file.endswith(".part") or PurePosixPath(file) == PurePosixPath("manifest.csv"):
        raise DownloadError(f"the file name {file!r} is needed for fetching itself")
    target = folder.joinpath(*parts)
    if not target.resolve().is_relative_to(folder.resolve()):
        raise DownloadError(f"the file {file!r} lies outside the folder")
    return target


def fetch_corpus(
    manifest: Path,
    out: Path,
    *,
    limits: FetchLimits = DEFAULT_LIMITS,
    only: frozenset[str] = frozenset(),
    report: Callable[[Fetched], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Fetched, ...]:
    """Fetch a corpus, one document after another.

    Parameters
    ----------
    manifest
        A manifest with ``id``, ``file``, ``source`` and, to verify, ``sha256``.
    out
        The folder of the corpus; made where it is not there. A file that is there is never overwritten.
    only
        Ids to fetch; empty for all.
    report
        Is told of each row as it is done.

    Returns
    -------
    tuple of Fetched
        One for each row asked for, in the order of the manifest.

    Raises
    ------
    ManifestError
        The manifest cannot be read, names none of ``only``, or ``out`` cannot be made.
    """
    rows = [row for row in read_addresses(manifest) if not only or row.doc_id in only]
    if not rows:
        raise ManifestError(f"{manifest}: has none of the ids {', '.join(sorted(only))}")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ManifestError(f"{out}: cannot be made: {error.strerror or error}") from None
    done: list[Fetched] = []
    claimed: dict[Path, str] = {}
    for row in rows:
        done.append(_fetch_row(row, out, limits, claimed, sleep))
        report(done[-1])
    return tuple(done)


def _fetch_row(
    row: AddressRow, out: Path, limits: FetchLimits, claimed: dict[Path, str], sleep: Callable[[float], None]
) -> Fetched:
    name = row.doc_id or f"line {row.line}"
    try:
        target = safe_target(out, row.file)
        if target in claimed:
            raise DownloadError(f"the file {row.file} is also that of {claimed[target]}")
        claimed[target] = name
        if target.exists():
            if row.sha256 and sha256_of(target) != row.sha256:
                raise DownloadError(f"{row.file} is there with another sha256; left as it is (move it away to fetch)")
            return Fetched(name, row.file, "present")
        if row.retrieval not in ("", "file"):
            raise DownloadError(f"cannot be fetched as a file ({row.retrieval}); see {row.source}")
        download(direct_address(row.source), target, row.sha256, limits=limits, sleep=sleep)
    except (DownloadError, OSError) as error:
        return Fetched(name, row.file, "failed", " ".join(str(error).split()))
    return Fetched(name, row.file, "fetched")


def write_manifest(manifest: Path, out: Path, done: tuple[Fetched, ...]) -> str:
    """Write ``manifest.csv`` with the rows that are there, so that the folder can be run. Returns a remark, or ``""``.

    A manifest that stands there already and knows documents that this one does not is left alone.
    """
    source = manifest / "manifest.csv" if manifest.is_dir() else manifest
    target = out / "manifest.csv"
    there = {d.file for d in done if d.outcome != "failed"}
    if target.exists() and target.resolve() == source.resolve():
        return ""
    with source.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle, restval="")
        columns = list(reader.fieldnames or [])
        rows = list(reader)
    if target.exists():
        known = {row.file for row in read_addresses(target)}
        if not known <= {row["file"].strip() for row in rows}:
            return f"{target}: names other documents too; left as it is"
        there |= {file for file in known if (out / file).is_file()}
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(row for row in rows if row["file"].strip() in there)
    return ""
