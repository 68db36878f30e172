"""One document of a run with everything found in it, as typed rows instead of frames."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from reports.runs import Run


class SentenceRow(NamedTuple):
    """A row of ``sentences.parquet`` without its document."""

    sentence_id: int
    page: int
    start: int
    end: int
    section: str
    text: str
    block: int
    kind: str


class MentionRow(NamedTuple):
    """A row of ``mentions.parquet`` without its document."""

    sentence_id: int
    page: int
    start: int
    end: int
    code: str
    text: str
    locus: str
    status: str
    rule: str
    entity: str

    @property
    def top(self) -> str:
        """The top code."""
        return self.code.partition(".")[0]


class ClaimRow(NamedTuple):
    """A row of ``claims.parquet`` without its document; ``cues`` as JSON."""

    sentence_id: int
    label: str
    p_neither: float
    p_learning: float
    p_legitimation: float
    depth: str
    learner: str
    abstained: bool
    cues: str

    @property
    def probability(self) -> float:
        """The probability of the label that was given."""
        given = {"neither": self.p_neither, "learning": self.p_learning, "legitimation": self.p_legitimation}
        return given.get(self.label, float("nan"))

    @property
    def is_claim(self) -> bool:
        """True for learning and legitimation."""
        return self.label != "neither"

    def strongest(self, most: int) -> list[tuple[str, float]]:
        """The strongest cues, each with its contribution in log-odds."""
        try:
            return [(str(name), float(value)) for name, value in json.loads(self.cues or "[]")][:most]
        except (ValueError, TypeError):
            return []


class BoxRow(NamedTuple):
    """A row of ``boxes.parquet`` without its document."""

    start: int
    end: int
    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True)
class DocumentView:
    """A document's row and the rows found in it, in reading order."""

    doc_id: str
    row: Mapping[str, object]
    sentences: tuple[SentenceRow, ...]
    mentions: tuple[MentionRow, ...]
    claims: Mapping[int, ClaimRow]
    boxes: tuple[BoxRow, ...] = ()

    def text(self, name: str) -> str:
        """A text column of ``documents.parquet``."""
        return str(self.row[name])

    def number(self, name: str) -> int:
        """A numeric column of ``documents.parquet``; 0 where it is missing."""
        value = self.row[name]
        return 0 if pd.isna(value) else int(value)  # type: ignore[call-overload]

    @property
    def title(self) -> str:
        """The title, or the id where there is none."""
        return self.text("title") or self.doc_id

    @property
    def failed(self) -> bool:
        """True where the document could not be read."""
        return self.text("status") == "failed"


def document_views(run: Run, boxes: bool = True) -> Iterator[DocumentView]:
    """All documents of a run, sorted by id; ``boxes=False`` leaves the places on the pages out."""
    sentences = _split(run.sentences, SentenceRow)
    mentions = _split(run.mentions, MentionRow)
    claims = _split(run.claims, ClaimRow)
    places = _split(run.boxes, BoxRow) if boxes else {}
    for row in run.documents.sort_values("doc_id").to_dict("records"):
        doc_id = str(row["doc_id"])
        yield DocumentView(
            doc_id,
            {str(name): value for name, value in row.items()},
            tuple(SentenceRow(*values) for values in sentences.get(doc_id, ())),
            tuple(MentionRow(*values) for values in mentions.get(doc_id, ())),
            {claim.sentence_id: claim for claim in (ClaimRow(*values) for values in claims.get(doc_id, ()))},
            tuple(BoxRow(*values) for values in places.get(doc_id, ())),
        )


def _split(
    frame: pd.DataFrame, row: type[SentenceRow] | type[MentionRow] | type[ClaimRow] | type[BoxRow]
) -> dict[str, list[tuple[Any, ...]]]:
    """Plain tuples of the columns that ``row`` names, by document, in the table's order."""
    columns = [frame[name].tolist() for name in row._fields]
    found: dict[str, list[tuple[Any, ...]]] = {}
    for doc_id, values in zip(frame["doc_id"].tolist(), zip(*columns, strict=True), strict=True):
        found.setdefault(doc_id, []).append(values)
    return found
