"""The coded sentences that figures and stamps rest on, read once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from corpus.codings import LABELS, LabelError, LabelSet, read_labels


@cache
def labels_in(folder: Path = LABELS) -> LabelSet:
    """The labels of a folder; none where it holds none."""
    try:
        return read_labels(folder)
    except (LabelError, OSError):
        return LabelSet((), (), (), ())
