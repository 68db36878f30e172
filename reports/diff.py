"""What moved between two runs: documents, mentions, claims and measures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from reports.runs import Run

Change = Literal["added", "lost", "relabelled", "changed"]
MOVED = 0.005
"""How far an estimate has to move, relative to its size or (for shares) absolutely, to be listed."""


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A document that only one run has, or whose bytes, status or number of sentences differ."""

    change: Change
    doc_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class SpanChange:
    """A mention or claim that only one run has, or that has another label there."""

    change: Change
    doc_id: str
    page: int
    text: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """A measure whose estimate moved; ``apart`` where the two intervals do not overlap."""

    scope: str
    doc_id: str
    measure: str
    before: float
    after: float
    apart: bool


@dataclass(frozen=True)
class RunDiff:
    """Everything that moved from run ``a`` to run ``b``, sorted."""

    a: str
    b: str
    documents: tuple[DocumentChange, ...]
    mentions: tuple[SpanChange, ...]
    claims: tuple[SpanChange, ...]
    measures: tuple[MeasureChange, ...]

    @property
    def same(self) -> bool:
        """True where nothing moved."""
        return not (self.documents or self.mentions or self.claims or self.measures)


def diff_runs(a: Run, b: Run) -> RunDiff:
    """Compare two runs. Mentions and claims are matched by document and text, so that shifted offsets are no change."""
    return RunDiff(
        a.run_id,
        b.run_id,
        tuple(_documents(a.documents, b.documents)),
        tuple(_mentions(a, b)),
        tuple(_claims(a, b)),
        tuple(_measures(a.measures, b.measures)),
    )


def _documents(a: pd.DataFrame, b: pd.DataFrame) -> Iterator[DocumentChange]:
    before = {row["doc_id"]: row for row in a.to_dict("records")}
    after = {row["doc_id"]: row for row in b.to_dict("records")}
    for doc_id in sorted(before.keys() | after.keys()):
        if doc_id not in after:
            yield DocumentChange("lost", doc_id, before[doc_id]["title"])
        elif doc_id not in before:
            yield DocumentChange("added", doc_id, after[doc_id]["title"])
        else:
            parts = [
                f"{name}: {before[doc_id][name]} → {after[doc_id][name]}"
                for name in ("status", "sentences", "pages", "extractor")
                if before[doc_id][name] != after[doc_id][name]
                and not (pd.isna(before[doc_id][name]) and pd.isna(after[doc_id][name]))
            ]
            if before[doc_id]["sha256"] != after[doc_id]["sha256"]:
                parts.insert(0, "other bytes")
            if parts:
                yield DocumentChange("changed", doc_id, "; ".join(parts))


def _mentions(a: Run, b: Run) -> Iterator[SpanChange]:
    yield from _spans(_mention_rows(a), _mention_rows(b))


def _claims(a: Run, b: Run) -> Iterator[SpanChange]:
    yield from _spans(_claim_rows(a), _claim_rows(b))


_Key = tuple[str, str, int]


def _mention_rows(run: Run) -> dict[_Key, tuple[int, str]]:
    """Page and label by document, sentence text with the mention in it, and how often that came before."""
    frame = run.mentions.merge(
        run.sentences[["doc_id", "sentence_id", "start", "text"]], on=["doc_id", "sentence_id"], suffixes=("", "_s")
    )
    rows: dict[_Key, tuple[int, str]] = {}
    columns = (frame[name].tolist() for name in ("doc_id", "page", "start", "end", "code", "text", "text_s", "start_s"))
    for doc_id, page, start, end, code, text, sentence, origin in zip(*columns, strict=True):
        low, high = start - origin, end - origin
        where = f"{sentence[max(0, low - 40) : low]}[{text}]{sentence[high : high + 40]}"
        top = code.partition(".")[0]
        key = _free(rows, doc_id, f"{top}\x1f{where}")
        rows[key] = (int(page), code)
    return rows


def _claim_rows(run: Run) -> dict[_Key, tuple[int, str]]:
    frame = run.claims.merge(run.sentences[["doc_id", "sentence_id", "page", "text"]], on=["doc_id", "sentence_id"])
    rows: dict[_Key, tuple[int, str]] = {}
    for doc_id, page, text, label in zip(
        *(frame[n].tolist() for n in ("doc_id", "page", "text", "label")), strict=True
    ):
        rows[_free(rows, doc_id, f"\x1f{text}")] = (int(page), label)
    return rows


def _free(rows: dict[_Key, tuple[int, str]], doc_id: str, text: str) -> _Key:
    number = 0
    while (doc_id, text, number) in rows:
        number += 1
    return doc_id, text, number


def _spans(before: dict[_Key, tuple[int, str]], after: dict[_Key, tuple[int, str]]) -> Iterator[SpanChange]:
    for key in sorted(before.keys() | after.keys()):
        doc_id, packed, _ = key
        text = packed.partition("\x1f")[2]
        old, new = before.get(key), after.get(key)
        if old is None and new is not None:
            if new[1] != "neither":
                yield SpanChange("added", doc_id, new[0], text, "", new[1])
        elif new is None and old is not None:
            if old[1] != "neither":
                yield SpanChange("lost", doc_id, old[0], text, old[1], "")
        elif old is not None and new is not None and old[1] != new[1]:
            yield SpanChange("relabelled", doc_id, new[0], text, old[1], new[1])


def _measures(a: pd.DataFrame, b: pd.DataFrame) -> Iterator[MeasureChange]:
    key = ["scope", "doc_id", "measure"]
    both = a.merge(b, on=key, how="outer", suffixes=("_a", "_b")).sort_values(key)
    for row in both.to_dict("records"):
        old, new = float(row["estimate_a"]), float(row["estimate_b"])
        if math.isnan(old) and math.isnan(new):
            continue
        if math.isnan(old) or math.isnan(new) or abs(new - old) > MOVED * max(1.0, abs(old)):
            apart = bool(row["low_b"] > row["high_a"] or row["high_b"] < row["low_a"])
            yield MeasureChange(row["scope"], row["doc_id"], row["measure"], old, new, apart)
