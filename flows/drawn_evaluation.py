"""What `halfloop evaluate mentions --code CODE` does: the tagger against sentences drawn and coded for one code."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.codebook import load_codebook
from corpus.codings import LabelError, read_labels
from corpus.manifest import read_manifest
from corpus.records import ManifestError, ManifestRow
from extractors.document import Document
from models.tagger import Tagger
from models.tagging.drawn_gold import by_half, find_drawn, score_drawn, subcode_accuracy
from models.tagging.evaluation import errors
from models.tagging.gold import GoldError
from models.tagging.mentions import SentenceMention
from models.training.project import WITHOUT_OCR, read_document

COLUMNS = ("half", "level", "sentences", "gold", "found", "precision", "recall", "f1", "low", "high")


def run_drawn_evaluation(
    code: str, corpus: Path, out: Path, progress: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Tag the drawn sentences, score them weighted by how they were drawn, write scores and errors; the lines to print.

    Raises
    ------
    GoldError
        If nobody has read drawn sentences for the code, or labels or corpus cannot be read.
    """
    try:
        labels = read_labels()
        rows = read_manifest(corpus).rows
    except (LabelError, ManifestError) as error:
        raise GoldError(str(error)) from None

    def read(row: ManifestRow) -> Document:
        progress(f"reading {row.file}")
        return read_document(corpus, row, WITHOUT_OCR)

    drawn, lost = find_drawn(labels, code, rows, read)
    if not drawn:
        raise GoldError(f"{corpus}: no drawn sentence that was read for {code} is in its documents")
    found: Sequence[Sequence[SentenceMention]] = Tagger(load_codebook()).tag_sentences([d.gold.text for d in drawn])
    lines = [
        f"{len(drawn)} sentences drawn and read for {code}, {lost} not found again; weighted by how they were drawn"
    ]
    table: list[tuple[object, ...]] = []
    for half, places in by_half(drawn).items():
        own, tagged = [drawn[i] for i in places], [found[i] for i in places]
        if not own:
            continue
        for s in score_drawn(own, tagged, code):
            lines.append(
                f"{half:12} {s.level:9} n {s.sentences:4}  P {s.precision:.3f}  R {s.recall:.3f}  F1 {s.f1:.3f}"
                f"  {s.low:.3f}-{s.high:.3f}"
            )
            figures = (s.gold, s.found, s.precision, s.recall, s.f1, s.low, s.high)
            table.append((half, s.level, s.sentences, *(f"{value:.4f}" for value in figures)))
        accuracy, count = subcode_accuracy(own, tagged, code)
        lines.append(f"{half:12} subcode of true mentions {accuracy:.3f}, n {count}")
    listed = errors([d.gold for d in drawn], found, [code])
    out.mkdir(parents=True, exist_ok=True)
    _write(out / "scores.csv", COLUMNS, table)
    names = ("kind", "code", "document", "sentence", "quoted", "coded", "found", "rule", "text")
    _write(out / "errors.csv", names, [tuple(getattr(e, name) for name in names) for e in listed])
    return [*lines, f"{len(listed)} errors in {out / 'errors.csv'}"]


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
