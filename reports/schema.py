"""The tables of a run: their columns, types and order. Other tools read these names; do not rename them.

Rows are sorted by the key columns, so that two runs over the same inputs write the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

_S = pa.string()
_I = pa.int32()
_F = pa.float64()


@dataclass(frozen=True, slots=True)
class TableSchema:
    """Name of the file without ending, its columns, and the columns that order its rows."""

    name: str
    schema: pa.Schema
    key: tuple[str, ...]


def _schema(*columns: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in columns])


DOCUMENTS = TableSchema(
    "documents",
    _schema(
        ("doc_id", _S),
        ("sha256", _S),
        ("file", _S),
        ("title", _S),
        ("kind", _S),
        ("voice", _S),
        ("published", _S),
        ("programme", _S),
        ("country", _S),
        ("licence", _S),
        ("source", _S),
        ("pages", _I),
        ("ocr_pages", _I),
        ("words", _I),
        ("sentences", _I),
        ("extractor", _S),
        ("status", _S),  # ok, partial, failed
        ("error", _S),
        ("guessed", _S),  # manifest fields that were guessed, joined by a blank
        ("warning", _S),  # e.g. the document looks unlike the training data
    ),
    ("doc_id",),
)

SENTENCES = TableSchema(
    "sentences",
    _schema(
        ("doc_id", _S),
        ("sentence_id", _I),
        ("page", _I),
        ("start", _I),
        ("end", _I),
        ("section", _S),
        ("text", _S),
        ("block", _I),  # index of the paragraph
        ("kind", _S),  # heading, body, list_item, footnote, caption, box
        ("page_source", _S),  # text_layer, ocr, plain
    ),
    ("doc_id", "sentence_id"),
)

MENTIONS = TableSchema(
    "mentions",
    _schema(
        ("doc_id", _S),
        ("sentence_id", _I),
        ("page", _I),
        ("start", _I),
        ("end", _I),
        ("code", _S),
        ("text", _S),
        ("locus", _S),
        ("status", _S),
        ("rule", _S),
        ("entity", _S),
    ),
    ("doc_id", "start", "end", "code", "rule"),
)

CLAIMS = TableSchema(
    "claims",
    _schema(
        ("doc_id", _S),
        ("sentence_id", _I),
        ("label", _S),
        ("p_neither", _F),
        ("p_learning", _F),
        ("p_legitimation", _F),
        ("depth", _S),
        ("learner", _S),
        ("model", _S),
        ("abstained", pa.bool_()),
        ("cues", _S),  # JSON list of [name, contribution], strongest first
    ),
    ("doc_id", "sentence_id"),
)

TABLES = TableSchema(
    "tables",
    _schema(
        ("doc_id", _S),
        ("table", _I),
        ("page", _I),
        ("caption", _S),
        ("row", _I),
        ("column", _I),
        ("text", _S),
        ("x0", _F),
        ("top", _F),
        ("x1", _F),
        ("bottom", _F),
    ),
    ("doc_id", "table", "row", "column"),
)

BOXES = TableSchema(
    "boxes",
    _schema(
        ("doc_id", _S),
        ("start", _I),
        ("end", _I),
        ("part", _I),  # a span over two lines has parts 0 and 1
        ("page", _I),
        ("x0", _F),
        ("top", _F),
        ("x1", _F),
        ("bottom", _F),
    ),
    ("doc_id", "start", "end", "part"),
)

MEASURES = TableSchema(
    "measures",
    _schema(
        ("scope", _S),  # document, group, corpus
        ("doc_id", _S),  # the document, the group's name, or ""
        ("measure", _S),
        ("estimate", _F),
        ("low", _F),
        ("high", _F),
        ("n", _I),
        ("method", _S),
    ),
    ("scope", "doc_id", "measure"),
)

ALL_TABLES = (DOCUMENTS, SENTENCES, MENTIONS, CLAIMS, TABLES, BOXES, MEASURES)
