"""What one document adds to each table, as Arrow data without the document's id.

The id is left out because the same bytes may stand in two corpora under two names; it is put in when the tables are
written.
"""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc

from extractors.document import Document
from models.records import Claim, Mention
from reports.schema import BOXES, CLAIMS, MENTIONS, SENTENCES, TABLES, TableSchema

NO_CLAIM = "neither"


def sentence_rows(document: Document) -> pa.Table:
    """One row per sentence."""
    sources = {page.number: page.source for page in document.pages}
    sentences = document.sentences
    blocks = document.blocks
    return _table(
        SENTENCES,
        {
            "sentence_id": [s.sentence_id for s in sentences],
            "page": [s.page for s in sentences],
            "start": [s.start for s in sentences],
            "end": [s.end for s in sentences],
            "section": [_text(s.section) for s in sentences],
            "text": [_text(document.text[s.start : s.end]) for s in sentences],
            "block": [s.block for s in sentences],
            "kind": [blocks[s.block].kind for s in sentences],
            "page_source": [sources.get(s.page, "none") for s in sentences],
        },
    )


def table_rows(document: Document) -> pa.Table:
    """One row per cell of the document's tables."""
    cells = [(number, table, cell) for number, table in enumerate(document.tables) for cell in table.cells]
    return _table(
        TABLES,
        {
            "table": [number for number, _, _ in cells],
            "page": [table.page for _, table, _ in cells],
            "caption": [_text(table.caption) for _, table, _ in cells],
            "row": [cell.row for _, _, cell in cells],
            "column": [cell.column for _, _, cell in cells],
            "text": [_text(cell.text) for _, _, cell in cells],
            "x0": [cell.box.x0 for _, _, cell in cells],
            "top": [cell.box.top for _, _, cell in cells],
            "x1": [cell.box.x1 for _, _, cell in cells],
            "bottom": [cell.box.bottom for _, _, cell in cells],
        },
    )


def mention_rows(document: Document, mentions: Sequence[Mention]) -> pa.Table:
    """One row per mention; its page is that of its first character."""
    starts = [page.start for page in document.pages]
    numbers = [page.number for page in document.pages]

    def page_of(offset: int) -> int:
        return numbers[max(0, bisect.bisect_right(starts, offset) - 1)] if numbers else 1

    ordered = sorted(mentions, key=lambda m: (m.start, m.end, m.code, m.rule))
    return _table(
        MENTIONS,
        {
            "sentence_id": [m.sentence_id for m in ordered],
            "page": [page_of(m.start) for m in ordered],
            "start": [m.start for m in ordered],
            "end": [m.end for m in ordered],
            "code": [m.code for m in ordered],
            "text": [_text(m.text) for m in ordered],
            "locus": [m.locus for m in ordered],
            "status": [m.status for m in ordered],
            "rule": [m.rule for m in ordered],
            "entity": [m.entity for m in ordered],
        },
    )


def claim_rows(claims: Iterable[Claim]) -> pa.Table:
    """One row per sentence; ``cues`` is a JSON list of ``[name, contribution]``, strongest first."""
    ordered = sorted(claims, key=lambda claim: claim.sentence_id)
    encode = json.JSONEncoder(ensure_ascii=False).encode
    return _table(
        CLAIMS,
        {
            "sentence_id": [c.sentence_id for c in ordered],
            "label": [c.label for c in ordered],
            "p_neither": [c.probabilities.get("neither", 0.0) for c in ordered],
            "p_learning": [c.probabilities.get("learning", 0.0) for c in ordered],
            "p_legitimation": [c.probabilities.get("legitimation", 0.0) for c in ordered],
            "depth": [c.depth for c in ordered],
            "learner": [c.learner for c in ordered],
            "model": [c.model for c in ordered],
            "abstained": [c.abstained for c in ordered],
            "cues": [encode([[cue.name, round(cue.contribution, 6)] for cue in c.cues]) for c in ordered],
        },
    )


def box_rows(document: Document, mentions: Iterable[Mention], claims: Iterable[Claim]) -> pa.Table:
    """The rectangles of every mention and of every sentence that is a claim, for highlighting."""
    place = {s.sentence_id: (s.start, s.end) for s in document.sentences}
    spans = {(m.start, m.end) for m in mentions}
    spans |= {place[c.sentence_id] for c in claims if c.label != NO_CLAIM}
    rows = [
        (start, end, part, box.page, box.x0, box.top, box.x1, box.bottom)
        for start, end in sorted(spans)
        for part, box in enumerate(document.rectangles(start, end))
    ]
    names = ("start", "end", "part", "page", "x0", "top", "x1", "bottom")
    return _table(BOXES, {name: [row[i] for row in rows] for i, name in enumerate(names)})


def write_part(table: pa.Table, path: Path) -> None:
    """Write one part as an Arrow file."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def read_part(path: Path) -> pa.Table:
    """Read one part.

    Raises
    ------
    OSError, pyarrow.ArrowInvalid
        The file is missing or damaged.
    """
    with pa.OSFile(str(path), "rb") as source:
        return pa.ipc.open_file(source).read_all()


def part_schema(table: TableSchema) -> pa.Schema:
    """The table's schema without ``doc_id``."""
    return pa.schema([field for field in table.schema if field.name != "doc_id"])


def _table(table: TableSchema, columns: dict[str, list[Any]]) -> pa.Table:
    return pa.table(columns, schema=part_schema(table))


def _text(text: str) -> str:
    """Text that UTF-8 can hold: a lone surrogate, which broken PDFs give, becomes one replacement character."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
