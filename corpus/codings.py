"""Labels of real sentences, kept apart from the sentences: who coded what, how it was drawn, and where it stands.

Five tables in one folder: ``sentences.csv`` (anchor and draw), ``codings.csv`` (one row per sentence and coder, never
overwritten), ``readings.csv`` (who read which sentence for mentions), ``spans.csv`` (the mentions, as offsets into the
sentence) and ``adjudicated.csv`` (one label per sentence, by a named rule).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from corpus.standoff import Anchor, read_marks, write_marks

LABELS = Path(__file__).with_name("labels")
READ_FOR = "barrier best_practice partnership"
"""The top codes that coders of mentions look for unless told otherwise."""
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class DrawnSentence:
    """A sentence and how it came into the sample.

    ``frame`` is what was sampled from, ``inclusion_probability`` sampled / size of its stratum there; None where the
    draw was not at random, so that the sentence may train a model but never estimate a share.
    """

    sentence: str
    doc_id: str
    anchor: Anchor
    frame: str
    stratum: str
    stratum_size: int
    stratum_sampled: int
    inclusion_probability: float | None


@dataclass(frozen=True, slots=True)
class Coding:
    """What one coder said of a sentence. ``sure``: 3 certain, 2 fairly, 1 toss-up. Empty where not asked."""

    sentence: str
    coder: str
    codebook: str
    claim: str
    depth: str = ""
    learner: str = ""
    sure: int = 2


@dataclass(frozen=True, slots=True)
class SpanCoding:
    """A mention one coder marked: code points into the sentence as it was shown to the coder."""

    sentence: str
    coder: str
    start: int
    end: int
    code: str
    locus: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class SpanReading:
    """A coder read this sentence for mentions of ``codes`` (top codes, spaces between), and marked all of them.

    What the coder was not asked for is neither there nor absent: such a sentence says nothing about the other codes.
    """

    sentence: str
    coder: str
    codebook: str
    codes: str = READ_FOR

    def covers(self, top: str) -> bool:
        """Whether the coder looked for this top code."""
        return top in self.codes.split()


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """The label that is used, and the rule or person that decided it."""

    sentence: str
    claim: str
    depth: str
    learner: str
    rule: str


@dataclass(frozen=True, slots=True)
class LabelSet:
    """All tables."""

    sentences: tuple[DrawnSentence, ...]
    codings: tuple[Coding, ...]
    spans: tuple[SpanCoding, ...]
    adjudicated: tuple[Adjudicated, ...]
    readings: tuple[SpanReading, ...] = ()

    def codings_of(self) -> dict[str, list[Coding]]:
        """Codings by sentence, in the order of coders."""
        found: dict[str, list[Coding]] = {}
        for coding in sorted(self.codings, key=lambda c: (c.sentence, c.coder)):
            found.setdefault(coding.sentence, []).append(coding)
        return found

    def readers_of(self, *codes: str) -> dict[str, list[str]]:
        """Who read a sentence for all of these codes, in alphabetical order, by sentence."""
        found: dict[str, list[str]] = {}
        for reading in sorted(self.readings, key=lambda r: (r.sentence, r.coder)):
            if all(reading.covers(code) for code in codes):
                found.setdefault(reading.sentence, []).append(reading.coder)
        return found

    def spans_of(self) -> dict[tuple[str, str], list[SpanCoding]]:
        """What was marked, by sentence and coder."""
        found: dict[tuple[str, str], list[SpanCoding]] = {}
        for span in self.spans:
            found.setdefault((span.sentence, span.coder), []).append(span)
        return found


class LabelError(Exception):
    """Labels that cannot be read; ``str()`` is one line that names file, row and cause."""


def adjudicate(codings: Sequence[Coding]) -> Adjudicated:
    """One label for a sentence by the rule of the surer coder.

    Coders who agree decide (``agreed``); a single coder stands (``single``); of two who differ the surer one
    (``surer``); with the same certainty the first in alphabetical order (``first``), so that the gold of a
    tie does not depend on which sentences are easy. Depth and learner come from the coder whose claim stands.
    """
    ordered = sorted(codings, key=lambda c: c.coder)
    chosen = max(ordered, key=lambda c: c.sure)
    if len({c.claim for c in ordered}) == 1:
        rule = "single" if len(ordered) == 1 else "agreed"
        chosen = ordered[0]
    else:
        rule = "first" if sum(c.sure == chosen.sure for c in ordered) > 1 else "surer"
    return Adjudicated(chosen.sentence, chosen.claim, chosen.depth, chosen.learner, rule)


_SENTENCES = (
    "sentence", "doc_id", "sha256", "page", "length", "whole", "marks",
    "frame", "stratum", "stratum_size", "stratum_sampled", "inclusion_probability",
)  # fmt: skip
_CODINGS = ("sentence", "coder", "codebook", "claim", "depth", "learner", "sure")
_SPANS = ("sentence", "coder", "start", "end", "code", "locus", "status")
_READINGS = ("sentence", "coder", "codebook", "codes")
_ADJUDICATED = ("sentence", "claim", "depth", "learner", "rule")


def write_labels(folder: Path, labels: LabelSet) -> None:
    """Write the tables, rows sorted, so that the same labels give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [
        (
            s.sentence, s.doc_id, s.anchor.sha256, s.anchor.page or "", s.anchor.length, s.anchor.whole,
            write_marks(s.anchor.marks), s.frame, s.stratum, s.stratum_size, s.stratum_sampled,
            "" if s.inclusion_probability is None else f"{s.inclusion_probability:.6f}",
        )
        for s in labels.sentences
    ]  # fmt: skip
    _write(folder / "sentences.csv", _SENTENCES, drawn)
    _write(folder / "codings.csv", _CODINGS, [[getattr(c, name) for name in _CODINGS] for c in labels.codings])
    _write(folder / "spans.csv", _SPANS, [[getattr(s, name) for name in _SPANS] for s in labels.spans])
    _write(folder / "readings.csv", _READINGS, [[getattr(r, name) for name in _READINGS] for r in labels.readings])
    rows = [[getattr(a, name) for name in _ADJUDICATED] for a in labels.adjudicated]
    _write(folder / "adjudicated.csv", _ADJUDICATED, rows)


def read_labels(folder: Path = LABELS) -> LabelSet:
    """Read the tables.

    Raises
    ------
    LabelError
        If a table or column is missing or a cell cannot be read.
    """
    sentences = tuple(_convert(folder / "sentences.csv", _SENTENCES, _drawn))
    codings = tuple(_convert(folder / "codings.csv", _CODINGS, _coding))
    spans = tuple(_convert(folder / "spans.csv", _SPANS, _span))
    adjudicated = tuple(_convert(folder / "adjudicated.csv", _ADJUDICATED, lambda r: Adjudicated(**r)))
    readings = tuple(_convert(folder / "readings.csv", _READINGS, lambda r: SpanReading(**r)))
    known = {s.sentence for s in sentences}
    for coding in codings:
        if coding.sentence not in known:
            raise LabelError(f"{folder / 'codings.csv'}: sentence {coding.sentence} is not in sentences.csv")
    return LabelSet(sentences, codings, spans, adjudicated, readings)


def _drawn(row: dict[str, str]) -> DrawnSentence:
    anchor = Anchor(
        row["sha256"],
        int(row["page"]) if row["page"] else None,
        int(row["length"]),
        row["whole"],
        read_marks(row["marks"]),
    )
    probability = float(row["inclusion_probability"]) if row["inclusion_probability"] else None
    if probability is not None and not 0 < probability <= 1:
        raise ValueError(f"inclusion_probability {probability} is not in (0, 1]")
    size, sampled = int(row["stratum_size"]), int(row["stratum_sampled"])
    return DrawnSentence(
        row["sentence"], row["doc_id"], anchor, row["frame"], row["stratum"], size, sampled, probability
    )


def _coding(row: dict[str, str]) -> Coding:
    return Coding(
        row["sentence"], row["coder"], row["codebook"], row["claim"], row["depth"], row["learner"], int(row["sure"])
    )


def _span(row: dict[str, str]) -> SpanCoding:
    start, end = int(row["start"]), int(row["end"])
    return SpanCoding(row["sentence"], row["coder"], start, end, row["code"], row["locus"], row["status"])


def _convert(path: Path, columns: Sequence[str], make: Callable[[dict[str, str]], _Row]) -> Iterator[_Row]:
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.reader(handle)  # csv.DictReader takes twice as long
            there = next(reader, [])
            missing = [column for column in columns if column not in there]
            if missing:
                raise LabelError(f"{path}: column {missing[0]} is missing")
            places = [there.index(column) for column in columns]
            for row in filter(None, reader):
                cells = row if len(row) >= len(there) else row + [""] * (len(there) - len(row))
                try:
                    yield make(dict(zip(columns, [cells[place] for place in places], strict=True)))
                except ValueError as error:
                    raise LabelError(f"{path}, row {reader.line_num}: {error}") from None
    except FileNotFoundError:
        raise LabelError(f"{path}: there is no such table of labels") from None


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    ordered = sorted([["" if cell is None else str(cell) for cell in row] for row in rows])
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(ordered)
