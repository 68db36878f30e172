"""A run folder opened for analysis: its tables as pandas frames, read when first asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from rapidfuzz import process

from reports.schema import (
    ALL_TABLES,
    BOXES,
    CLAIMS,
    DOCUMENTS,
    MEASURES,
    MENTIONS,
    SENTENCES,
    TABLES,
    TableSchema,
)


class RunError(Exception):
    """A folder that is not a run, or not a whole one. ``str()`` is one line for the person who named it."""


@dataclass(frozen=True)
class Run:
    """One run folder. Each table is a :class:`pandas.DataFrame` with the columns of :mod:`reports.schema`.

    Text columns hold ``""`` where nothing is known, never a missing value, so that they can be compared and joined
    without care; numeric columns keep their missing values.
    """

    folder: Path

    @cached_property
    def documents(self) -> pd.DataFrame:
        """One row per document of the manifest, failed ones included."""
        return self._read(DOCUMENTS)

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """One row per sentence, headings, captions and footnotes included (``kind`` tells them apart)."""
        return self._read(SENTENCES)

    @cached_property
    def mentions(self) -> pd.DataFrame:
        """One row per mention of a code."""
        return self._read(MENTIONS)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """One row per sentence: its label and the probability of each label."""
        return self._read(CLAIMS)

    @cached_property
    def tables(self) -> pd.DataFrame:
        """One row per cell of the tables found in the documents."""
        return self._read(TABLES, optional=True)

    @cached_property
    def boxes(self) -> pd.DataFrame:
        """Where mentions and claims stand on their pages, in PDF points from the page's top left corner."""
        return self._read(BOXES, optional=True)

    @cached_property
    def measures(self) -> pd.DataFrame:
        """One row per measure of a document, a group or the corpus."""
        return self._read(MEASURES)

    @cached_property
    def info(self) -> Mapping[str, Any]:
        """What ``run.json`` says about the run."""
        path = self.folder / "run.json"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise RunError(f"{path}: cannot be read as JSON: {error}") from None
        if not isinstance(content, dict):
            raise RunError(f"{path}: is not a JSON object")
        return content

    @property
    def run_id(self) -> str:
        """The run's name: that of its folder."""
        return self.folder.resolve().name

    @property
    def content_id(self) -> str:
        """What the run holds, in twelve characters: the same for runs over the same inputs; else the folder's name."""
        content = self.info.get("content")
        return content[:12] if isinstance(content, str) and content else self.run_id

    def document(self, doc_id: str) -> pd.Series:
        """The row of one document.

        Raises
        ------
        RunError
            Where the run has no such document; the message names the nearest ids.
        """
        rows = self.documents[self.documents["doc_id"] == doc_id]
        if rows.empty:
            near = [str(hit[0]) for hit in process.extract(doc_id, list(self.documents["doc_id"]), limit=3)]
            raise RunError(f"{self.folder}: no document '{doc_id}' in this run; did you mean {', '.join(near)}?")
        return rows.iloc[0]

    def _read(self, table: TableSchema, optional: bool = False) -> pd.DataFrame:
        path = self.folder / f"{table.name}.parquet"
        if not path.exists():
            if optional:
                return _clean(table.schema.empty_table().to_pandas(), table)
            raise RunError(f"{path}: is missing, so this folder is not a finished run")
        try:
            frame = pd.read_parquet(path)
        except (OSError, ValueError) as error:
            raise RunError(f"{path}: cannot be read as Parquet: {error}") from None
        missing = [name for name in table.schema.names if name not in frame.columns]
        if missing:
            raise RunError(f"{path}: column {missing[0]!r} is missing")
        return _clean(frame, table)


def _clean(frame: pd.DataFrame, table: TableSchema) -> pd.DataFrame:
    frame = frame[table.schema.names].copy()
    for field in table.schema:
        if str(field.type) == "string":
            frame[field.name] = frame[field.name].astype(object).where(frame[field.name].notna(), "").astype(str)
    return frame


def load_run(path: str | Path) -> Run:
    """Open a run folder (or the newest run in a folder of runs).

    Nothing is read until a table is asked for.

    Raises
    ------
    RunError
        Where there is no run at ``path``.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise RunError(f"{folder}: no such folder")
    if (folder / f"{DOCUMENTS.name}.parquet").exists():
        return Run(folder)
    runs = sorted(
        (child for child in folder.iterdir() if (child / f"{DOCUMENTS.name}.parquet").exists()),
        key=lambda child: (child.stat().st_mtime, child.name),
    )
    if not runs:
        raise RunError(f"{folder}: holds no run (no {ALL_TABLES[0].name}.parquet here or one folder below)")
    return Run(runs[-1])
