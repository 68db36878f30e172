"""The files a run was made from: where they lie, and whether they are still the same."""

from __future__ import annotations

import os
from pathlib import Path

from corpus.digests import sha256_of
from reports.runs import Run, RunError
from reports.views import DocumentView

CORPUS_KEYS = ("corpus_path", "corpus_folder", "corpus")


def corpus_folder(run: Run) -> Path | None:
    """The corpus that the run read, where it can still be reached from here."""
    parameters = run.info.get("parameters", {})
    named = [parameters.get(key) for key in CORPUS_KEYS] if isinstance(parameters, dict) else []
    for name in [*named, run.info.get("corpus")]:
        if isinstance(name, str) and name:
            for folder in (Path(name), run.folder / name):
                if folder.is_dir():
                    return folder
    return None


def source_file(run: Run, view: DocumentView) -> Path | None:
    """The document's file, where it is still there and inside the corpus folder."""
    folder = corpus_folder(run)
    if folder is None or not view.text("file"):
        return None
    path = (folder / view.text("file")).resolve()
    return path if path.is_file() and path.is_relative_to(folder.resolve()) else None


def current_source(run: Run, view: DocumentView) -> Path | None:
    """The document's file, where it is still there and still the one that was read."""
    path = source_file(run, view)
    return path if path is not None and sha256_of(path) == view.text("sha256") else None


def unchanged_source(run: Run, view: DocumentView) -> Path:
    """The document's file, checked against the digest that the run recorded.

    Raises
    ------
    RunError
        Where the file is gone or is another one now.
    """
    path = source_file(run, view)
    if path is None:
        raise RunError(
            f"{view.text('file')}: not found in the corpus of {run.run_id}; highlighting needs the file itself"
        )
    if sha256_of(path) != view.text("sha256"):
        raise RunError(f"{path}: is not the file that {run.run_id} read (its sha256 differs)")
    return path


def link_from(folder: Path, target: Path) -> str:
    """A relative link with forward slashes from a folder to a file, percent-encoded where needed."""
    from urllib.parse import quote  # noqa: PLC0415

    return quote(Path(os.path.relpath(target.resolve(), folder.resolve())).as_posix())
