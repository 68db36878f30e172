"""The steps of doing a run again, without Prefect. :mod:`flows.reproduce` puts them in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.comparison import Difference, first_difference, likely_cause
from flows.parameters import RunParameters
from flows.run_record import read_record
from flows.run_source import Gathered, RunSource, SourceError, gather, open_source
from flows.summary import RunSummary
from flows.tools import Tools, digests_of

_ELSEWHERE = ("corpus_path", "corpus_folder", "corpus", "out", "dask", "fresh", "workers", "site", "pictures")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of doing a run again. ``difference`` is None where everything compared is the same."""

    run_id: str
    difference: Difference | None
    cause: str
    compared: int
    missing: tuple[str, ...]
    changed: tuple[str, ...]

    def __str__(self) -> str:
        """MATCH, or the first difference and its likely cause, one line each."""
        if self.difference is None:
            lines = [f"MATCH  {self.run_id}: all tables of {self.compared} documents are the same"]
        else:
            lines = [f"DIFFERS  {self.run_id}: {self.difference}", f"likely cause: {self.cause}"]
        if self.missing:
            some = ", ".join(self.missing[:3]) + (" …" if len(self.missing) > 3 else "")
            lines.append(
                f"{len(self.missing)} documents are not here ({some}): they and the measures were not compared; "
                "--corpus says where they are"
            )
        return "\n".join(lines)


class Reproduction:
    """A run that is done again in a scratch folder. A plain class, so that Prefect does not look into it."""

    def __init__(self, place: Path, scratch: Path, corpus: Path | None) -> None:
        self.place, self.scratch, self.corpus = place, scratch, corpus
        self.source: RunSource
        self.gathered: Gathered

    def gather(self) -> None:
        """Open the run and find its documents.

        Raises
        ------
        SourceError
            It is no run, or none of its documents is there.
        """
        self.source = open_source(self.place, self.scratch, self.corpus)
        (self.scratch / "corpus").mkdir()
        self.gathered = gather(self.source, self.scratch / "corpus")
        if not self.gathered.same and not self.gathered.changed:
            raise SourceError(f"{self.place}: none of its documents is in {self.source.documents}; use --corpus")

    @property
    def parameters(self) -> RunParameters:
        """The run's parameters, for a run over the documents gathered, with nothing taken from a store."""
        stated = {k: v for k, v in self.source.record["parameters"].items() if k not in _ELSEWHERE}
        stated["codebook"] = self._codebook()
        return RunParameters(
            **stated, corpus=str(self.scratch / "corpus"), out=str(self.scratch / "runs"), fresh=True, site=False
        )

    def compare(self, summary: RunSummary) -> Verdict:
        """The verdict."""
        only = None if self.gathered.whole else frozenset(self.gathered.same + self.gathered.changed)
        difference = first_difference(self.source.folder, summary.folder, only)
        now: Mapping[str, Any] = read_record(summary.folder)
        cause = "" if difference is None else likely_cause(difference, self.source.record, now, self.gathered.changed)
        compared = len(self.gathered.same) + len(self.gathered.changed)
        return Verdict(
            str(self.source.record["run_id"]), difference, cause, compared, self.gathered.missing, self.gathered.changed
        )

    def _codebook(self) -> str | None:
        """The codebook the run used: the project's own or the one it named, if still the same, else the archived."""
        stated: str | None = self.source.record["parameters"].get("codebook")
        archived = self.source.archived_codebook
        named = Path(stated) if stated else None
        if named is not None and not named.is_file():
            return str(archived) if archived else stated
        if archived is None:
            return stated
        same = digests_of(Tools(named)).codebook == self.source.record.get("codebook_digest")
        return stated if same else str(archived)
