"""Where a run can be read from again: its folder, or an archive of it."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from corpus.digests import sha256_of
from corpus.frozen import write_frozen
from corpus.records import ManifestRow, RowProblem
from flows.remote import fetch_corpus, is_url
from flows.run_folder import RUN_FILE

INPUTS = "inputs"
CODEBOOK = "codebook.yaml"
_ROW_FIELDS = {field.name for field in fields(ManifestRow)}


class SourceError(Exception):
    """Something that is no run and no archive of one. ``str()`` is one line."""


@dataclass(frozen=True)
class RunSource:
    """A finished run: its folder, what it says about itself, and where its documents are looked for."""

    folder: Path
    record: Mapping[str, Any]
    documents: Path

    @property
    def archived_codebook(self) -> Path | None:
        """The codebook of the run, where it came with it."""
        path = self.folder / CODEBOOK
        return path if path.is_file() else None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Documents found again for a reproduction: ids by what became of them."""

    same: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether every document of the run is there, changed or not."""
        return not self.missing


def open_source(place: Path, scratch: Path, corpus: Path | None = None) -> RunSource:
    """Open a run folder, an unpacked archive or a zipped one (unpacked into ``scratch``).

    Raises
    ------
    SourceError
        It is none of these.
    """
    if not place.exists():
        raise SourceError(f"{place}: no such run or archive")
    folder = _unpacked(place, scratch) if place.is_file() else place
    path = folder / RUN_FILE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        stated = str(record["parameters"]["corpus_path"])
        inputs = record["inputs"]
    except FileNotFoundError:
        raise SourceError(f"{place}: holds no {RUN_FILE}, so it is no run and no archive of one") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{path}: cannot be read as the record of a run ({error})") from None
    if not isinstance(inputs, list):
        raise SourceError(f"{path}: inputs is not a list")
    archived = folder / INPUTS
    if corpus is None and archived.is_dir():
        corpus = archived
    elif corpus is None:
        corpus = fetch_corpus(stated, scratch / "fetched") if is_url(stated) else Path(stated)
    return RunSource(folder, record, corpus)


def _unpacked(archive: Path, scratch: Path) -> Path:
    """Unpack a zip, refusing names that leave the folder."""
    target = scratch / "archive"
    try:
        with zipfile.ZipFile(archive) as file:
            for info in file.infolist():
                name = PurePosixPath(info.filename)
                if name.is_absolute() or ".." in name.parts or "\\" in info.filename:
                    raise SourceError(f"{archive}: holds the name {info.filename!r}, which leaves the archive")
                if info.is_dir():
                    continue
                path = target.joinpath(*name.parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                with file.open(info) as source, path.open("wb") as sink:
                    shutil.copyfileobj(source, sink)
    except (zipfile.BadZipFile, OSError) as error:
        raise SourceError(f"{archive}: cannot be unpacked ({error})") from None
    return target


def gather(source: RunSource, folder: Path) -> Gathered:
    """Put the documents of a run, as far as they are found, into ``folder`` as a frozen corpus."""
    rows: list[ManifestRow] = []
    problems: list[RowProblem] = []
    same: list[str] = []
    changed: list[str] = []
    missing: list[str] = []
    for line in source.record["inputs"]:
        doc_id, file = str(line["doc_id"]), str(line["file"])
        if not line["sha256"]:  # a row that named no readable file is taken over as it was
            problems.append(RowProblem(doc_id, file, str(line["error"])))
            continue
        path = source.documents / file
        if ".." in Path(file).parts or Path(file).is_absolute() or not path.is_file():
            missing.append(doc_id)
            continue
        (same if sha256_of(path) == line["sha256"] else changed).append(doc_id)
        known = {name: value for name, value in line.items() if name in _ROW_FIELDS}
        rows.append(ManifestRow(**{**known, "sha256": line["stated_sha256"], "guessed": tuple(line["guessed"])}))
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(path.resolve())
    write_frozen(folder, rows, problems)
    return Gathered(tuple(same), tuple(changed), tuple(missing))
