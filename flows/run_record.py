"""``run.json``: everything a run rests on and everything it made, so that it can be done again and compared."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.digests import sha256_of
from flows.content_keys import digest_of
from flows.inventory import Changes, Entry
from flows.parameters import RunParameters
from flows.remote import fetched_folder, is_url
from flows.run_folder import RUN_FILE
from flows.table_writing import Totals
from flows.tools import ToolDigests
from flows.versions import code_version, package_versions
from reports.schema import ALL_TABLES

FORMAT = 1


def content_digest(entries: Iterable[Entry], parameters: RunParameters) -> str:
    """Equal for two runs that must give the same tables and the same site."""
    parts = [
        code_version().report,
        str(parameters.seed),
        str(parameters.site),
        str(parameters.pictures),
        *map(repr, package_versions().items()),
    ]
    for entry in entries:
        known = entry.error if entry.keys is None else entry.keys.classify
        parts.append(repr((asdict(entry.row), entry.sha256, known)))
    return digest_of(*parts)


def output_digests(folder: Path) -> dict[str, str]:
    """The sha256 of every table, and one over the whole site (names and bytes of its files)."""
    names = [f"{table.name}.{ending}" for table in ALL_TABLES for ending in ("parquet", "csv")]
    digests = {name: sha256_of(folder / name) for name in names if (folder / name).is_file()}
    site = folder / "site"
    if site.is_dir():
        state = hashlib.sha256()
        for path in sorted(p for p in site.rglob("*") if p.is_file()):
            state.update(f"{path.relative_to(site).as_posix()} {sha256_of(path)}\n".encode())
        digests["site"] = state.hexdigest()
    return digests


def describe_run(run_id: str, flow_run_id: str, parameters: RunParameters, entries: Sequence[Entry]) -> dict[str, Any]:
    """What the run is and what it reads."""
    return {
        "format": FORMAT,
        "run_id": run_id,
        "flow_run_id": flow_run_id,
        "content": content_digest(entries, parameters),
        "parameters": {**parameters.model_dump(), **_places(parameters.corpus)},
        "inputs": [_input(entry) for entry in entries],
        "seed": parameters.seed,
    }


def _places(corpus: str) -> dict[str, str]:
    """Where the documents are, and for a URL where they were fetched to, which holds for this machine only."""
    if is_url(corpus):
        return {"corpus_path": corpus, "corpus_folder": str(fetched_folder(corpus))}
    return {"corpus_path": str(Path(corpus).resolve())}


def _input(entry: Entry) -> dict[str, Any]:
    """A document as the run found it: its row, what the row stated as its sha256, and the sha256 of its bytes."""
    row = asdict(entry.row)
    return {**row, "stated_sha256": row["sha256"], "sha256": entry.sha256, "error": entry.error}


def describe_tools(digests: ToolDigests, changes: Changes) -> dict[str, Any]:
    """What it is done with, and what is new in the corpus."""
    return {
        "changes": asdict(changes),
        "code": asdict(code_version()),
        "codebook_digest": digests.codebook,
        "codebook_version": digests.codebook_version,
        "model_digest": digests.model,
        "model": digests.model_name,
        "versions": package_versions(),
        "platform": platform.platform(),
    }


def finish_record(
    record: dict[str, Any], totals: Totals, failures: Sequence[tuple[str, str, str]], outputs: dict[str, str]
) -> dict[str, Any]:
    """Add what was found. ``failures`` holds (doc_id, status, line)."""
    named = [{"doc_id": doc_id, "status": status, "error": line} for doc_id, status, line in failures]
    return {**record, "totals": asdict(totals), "failures": named, "outputs": outputs}


def read_record(folder: Path) -> dict[str, Any]:
    """The content of a run's ``run.json``; empty where it cannot be read."""
    try:
        content = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
