"""Small runs written by hand, in a notation that shows what is tagged.

``[learning single_loop policy] {barrier.funding local asserted|lack of money} slowed {best_practice.exemplar|it}.``
is a learning claim with two mentions. Braces nest, so that mentions may overlap. A sentence that starts with ``# ``
is a heading. A paragraph is a list of sentences; a document is a list of paragraphs, one page each unless told.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from reports.measures import measure_run
from reports.runs import Run, load_run
from reports.schema import ALL_TABLES, TableSchema


@dataclass
class TinyDocument:
    doc_id: str
    paragraphs: list[list[str]]
    kind: str = "white_paper"
    voice: str = "government"
    published: str = "2020"
    programme: str = "bridges"
    title: str = ""
    status: str = "ok"
    file: str = ""
    sha256: str = ""
    error: str = ""
    pages: list[int] = field(default_factory=list)
    boxes: bool = False


def parse(notation: str) -> tuple[str, list[tuple[int, int, list[str]]]]:
    """Plain text and mentions (start, end, words of the tag) of one sentence in the notation."""
    text, mentions, open_tags, position = "", [], [], 0
    for token in re.finditer(r"\{([^|{}]+)\||\}|[^{}]+", notation):
        if token.group(1):
            open_tags.append((len(text), token.group(1).split()))
        elif token.group() == "}":
            start, words = open_tags.pop()
            mentions.append((start, len(text), words))
        else:
            text += token.group()
        position = token.end()
    assert position == len(notation), notation
    assert not open_tags, notation
    return text, mentions


def build_run(folder: Path, documents: list[TinyDocument], corpus: Path | None = None) -> Run:
    """Write a run folder with all tables, the measures included, and open it."""
    rows: dict[str, list[dict[str, object]]] = {table.name: [] for table in ALL_TABLES}
    for document in sorted(documents, key=lambda d: d.doc_id):
        _add(rows, document)
    folder.mkdir(parents=True, exist_ok=True)
    for table in ALL_TABLES:
        if table.name != "measures":
            _write(folder, table, rows[table.name])
    info = {"run_id": folder.name, "parameters": {"corpus": str(corpus or folder)}, "started": "2026-01-01T00:00:00Z"}
    (folder / "run.json").write_text(json.dumps(info), encoding="utf-8")
    measures = next(table for table in ALL_TABLES if table.name == "measures")
    fields = measures.schema.names
    _write(folder, measures, [{n: getattr(row, n) for n in fields} for row in measure_run(load_run(folder))])
    return load_run(folder)


def _write(folder: Path, table: TableSchema, rows: list[dict[str, object]]) -> None:
    full = [{name: row.get(name) for name in table.schema.names} for row in rows]
    pq.write_table(pa.Table.from_pylist(full, schema=table.schema), folder / f"{table.name}.parquet")


def _add(rows: dict[str, list[dict[str, object]]], document: TinyDocument) -> None:
    offset = sentence_id = 0
    section = ""
    pages = document.pages or [1] * len(document.paragraphs)
    for block, paragraph in enumerate(document.paragraphs):
        for notation in paragraph:
            label, depth, learner = "neither", "", ""
            heading = notation.startswith("# ")
            body = notation.removeprefix("# ")
            if head := re.match(r"\[([^\]]*)\]\s*", body):
                label, depth, learner = (*head.group(1).split(), "", "", "")[:3]
                body = body[head.end() :]
            text, mentions = parse(body)
            section = text if heading else section
            place = {"doc_id": document.doc_id, "sentence_id": sentence_id, "page": pages[block]}
            rows["sentences"].append(
                place
                | {
                    "start": offset,
                    "end": offset + len(text),
                    "section": section,
                    "text": text,
                    "block": block,
                    "kind": "heading" if heading else "body",
                    "page_source": "text_layer",
                }
            )
            chance = {"neither": 0.1, "learning": 0.1, "legitimation": 0.1} | {label: 0.8}
            rows["claims"].append(
                place
                | {f"p_{name}": p for name, p in chance.items()}
                | {"label": label, "depth": depth, "learner": learner, "model": "tiny", "abstained": False}
                | {"cues": json.dumps([["a result is reported", 0.9]]) if label != "neither" else "[]"}
            )
            spans = [(offset, offset + len(text))] if label != "neither" else []
            for start, end, words in mentions:
                code, locus, status, entity = (*words, "", "", "", "")[:4]
                rows["mentions"].append(
                    place
                    | {"start": offset + start, "end": offset + end, "code": code, "text": text[start:end]}
                    | {"locus": locus, "status": status, "rule": "by-hand", "entity": entity}
                )
                spans.append((offset + start, offset + end))
            if document.boxes:
                rows["boxes"].extend(_box(document.doc_id, span, pages[block], sentence_id) for span in spans)
            offset += len(text) + 1
            sentence_id += 1
    rows["mentions"].sort(key=lambda row: (row["doc_id"], row["start"], row["end"], row["code"]))
    rows["documents"].append(
        {name: getattr(document, name) for name in ("doc_id", "kind", "voice", "published", "programme", "status")}
        | {
            "sha256": document.sha256 or document.doc_id.ljust(64, "0"),
            "file": document.file or f"{document.doc_id}.txt",
        }
        | {"title": document.title or document.doc_id, "error": document.error, "extractor": "tiny"}
        | {"pages": max(pages, default=0), "ocr_pages": 0, "words": 9 * sentence_id, "sentences": sentence_id}
    )


def _box(doc_id: str, span: tuple[int, int], page: int, line: int) -> dict[str, object]:
    top = 72.0 + 14 * (line % 40)
    return {"doc_id": doc_id, "start": span[0], "end": span[1], "part": 0, "page": page} | {
        "x0": 72.0,
        "top": top,
        "x1": 300.0,
        "bottom": top + 11,
    }
