"""Runs without Prefect: the same functions in the same order, in this process."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.codebook import load_codebook
from corpus.manifest import read_manifest
from extractors import extract
from flows.parts import box_rows, claim_rows, mention_rows, sentence_rows
from models.claims import ClaimModel
from models.tagger import Tagger
from reports.measures import measure_run
from reports.runs import Run, load_run
from reports.schema import CLAIMS, DOCUMENTS, MEASURES, MENTIONS, SENTENCES, TableSchema

SAMPLE = Path(__file__).resolve().parents[2] / "corpus" / "sample"


def build_sample_run(folder: Path, corpus: Path = SAMPLE, only: Collection[str] = ()) -> Run:
    """Write the folder of a run over a corpus (or ``only`` some documents of it) and open it."""
    folder.mkdir(parents=True)
    tagger, model = Tagger(load_codebook()), ClaimModel.load()
    tables: dict[str, list[pa.Table]] = {"sentences": [], "mentions": [], "claims": [], "boxes": []}
    documents = []
    for row in read_manifest(corpus).rows:
        if only and row.doc_id not in only:
            continue
        document = extract(corpus / row.file, row.doc_id)
        mentions = tagger.tag(document, row.programme)
        claims = model.classify(document, mentions, row)
        parts = {
            "sentences": sentence_rows(document),
            "mentions": mention_rows(document, mentions),
            "claims": claim_rows(claims),
            "boxes": box_rows(document, mentions, claims),
        }
        for name, part in parts.items():
            tables[name].append(_with_id(part, row.doc_id))
        names = ("doc_id", "file", "title", "kind", "voice", "published", "programme", "country")
        documents.append(
            {name: getattr(row, name) for name in names}
            | {"sha256": document.sha256, "pages": len(document.pages), "sentences": len(document.sentences)}
            | {"words": len(document.text.split()), "extractor": document.extractor, "status": document.status}
        )
    for name, found in tables.items():
        pq.write_table(pa.concat_tables(found, promote_options="default"), folder / f"{name}.parquet")
    _write(folder, DOCUMENTS, documents)
    info = {"content": folder.name, "parameters": {"corpus_path": str(corpus)}}
    (folder / "run.json").write_text(json.dumps(info), encoding="utf-8")
    rows = measure_run(load_run(folder))
    _write(folder, MEASURES, [{name: getattr(row, name) for name in MEASURES.schema.names} for row in rows])
    assert {table.name for table in (SENTENCES, MENTIONS, CLAIMS)} <= {path.stem for path in folder.glob("*.parquet")}
    return load_run(folder)


def _with_id(part: pa.Table, doc_id: str) -> pa.Table:
    if "doc_id" in part.column_names:
        return part
    return part.add_column(0, "doc_id", pa.array([doc_id] * len(part), pa.string()))


def _write(folder: Path, table: TableSchema, rows: list[dict[str, object]]) -> None:
    full = [{name: row.get(name) for name in table.schema.names} for row in rows]
    pq.write_table(pa.Table.from_pylist(full, schema=table.schema), folder / f"{table.name}.parquet")
