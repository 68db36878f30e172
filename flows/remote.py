"""Corpora and runs on storage that is reached by URL (s3://…, file://…, anything fsspec knows).

Work is done on this machine's disk: a corpus is fetched once and afterwards only what changed; a run is sent when it is
whole, its ``run.json`` last, so that whoever sees a ``run.json`` sees a whole run.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec

from corpus.manifest import KINDS_READ, MANIFEST_FILE
from flows.run_folder import RUN_FILE, write_json

_FETCHED = ".fetched.json"
_BUCKETS = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "az", "oci"})
"""Here there are no folders to be made, and asking for one would make a bucket of a mistyped name."""


class StoragePlaceError(Exception):
    """A URL that cannot be read or written; ``str()`` is one line that names it."""


def is_url(place: str) -> bool:
    """Whether a place is a URL rather than a path."""
    return "://" in place


def work_folder(url: str) -> Path:
    """Where on this machine the work for a URL is done."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "halfloop" / sha256(url.rstrip("/").encode()).hexdigest()[:16]


def fetched_folder(url: str) -> Path:
    """Where on this machine the documents of a corpus at a URL are kept."""
    return work_folder(url) / "corpus"


def fetch_corpus(url: str, folder: Path) -> Path:
    """Bring a corpus to ``folder``: files that are new or changed there; files that are gone there go here too.

    Raises
    ------
    StoragePlaceError
        It cannot be listed or read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = _known(folder)
    try:
        system, root = fsspec.core.url_to_fs(url)
        system.invalidate_cache()
        found: dict[str, dict[str, Any]] = system.find(root, detail=True)
        there: dict[str, str] = {}
        for path, info in sorted(found.items()):
            name = PurePosixPath(path).relative_to(root.rstrip("/") or "/").as_posix()
            if ".." in PurePosixPath(name).parts:
                continue
            if not name.lower().endswith(KINDS_READ) and PurePosixPath(name).name != MANIFEST_FILE:
                continue
            there[name] = _state(info)
            target = folder / name
            if known.get(name) != there[name] or not target.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                part = target.with_name(f"{target.name}.{os.getpid()}.part")
                system.get_file(path, str(part))
                part.replace(target)
    except ImportError as error:
        raise StoragePlaceError(_missing(url, error)) from None
    except Exception as error:  # each storage has errors of its own
        raise StoragePlaceError(f"{url}: cannot be read ({_said(error)})") from None
    if not there:
        raise StoragePlaceError(f"{url}: holds no document ({', '.join(KINDS_READ)}) and no {MANIFEST_FILE}")
    for name in known.keys() - there.keys():
        (folder / name).unlink(missing_ok=True)
    write_json(folder / _FETCHED, there)
    return folder


def check_place(url: str) -> None:
    """See that the packages for a URL are there, before work is done that could not be sent.

    Raises
    ------
    StoragePlaceError
        They are not, or nobody knows this kind of URL.
    """
    try:
        fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise StoragePlaceError(_missing(url, error)) from None
    except Exception as error:  # each storage has errors of its own
        raise StoragePlaceError(f"{url}: cannot be used ({_said(error)})") from None


def send_waiting(root: Path, waiting: Path, url: str) -> None:
    """Send the whole runs of ``root`` that ``waiting`` names, one empty file each. A file goes when its run is sent.

    Raises
    ------
    StoragePlaceError
        One cannot be written; it keeps waiting.
    """
    for mark in sorted(waiting.glob("*")):
        if (root / mark.name / RUN_FILE).is_file():  # otherwise it was never finished
            send_run(root / mark.name, url)
        mark.unlink()


def send_run(folder: Path, url: str) -> str:
    """Copy a whole run to ``url/<run-id>/``; returns that URL.

    Raises
    ------
    StoragePlaceError
        It cannot be written.
    """
    place = f"{url.rstrip('/')}/{folder.name}"
    files = sorted((p for p in folder.rglob("*") if p.is_file()), key=lambda p: (p == folder / RUN_FILE, p))
    try:
        system, root = fsspec.core.url_to_fs(place)
        for path in files:
            target = f"{root}/{path.relative_to(folder).as_posix()}"
            if not _BUCKETS.intersection([system.protocol] if isinstance(system.protocol, str) else system.protocol):
                system.makedirs(target.rpartition("/")[0], exist_ok=True)
            system.put_file(str(path), target)
    except Exception as error:  # each storage has errors of its own
        raise StoragePlaceError(
            f"{place}: cannot be written ({_said(error)}); the run stands in {folder} and is sent next time"
        ) from None
    return place


def _state(info: dict[str, Any]) -> str:
    """What tells one version of a stored file from another."""
    marks = [info.get(name) for name in ("ETag", "etag", "checksum", "LastModified", "mtime", "size")]
    return " ".join(str(mark) for mark in marks if mark is not None)


def _known(folder: Path) -> dict[str, str]:
    try:
        known = json.loads((folder / _FETCHED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(state) for name, state in known.items()} if isinstance(known, dict) else {}


def _missing(url: str, error: ImportError) -> str:
    return f"{url}: needs more packages ({_said(error)}); for S3: pip install 'halfloop[s3]'"


def _said(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
