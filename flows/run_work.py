"""The steps of a run, without Prefect. :mod:`flows.corpus_run` puts them in order and shows them."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from corpus.digests import sha256_of
from corpus.manifest import read_manifest
from flows import progress, remote, run_record
from flows.batch import Batch, pool_for
from flows.inventory import batches, changes_since, take_inventory
from flows.parameters import RunParameters
from flows.run_folder import RUN_FILE, write_json
from flows.run_places import corpus_folder, runs_folder, setup_for, store_of
from flows.run_record import read_record
from flows.stages import Job, Outcome, is_done
from flows.store import ResultStore
from flows.summary import RunSummary, failures_in
from flows.table_writing import DamagedResultError, Totals, write_tables
from flows.tools import digests_of
from reports.schema import ALL_TABLES

_NAMED = 3


class RunAtWork:
    """A run between its beginning and the moment it becomes visible."""

    def __init__(self, parameters: RunParameters, flow_run_id: str) -> None:
        self.parameters = parameters
        self.flow_run_id = flow_run_id
        self.started = datetime.now(UTC)
        self.runs = runs_folder(parameters)
        self.setup = setup_for(parameters)
        self.store = ResultStore(store_of(parameters))
        self.seconds: dict[str, float] = {}
        self.errors: dict[str, str] = {}
        self.stage_seconds: dict[str, float] = {}
        self.computed = 0

    def look(self) -> None:
        """Read the manifest, take the digests of all files, and compare with the last run.

        Raises
        ------
        corpus.records.ManifestError
            There is nothing to read.
        """
        with self.timed("look"):
            self.manifest = read_manifest(corpus_folder(self.parameters))
            progress.phase("Looking at the corpus")
            self.digests = digests_of(self.parameters.tools)
            self.entries = take_inventory(self.manifest, self.parameters.options, self.digests)
            self.content = run_record.content_digest(self.entries, self.parameters)
            self.last = self.runs.last_run()
            known = None if self.last is None else read_record(self.last).get("inputs", [])
            inputs = None if known is None else {line["doc_id"]: line["sha256"] for line in known}
            self.changes = changes_since(inputs, self.entries)

    @property
    def nothing_new(self) -> bool:
        """Whether the last run rests on the very same things and its tables still are what it wrote."""
        if self.last is None or self.parameters.fresh:
            return False
        record = read_record(self.last)
        if record.get("content") != self.content or not record.get("lasting", False):
            return False
        outputs = record.get("outputs", {})
        names = [f"{table.name}.{ending}" for table in ALL_TABLES for ending in ("parquet", "csv")]
        try:
            same = all(sha256_of(self.last / name) == outputs.get(name) for name in names)
        except OSError:
            return False
        return same and (not self.parameters.site or (self.last / "site" / "index.html").is_file())

    def batches(self) -> list[Batch]:
        """Documents whose results are not all in the store, in batches."""
        if self.parameters.fresh:
            shutil.rmtree(self.store.root, ignore_errors=True)
        self.store.sweep()
        todo = [
            entry.job(self.manifest.folder, self.parameters.options)
            for entry in self.entries
            if entry.keys is not None and not is_done(self.store, entry.keys)
        ]
        self.computed = len(todo)
        progress.phase("Reading documents", len(todo))
        sizes = {entry.row.doc_id: entry.size for entry in self.entries}
        return [
            Batch(self.setup, self.store.root, jobs, number, _label(jobs))
            for number, jobs in enumerate(batches(todo, sizes, self.workers), 1)
        ]

    @property
    def workers(self) -> int:
        """How many processes do documents."""
        return self.parameters.workers_for(self.computed)

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """Keep the errors that hold for this run only (lasting ones are in the store), and the time spent."""
        for outcome in outcomes:
            for stage, seconds in outcome.seconds.items():
                self.stage_seconds[stage] = self.stage_seconds.get(stage, 0.0) + seconds
        self.errors.update({o.doc_id: o.error for o in outcomes if o.error and not o.lasting})

    def tabulate(self) -> None:
        """Write the tables; a result that turns out damaged on disk is made again, once per document."""
        with self.timed("tables"):
            progress.phase("Writing the tables")
            self.folder = self.runs.begin(self.runs.free_id(self.started, self.content))
            self.record = run_record.describe_run(self.folder.name, self.flow_run_id, self.parameters, self.entries)
            self.record |= run_record.describe_tools(self.digests, self.changes)
            self.record["started"] = self.started.isoformat(timespec="seconds")
            write_json(self.folder / RUN_FILE, self.record)  # the site reads it
            self.totals = self._tables()

    def _tables(self) -> Totals:
        mended: set[str] = set()
        while True:
            try:
                return write_tables(self.folder, self.entries, self.errors, self.store)
            except DamagedResultError as error:
                if error.doc_id in mended:
                    raise
                mended.add(error.doc_id)
                entry = next(e for e in self.entries if e.row.doc_id == error.doc_id)
                job = entry.job(self.manifest.folder, self.parameters.options)
                for stage, key in asdict(job.keys).items():
                    self.store.drop(stage, key)
                self.note([pool_for(self.setup).process(job, self.store.root)])

    def measure(self) -> None:
        """Write the measures of all documents and of the corpus."""
        with self.timed("measures"):
            progress.phase("Measuring")
            pool_for(self.setup).finish("measures", self.folder)

    def build_site(self) -> None:
        """Build the inspection site."""
        with self.timed("site"):
            progress.phase("Building the site")
            most = self.parameters.pictures
            pictures = most if self.totals.pages <= most else 0
            pool_for(self.setup).finish("site", self.folder, pictures)

    def publish(self) -> RunSummary:
        """Complete ``run.json`` and make the run visible, in one step."""
        with self.timed("finish"):
            progress.phase("Finishing")
            failures = failures_in(self.folder)
            outputs = run_record.output_digests(self.folder)
        self.record = run_record.finish_record(self.record, self.totals, failures, outputs)
        self.record["lasting"] = not self.errors
        self.record["computed"] = self.computed
        self.record["workers"] = self.workers
        self.record["seconds"] = {name: round(value, 3) for name, value in self.seconds.items()}
        self.record["stage_seconds"] = {name: round(value, 3) for name, value in self.stage_seconds.items()}
        self.record["ended"] = datetime.now(UTC).isoformat(timespec="seconds")
        write_json(self.folder / RUN_FILE, self.record)
        if remote.is_url(self.parameters.out):
            self._to_send.mkdir(parents=True, exist_ok=True)
            (self._to_send / self.folder.name).touch()
        place = self.runs.publish(self.folder)
        self._send()
        if self.parameters.fresh:
            shutil.rmtree(self.store.root, ignore_errors=True)
        return RunSummary(
            place.name, place, self.flow_run_id, self.totals, self.changes, failures, self.computed, False, self.seconds
        )

    def last_summary(self) -> RunSummary:
        """The summary of the last run, for one that found nothing new."""
        assert self.last is not None
        self._send()
        record = read_record(self.last)
        failures = failures_in(self.last)
        totals = Totals(**record["totals"])
        flow_run_id = str(record["flow_run_id"])
        return RunSummary(self.last.name, self.last, flow_run_id, totals, self.changes, failures, 0, True, self.seconds)

    @property
    def _to_send(self) -> Path:
        return self.runs.hidden / "to-send" / self.runs.name

    def _send(self) -> None:
        """Send what waits to be sent, where runs are kept at a URL; of runs sent, only the last stays here too."""
        if remote.is_url(self.parameters.out):
            progress.phase("Sending the run")
            remote.send_waiting(self.runs.root, self._to_send, self.parameters.out)
            if self.last is not None and self.last != self.runs.last_run():
                shutil.rmtree(self.last, ignore_errors=True)

    @contextlib.contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Keep how long the block took."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = time.monotonic() - start


def standing_run(parameters: RunParameters) -> RunSummary | None:
    """The last run of the corpus, where a run now would find nothing new; None where there is something to do.

    Raises
    ------
    flows.run_folder.RunBusyError
        A run of this corpus is at work.
    corpus.records.ManifestError
        There is nothing to read.
    """
    run = RunAtWork(parameters, "")
    if parameters.fresh or run.runs.last_run() is None:
        return None
    with run.runs.locked():
        run.look()
        return run.last_summary() if run.nothing_new else None


def _label(jobs: Sequence[Job]) -> str:
    """The first documents of a batch by name, the others by number; its log names them all."""
    named = ", ".join(job.row.doc_id for job in jobs[:_NAMED])
    return named if len(jobs) <= _NAMED else f"{named} and {len(jobs) - _NAMED} more"
