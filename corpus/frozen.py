"""A corpus exactly as a run found it: rows, bad rows and all, beside the documents.

Archives and reproduction write it. Unlike a manifest it also keeps what was guessed and which rows were
bad, so that a run over it gives the same tables.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from corpus.records import Manifest, ManifestError, ManifestRow, RowProblem

FROZEN_FILE = "inputs.json"


def write_frozen(folder: Path, rows: Sequence[ManifestRow], problems: Sequence[RowProblem]) -> Path:
    """Write the rows of a corpus into its folder; returns the file."""
    content = {"rows": [asdict(row) for row in rows], "problems": [asdict(problem) for problem in problems]}
    path = folder / FROZEN_FILE
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read_frozen(folder: Path) -> Manifest:
    """Read what :func:`write_frozen` wrote.

    Raises
    ------
    ManifestError
        The file is damaged, or a row names a file outside the folder.
    """
    path = folder / FROZEN_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = tuple(ManifestRow(**{**row, "guessed": tuple(row["guessed"])}) for row in content["rows"])
        problems = tuple(RowProblem(**problem) for problem in content["problems"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ManifestError(f"{path}: not the inputs of a run ({error})") from None
    for row in rows:
        if Path(row.file).is_absolute() or ".." in Path(row.file).parts:
            raise ManifestError(f"{path}: file {row.file!r} lies outside the corpus folder")
    return Manifest(folder, rows, problems)
