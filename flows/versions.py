"""Which code and which packages a run rests on."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
from dataclasses import dataclass
from functools import cache

from corpus.digests import sha256_of
from flows.content_keys import ROOT, digest_of, modules_behind, stage_versions, version_of

_PACKAGES = (
    "ahocorasick_rs", "fsspec", "jinja2", "markdown_it", "numpy", "pandas", "pdfplumber", "pikepdf", "prefect",
    "pyarrow", "pydantic", "pypdfium2", "rapidfuzz", "scipy", "selectolax", "sklearn", "skops", "spacy", "tesserocr",
    "wordllama",
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
