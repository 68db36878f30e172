"""A run as an RO-Crate (Process Run Crate), to deposit with a paper: tables, site, codebook, model card, open inputs.

Profile: https://w3id.org/ro/wfrun/process/0.5 over RO-Crate 1.1; what its checker says is in docs/decisions/059.
Inputs are included only where the manifest says that they may be passed on (:mod:`corpus.licences`); the others are
named with their digest and source.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from corpus.codebook import DEFAULT_PATH
from corpus.digests import sha256_of
from corpus.licences import may_be_passed_on
from flows.run_folder import RUN_FILE
from flows.run_source import CODEBOOK, INPUTS, RunSource, SourceError, open_source
from models.trained import CURRENT, TRAINED
from reports.schema import ALL_TABLES

PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
DIGEST_TERM = "https://w3id.org/ro/terms/workflow-run#sha256"
"""RO-Crate 1.1 has no term for a digest; the profile's family has."""

_FORMATS = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
}
_TERMS = (
    "The documents are their publishers', under the licence named at each; the tables quote them. "
    "Codebook, model and software: MIT."
)


@dataclass(frozen=True, slots=True)
class Makers:
    """Who did the run and gives it to others, as they want to be named; empty where nobody said."""

    author: str = ""
    orcid: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Archived:
    """Where the archive stands, and how many documents are in it or only named."""

    path: Path
    included: int
    named: int


def archive_run(run: Path, target: Path | None = None, makers: Makers = Makers()) -> Archived:
    """Write the archive of a run folder, by default beside it as ``<run-id>.crate.zip``.

    Raises
    ------
    flows.run_source.SourceError
        ``run`` is no run.
    OSError
        The archive cannot be written; nothing of it is then left.
    """
    run = run.resolve()
    with tempfile.TemporaryDirectory(prefix="halfloop-archive-") as scratch:
        source = open_source(run, Path(scratch))
        target = target or run.parent / f"{source.record['run_id']}.crate.zip"
        if not target.parent.is_dir():
            raise SourceError(f"{target.parent}: no such folder to write the archive into")
        crate = ROCrate(version="1.1")
        crate.metadata.extra_terms["sha256"] = DIGEST_TERM
        outputs = list(_tables(crate, source))
        inputs, included = _inputs(crate, source)
        action = _describe(crate, source, inputs, outputs)
        _name_makers(crate, action, makers)
        part = target.with_name(f"{target.name}.{os.getpid()}.part.zip")
        try:
            crate.write_zip(part)
            _name_folders(part, crate)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return Archived(target, included, len(inputs) - included)


def _name_folders(archive: Path, crate: ROCrate) -> None:
    """Give each folder that the crate describes an entry of its own: a zip of files alone does not hold it."""
    with zipfile.ZipFile(archive, "a") as file:
        known = set(file.namelist())
        for entity in crate.data_entities:
            if entity.id.endswith("/") and entity.id not in known:
                file.mkdir(entity.id)


def _tables(crate: ROCrate, source: RunSource) -> Iterator[Any]:
    for table in ALL_TABLES:
        for ending in (".parquet", ".csv"):
            path = source.folder / f"{table.name}{ending}"
            if path.is_file():
                about = {"name": f"Table {table.name}", "encodingFormat": _FORMATS[ending], "sha256": sha256_of(path)}
                yield crate.add_file(path, path.name, properties=about)
    yield crate.add_file(
        source.folder / RUN_FILE,
        RUN_FILE,
        properties={"name": "Record of the run", "encodingFormat": _FORMATS[".json"]},
    )
    if (source.folder / "site").is_dir():
        yield crate.add_directory(source.folder / "site", "site/", properties={"name": "Inspection site"})


def _inputs(crate: ROCrate, source: RunSource) -> tuple[list[Any], int]:
    """Every document as an entity, its bytes only where its licence allows and they are still those of the run."""
    entities, included = [], 0
    for line in source.record["inputs"]:
        if not line["sha256"]:
            continue
        path = source.documents / line["file"]
        about = {
            "name": line["title"] or line["doc_id"],
            "identifier": line["doc_id"],
            "sha256": line["sha256"],
            "license": line["licence"] or "not stated",
            "isBasedOn": line["source"],
        }
        about = {name: value for name, value in about.items() if value}
        if may_be_passed_on(line["licence"]) and path.is_file() and sha256_of(path) == line["sha256"]:
            form = _FORMATS.get(path.suffix.lower(), "application/octet-stream")
            known = {**about, "encodingFormat": form}
            entities.append(crate.add_file(path, f"{INPUTS}/{line['file']}", properties=known))
            included += 1
        else:
            identifier = f"urn:sha256:{line['sha256']}"
            entities.append(crate.add(ContextEntity(crate, identifier, properties={"@type": "CreativeWork", **about})))
    return entities, included


def _describe(crate: ROCrate, source: RunSource, inputs: list[Any], outputs: list[Any]) -> ContextEntity:
    record = source.record
    codebook = _codebook(crate, record)
    tools = [codebook, *_model(crate, record)]
    software = crate.add(
        ContextEntity(
            crate,
            "#halfloop",
            properties={
                "@type": "SoftwareApplication",
                "name": "halfloop",
                "softwareVersion": _version(record["code"]),
                "softwareRequirements": [f"{name} {version}" for name, version in sorted(record["versions"].items())],
            },
        )
    )
    action = crate.add(
        ContextEntity(
            crate,
            f"#{record['run_id']}",
            properties={
                "@type": "CreateAction",
                "name": f"halfloop run {record['run_id']}",
                "description": "Text, mentions, claims and measures of policy documents",
                "startTime": record["started"],
                "endTime": record["ended"],
                "identifier": record["flow_run_id"],
                "actionStatus": "http://schema.org/CompletedActionStatus",
            },
        )
    )
    action["instrument"], action["object"], action["result"] = software, [*inputs, *tools], outputs
    crate.root_dataset["mentions"] = action
    crate.name = f"halfloop run {record['run_id']}"
    crate.description = (
        f"Evidence from {len(record['inputs'])} policy documents: tables, inspection site, codebook, model card and, "
        "where their licence allows, the documents."
    )
    crate.license = crate.add(
        ContextEntity(
            crate, "#terms", properties={"@type": "CreativeWork", "name": "Terms of use", "description": _TERMS}
        )
    )
    crate.datePublished = record["ended"]
    profile = crate.add(
        ContextEntity(
            crate, PROFILE, properties={"@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"}
        )
    )
    crate.root_dataset["conformsTo"] = profile
    return action


def _name_makers(crate: ROCrate, action: ContextEntity, makers: Makers) -> None:
    if makers.author:
        person = ContextEntity(crate, makers.orcid or "#author", properties={"@type": "Person", "name": makers.author})
        crate.root_dataset["author"] = action["agent"] = crate.add(person)
    if makers.publisher:
        about = {"@type": "Organization", "name": makers.publisher}
        crate.root_dataset["publisher"] = crate.add(ContextEntity(crate, "#publisher", properties=about))


def _codebook(crate: ROCrate, record: Mapping[str, Any]) -> Any:
    path = Path(record["parameters"].get("codebook") or DEFAULT_PATH)
    about = {"name": "Codebook", "version": record["codebook_version"], "sha256": record["codebook_digest"]}
    if path.is_file() and sha256_of(path) == record["codebook_digest"]:
        return crate.add_file(path, CODEBOOK, properties={**about, "encodingFormat": "application/yaml"})
    return crate.add(ContextEntity(crate, "#codebook", properties={"@type": "CreativeWork", **about}))


def _model(crate: ROCrate, record: Mapping[str, Any]) -> Iterator[Any]:
    folder = Path(record["parameters"].get("model") or TRAINED / CURRENT)
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.suffix in {".md", ".json"}:
            about = {"name": f"Model {record['model']}: {path.name}", "encodingFormat": _FORMATS[path.suffix]}
            yield crate.add_file(path, f"model/{path.name}", properties=about)


def _version(code: Mapping[str, Any]) -> str:
    commit = f" (commit {code['commit']}{'' if code['clean'] else ', with changes'})" if code["commit"] else ""
    return f"{code['version']}{commit}"
