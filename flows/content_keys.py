"""The content key of each stage of each document: equal keys mean equal results.

A key is made of the document's bytes, the parameters, the digests of codebook and model, the versions of the packages
that the stage imports, and the code of the stage: all modules of this project that its entry module imports, directly
or through others. What is not imported cannot change the result, so editing the site does not redo an extraction.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import json
import sys
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from corpus.records import ManifestRow
from extractors.options import ExtractOptions
from flows.tools import ToolDigests

ROOT = Path(__file__).resolve().parent.parent
ROOMS = frozenset({"corpus", "extractors", "models", "reports", "flows"})
STAGES = ("extract", "tag", "classify")
PARTS_FORMAT = "parts-1"
"""Changes when the rows that :mod:`flows.parts` makes of a result change."""

_ENTRIES = {"extract": "extractors", "tag": "models.tagger", "classify": "models.claims"}
_DISTRIBUTIONS = {"sklearn": "scikit-learn", "yaml": "pyyaml", "PIL": "pillow", "markdown_it": "markdown-it-py"}
_DATA_ENDINGS = (".yaml", ".json", ".csv", ".npz")


@dataclass(frozen=True, slots=True)
class StageKeys:
    """The content keys of one document."""

    extract: str
    tag: str
    classify: str


@dataclass(frozen=True, slots=True)
class StageVersions:
    """What one stage rests on besides the document: a digest of its code and of its packages' versions."""

    extract: str
    tag: str
    classify: str


def digest_of(*parts: str) -> str:
    """A sha256 over parts that cannot be confused with one another (each is preceded by its length)."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(f"{len(data)}:".encode())
        state.update(data)
    return state.hexdigest()


@cache
def stage_versions() -> StageVersions:
    """The versions of the three stages as this checkout and its environment stand."""
    return StageVersions(**{stage: _version(entry) for stage, entry in _ENTRIES.items()})


def document_keys(row: ManifestRow, sha256: str, options: ExtractOptions, tools: ToolDigests) -> StageKeys:
    """The keys of one document.

    The ending of the file counts (it decides between plain text and Markdown), its name and id do not.
    """
    versions = stage_versions()
    ending = Path(row.file).suffix.lower()
    extract = digest_of(PARTS_FORMAT, versions.extract, sha256, ending, json.dumps(asdict(options), sort_keys=True))
    tag = digest_of(extract, versions.tag, tools.codebook, tools.reading, row.programme)
    known = [row.kind, row.voice, row.published, row.programme, row.title, row.country]
    return StageKeys(extract, tag, digest_of(tag, versions.classify, tools.model, *known))


def _version(entry: str) -> str:
    own, foreign = modules_behind(entry)
    parts = [f"python {sys.version_info.major}.{sys.version_info.minor}"]
    for path in sorted(own):
        parts += [path.relative_to(ROOT).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()]
    parts += [f"{name} {version_of(name)}" for name in sorted(foreign)]
    return digest_of(*parts)


def version_of(module: str) -> str:
    """The installed version of the distribution that brings a module; ``absent`` where there is none."""
    try:
        return importlib.metadata.version(_DISTRIBUTIONS.get(module, module))
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def modules_behind(entry: str) -> tuple[set[Path], set[str]]:
    """The files of this project that importing ``entry`` can execute, and the foreign modules they import."""
    own: set[Path] = set()
    foreign: set[str] = set()
    waiting = [entry]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        top = name.partition(".")[0]
        if top not in ROOMS:
            if top not in sys.stdlib_module_names:
                foreign.add(top)
            continue
        path = _file_of(name)
        if path is None:  # a name inside a module, not a module
            continue
        if "." in name:
            waiting.append(name.rpartition(".")[0])
        own.add(path)
        if path.name == "__init__.py" and top != "corpus":
            own.update(p for p in path.parent.iterdir() if p.suffix in _DATA_ENDINGS)
        if top == "models":  # trained parts that stand alone; a claim model is a folder and has its own digest
            own.update(p for p in (ROOT / "models" / "trained").iterdir() if p.suffix in _DATA_ENDINGS)
        waiting.extend(_imports(path))
    return own, foreign


def _file_of(name: str) -> Path | None:
    base = ROOT.joinpath(*name.split("."))
    for path in (base / "__init__.py", base.with_suffix(".py")):
        if path.is_file():
            return path
    return None


@cache
def _imports(path: Path) -> tuple[str, ...]:
    """Every name that a module imports, anywhere in it. Read once: several entries lead to the same modules."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(names)
