"""``run.json``: everything a run rests on and everything it made, so that it can be done again and compared."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flows.content_keys import ROOT, digest_of, modules_behind, stage_versions, version_of
from flows.inventory import Changes, Entry, sha256_of
from flows.parameters import RunParameters
from flows.table_writing import Totals
from flows.tools import ToolDigests
from reports.schema import ALL_TABLES

FORMAT = 1
_PACKAGES = (
    "ahocorasick_rs", "fsspec", "jinja2", "markdown_it", "numpy", "pandas", "pdfplumber", "pikepdf", "prefect", "pyarrow",
    "pydantic", "pypdfium2", "rapidfuzz", "scipy", "selectolax", "sklearn", "skops", "spacy", "tesserocr", "wordllama",
)  # fmt: skip
_REPORTING = ("reports.site", "reports.measures", "flows.table_writing")


@dataclass(frozen=True, slots=True)
class CodeVersion:
    """Which code ran: its version, its commit where it is a checkout, and whether files differ from that commit."""

    version: str
    commit: str
    clean: bool | None
    extract: str
    tag: str
    classify: str
    report: str


@cache
def code_version() -> CodeVersion:
    """The code of this process."""
    commit, clean = _commit()
    stages = stage_versions()
    return CodeVersion(
        halfloop_version(), commit, clean, stages.extract, stages.tag, stages.classify, _report_version()
    )


def halfloop_version() -> str:
    """The version of the installed distribution, or of the checkout if it is not installed."""
    try:
        return importlib.metadata.version("halfloop")
    except importlib.metadata.PackageNotFoundError:
        for line in (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines():
            if line.startswith("version = "):
                return line.split('"')[1]
    return "unknown"


def package_versions() -> dict[str, str]:
    """The packages that can change a result, and Python."""
    return {"python": platform.python_version(), **{name: version_of(name) for name in _PACKAGES}}


def content_digest(entries: Iterable[Entry], parameters: RunParameters) -> str:
    """Equal for two runs that must give the same tables and the same site."""
    parts = [code_version().report, str(parameters.seed), str(parameters.site), *map(repr, package_versions().items())]
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
        "parameters": {**parameters.model_dump(), "corpus_path": str(Path(parameters.corpus).resolve())},
        "inputs": [
            {"doc_id": e.row.doc_id, "file": e.row.file, "sha256": e.sha256, "licence": e.row.licence} for e in entries
        ],
        "seed": parameters.seed,
    }


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


def _report_version() -> str:
    parts: list[str] = []
    for entry in _REPORTING:
        own, foreign = modules_behind(entry)
        parts += [f"{p.relative_to(ROOT).as_posix()} {sha256_of(p)}" for p in sorted(own)]
        parts += [f"{name} {version_of(name)}" for name in sorted(foreign)]
    for data in ("templates", "assets"):
        parts += [sha256_of(path) for path in sorted((ROOT / "reports" / data).rglob("*")) if path.is_file()]
    return digest_of(*parts)


def _commit() -> tuple[str, bool | None]:
    if not (ROOT / ".git").exists():
        return "", None
    try:
        commit = _git("rev-parse", "HEAD")
        return commit, _git("status", "--porcelain", "--untracked-files=no") == ""
    except (OSError, subprocess.SubprocessError):
        return "", None


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True, timeout=20)
    return done.stdout.strip()
