"""What a corpus holds right now: every document's digest and keys, and what changed since the last run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.digests import sha256_of
from corpus.records import Manifest, ManifestRow
from extractors.options import ExtractOptions
from flows.content_keys import StageKeys, document_keys
from flows.stages import Job
from flows.tools import ToolDigests

_SMALL_BATCH = 16
_TASKS = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a run: its row, and either what it is known by or why it cannot be read."""

    row: ManifestRow
    sha256: str
    size: int
    keys: StageKeys | None
    error: str = ""

    def job(self, folder: Path, options: ExtractOptions) -> Job:
        """The work to be done for it."""
        if self.keys is None:
            raise ValueError(f"{self.row.doc_id} has no readable file")
        return Job(self.row, str(folder / self.row.file), self.sha256, self.keys, options)


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of documents, compared with the last run of the same corpus; ``first`` where there was none."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    first: bool = True


def take_inventory(manifest: Manifest, options: ExtractOptions, digests: ToolDigests) -> tuple[Entry, ...]:
    """Read every file once for its digest. Entries come sorted by id and hold the manifest's bad rows too."""
    entries = [Entry(ManifestRow(p.doc_id, p.file), "", 0, None, p.message) for p in manifest.problems]
    for row in manifest.rows:
        path = manifest.folder / row.file
        try:
            size, sha256 = path.stat().st_size, sha256_of(path)
        except OSError as error:
            entries.append(Entry(row, "", 0, None, f"{row.file}: cannot be read: {error.strerror or error}"))
            continue
        if row.sha256 and row.sha256 != sha256:
            message = f"{row.file}: sha256 is {sha256[:12]}…, the manifest says {row.sha256[:12]}…; not read"
            entries.append(Entry(row, sha256, size, None, message))
        else:
            keys = document_keys(row, sha256, options, digests)
            entries.append(Entry(row, sha256, size, keys))
    return tuple(sorted(entries, key=lambda entry: entry.row.doc_id))


def changes_since(last: Mapping[str, str] | None, entries: Sequence[Entry]) -> Changes:
    """Compare with ``last`` (sha256 by id), the inputs of the last run of this corpus."""
    now = {entry.row.doc_id: entry.sha256 for entry in entries}
    if last is None:
        return Changes(new=tuple(sorted(now)))
    both = now.keys() & last.keys()
    changed = sorted(doc_id for doc_id in both if now[doc_id] != last[doc_id])
    return Changes(
        new=tuple(sorted(now.keys() - last.keys())),
        changed=tuple(changed),
        removed=tuple(sorted(last.keys() - now.keys())),
        unchanged=len(both) - len(changed),
        first=False,
    )


def batches(jobs: Sequence[Job], sizes: Mapping[str, int], workers: int) -> list[list[Job]]:
    """Jobs in batches, large documents first so that no worker is left alone with one at the end.

    A batch is a task in Prefect: it must be long enough that orchestrating it is little against doing it, and short
    enough that progress shows and workers stay busy. So batches grow with the corpus, and tasks hardly do: up to 16
    documents or 2 MB each, beyond that about 64 batches, and always some for each worker.
    """
    ordered = sorted(jobs, key=lambda job: (-sizes[job.row.doc_id], job.row.doc_id))
    tasks = max(_TASKS, 4 * workers)
    most = min(max(_SMALL_BATCH, -(-len(ordered) // tasks)), max(1, -(-len(ordered) // (4 * workers))))
    heaviest = max(2_000_000, sum(sizes[job.row.doc_id] for job in ordered) // tasks)
    out: list[list[Job]] = []
    weight = 0
    for job in ordered:
        size = sizes[job.row.doc_id]
        if not out or len(out[-1]) >= most or weight + size > heaviest:
            out.append([])
            weight = 0
        out[-1].append(job)
        weight += size
    return out
