"""The journey of one document: extraction, mentions, claims, each done once per content key.

Runs inside a worker process (:mod:`flows.worker`). Knows nothing of Prefect.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from corpus.records import ManifestRow
from extractors.document import Document, ExtractionError, Problem
from extractors.options import ExtractOptions
from extractors.store import read_document, write_document
from flows import parts
from flows.content_keys import StageKeys
from flows.store import ResultStore
from flows.tools import Tools
from models.records import Claim, Mention

ABOUT = "about.json"
FAILURE = "failure.json"
DOCUMENT = "document.npz"


@dataclass(frozen=True, slots=True)
class Job:
    """One document to be done: its row, where its bytes are, what they must be, and its keys."""

    row: ManifestRow
    path: str
    sha256: str
    keys: StageKeys
    options: ExtractOptions = field(default_factory=ExtractOptions)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document. ``error`` is one line where it failed; ``lasting`` where trying again is no use.

    ``seconds`` holds the time spent on each stage that was not found in the store.
    """

    doc_id: str
    error: str = ""
    lasting: bool = True
    seconds: dict[str, float] = field(default_factory=dict)


def is_done(store: ResultStore, keys: StageKeys) -> bool:
    """Whether every result of a document is in the store (also where the result is that it cannot be read)."""
    if not store.has("extract", keys.extract):
        return False
    if failure(store, keys) is not None:
        return True
    return store.has("tag", keys.tag) and store.has("classify", keys.classify)


def failure(store: ResultStore, keys: StageKeys) -> Problem | None:
    """Why the document cannot be read, if that is what is known about it."""
    path = store.place("extract", keys.extract) / FAILURE
    if not path.is_file():
        return None
    known = json.loads(path.read_text(encoding="utf-8"))
    return Problem(known["message"], known["page"])


def failure_line(file: str, problem: Problem) -> str:
    """One line that names the file, the page where known, and the cause."""
    return str(ExtractionError(file, problem.message, problem.page))


def process(job: Job, store: ResultStore, tools: Tools, on_ocr_page: Callable[[int], None] | None = None) -> Outcome:
    """Do what is not done yet for one document. ``on_ocr_page`` is told of each page that is read from its picture.

    Raises
    ------
    OSError
        The results could not be written (disk full); whatever was finished before is kept.
    """
    clock = _Clock()
    try:
        document = _extracted(job, store, clock, on_ocr_page)
    except ExtractionError as error:
        return Outcome(job.row.doc_id, str(error), lasting=not isinstance(error, ChangedWhileRead))
    if store.has("tag", job.keys.tag):
        mentions = _mentions(store.place("tag", job.keys.tag) / "mentions.arrow")
    else:
        with clock("tag"):
            mentions = _tag(job, document, store, tools)
    if not store.has("classify", job.keys.classify):
        with clock("classify"):
            _classify(job, document, mentions, store, tools)
    return Outcome(job.row.doc_id, seconds=clock.seconds)


class ChangedWhileRead(ExtractionError):  # noqa: N818 - named for what happened
    """The bytes read are not those whose digest was taken at the start of the run."""


def _extracted(job: Job, store: ResultStore, clock: _Clock, on_ocr_page: Callable[[int], None] | None) -> Document:
    key, file = job.keys.extract, job.row.file
    if store.has("extract", key):
        known = failure(store, job.keys)
        if known is not None:
            raise ExtractionError(file, known.message, known.page)
        try:
            return replace(read_document(store.place("extract", key) / DOCUMENT), doc_id=job.row.doc_id)
        except ExtractionError:
            store.drop("extract", key)  # damaged on disk: make it again
    from extractors.extract import extract

    with clock("extract"), store.writing("extract", key) as folder:
        try:
            document = extract(Path(job.path), job.row.doc_id, job.options, on_ocr_page)
        except ExtractionError as error:
            if not _unchanged(job):
                raise ChangedWhileRead(file, "changed while it was being read; run again") from error
            failed = Problem(error.message, error.page)
            (folder / FAILURE).write_text(json.dumps(asdict(failed)), encoding="utf-8")
        else:
            if document.sha256 != job.sha256:
                raise ChangedWhileRead(file, "changed while it was being read; run again")
            _write_extracted(document, folder)
            return document
    raise ExtractionError(file, failed.message, failed.page)


def _write_extracted(document: Document, folder: Path) -> None:
    write_document(document, folder / DOCUMENT)
    parts.write_part(parts.sentence_rows(document), folder / "sentences.arrow")
    parts.write_part(parts.table_rows(document), folder / "tables.arrow")
    (folder / ABOUT).write_text(json.dumps(_about(document), ensure_ascii=False), encoding="utf-8")


def _unchanged(job: Job) -> bool:
    from corpus.digests import sha256_of

    try:
        return sha256_of(Path(job.path)) == job.sha256
    except OSError:
        return False


def _about(document: Document) -> dict[str, object]:
    return {
        "pages": len(document.pages),
        "ocr_pages": sum(page.source == "ocr" for page in document.pages),
        "words": len(document.text.split()),
        "sentences": len(document.sentences),
        "extractor": document.extractor,
        "title": document.title,
        "status": document.status,
        "problems": [[problem.message, problem.page] for problem in document.problems],
    }


def _tag(job: Job, document: Document, store: ResultStore, tools: Tools) -> tuple[Mention, ...]:
    with store.writing("tag", job.keys.tag) as folder:
        mentions = tools.tagger.tag(document, job.row.programme)
        parts.write_part(parts.mention_rows(document, mentions), folder / "mentions.arrow")
    return mentions


def _mentions(path: Path) -> tuple[Mention, ...]:
    names = ("sentence_id", "start", "end", "code", "text", "rule", "locus", "status", "entity")
    return tuple(Mention(**{name: row[name] for name in names}) for row in parts.read_part(path).to_pylist())


def _classify(job: Job, document: Document, mentions: tuple[Mention, ...], store: ResultStore, tools: Tools) -> None:
    with store.writing("classify", job.keys.classify) as folder:
        claims: tuple[Claim, ...] = tools.model.classify(document, mentions, job.row)
        parts.write_part(parts.claim_rows(claims), folder / "claims.arrow")
        parts.write_part(parts.box_rows(document, mentions, claims), folder / "boxes.arrow")
        about = {"warning": tools.model.domain_warning(document, mentions, job.row)}
        (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")


class _Clock:
    """Seconds of wall time per stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[stage] = time.monotonic() - start
