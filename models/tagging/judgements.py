"""Judged candidates as stand-off data: which spans a coder took for mentions, found again by the sentence's anchor.

``corpus/labels/judged_spans.csv`` has one row per span: the coder, the anchor of the sentence (see
:mod:`corpus.standoff`), the span as a range of the sentence's letters and digits (so that spaces, hyphens and quotation
marks, which differ between extractors, do not matter), the code and the judgement.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.records import ManifestRow
from corpus.standoff import Anchor, anchor_of, letters_of, read_marks, write_marks
from extractors.document import Document
from models.tagging.documents import documents_of
from models.tagging.fit import JudgedSentence, JudgedSpan
from models.tagging.gold import GoldError

JUDGEMENTS = Path(__file__).parents[2] / "corpus" / "labels" / "judged_spans.csv"
COLUMNS = ("coder", "doc_id", "sha256", "page", "length", "whole", "marks", "first", "after", "code", "judgement")
_SAID = {"mention": True, "none": False, "doubtful": None}
_WORD = {value: key for key, value in _SAID.items()}


@dataclass(frozen=True, slots=True)
class StandoffJudgement:
    """One judged span. ``first`` to ``after`` count letters and digits of the sentence."""

    coder: str
    doc_id: str
    anchor: Anchor
    first: int
    after: int
    code: str
    mention: bool | None


def stand_off(
    coder: str, doc_id: str, sha256: str, page: int | None, sentence: JudgedSentence
) -> list[StandoffJudgement]:
    """The judgements of a sentence without its text."""
    anchor = anchor_of(sentence.text, sha256, page)
    return [
        StandoffJudgement(
            coder,
            doc_id,
            anchor,
            len(letters_of(sentence.text[: s.start])),
            len(letters_of(sentence.text[: s.end])),
            s.code,
            s.mention,
        )
        for s in sentence.spans
    ]


def write_judgements(path: Path, judgements: Iterable[StandoffJudgement]) -> None:
    """Write the table, rows sorted."""
    rows: list[tuple[str, ...]] = [
        (
            j.coder, j.doc_id, j.anchor.sha256, str(j.anchor.page or ""), str(j.anchor.length), j.anchor.whole,
            write_marks(j.anchor.marks), f"{j.first}", f"{j.after}", j.code, _WORD[j.mention],
        )
        for j in judgements
    ]  # fmt: skip
    ordered: list[tuple[str, ...]] = sorted(rows, key=_order)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(ordered)


def _order(row: tuple[str, ...]) -> tuple[str, str, int, str, str]:
    return row[1], row[5], int(row[7]), row[9], row[0]


def read_judgements(path: Path = JUDGEMENTS) -> list[StandoffJudgement]:
    """Read the table.

    Raises
    ------
    GoldError
        If it is missing, lacks a column or a cell cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
            if missing:
                raise GoldError(f"{path}: column {missing[0]} is missing")
            return [_judgement(row, path, reader.line_num) for row in reader]
    except OSError as error:
        raise GoldError(f"{path}: {error.strerror or error}") from None


def _judgement(row: dict[str, str], path: Path, line: int) -> StandoffJudgement:
    try:
        page = int(row["page"]) if row["page"] else None
        anchor = Anchor(row["sha256"], page, int(row["length"]), row["whole"], read_marks(row["marks"]))
        said = _SAID[row["judgement"]]
        return StandoffJudgement(
            row["coder"], row["doc_id"], anchor, int(row["first"]), int(row["after"]), row["code"], said
        )
    except (ValueError, KeyError) as error:
        raise GoldError(f"{path}, line {line}: {error}") from None


def resolve(
    judgements: Sequence[StandoffJudgement], rows: Sequence[ManifestRow], read: Callable[[ManifestRow], Document]
) -> tuple[list[JudgedSentence], int]:
    """The judged sentences as they stand in the documents at hand, and how many were not found again.

    Parameters
    ----------
    read
        How a document is read; raises ExtractionError.
    """
    by_document: dict[str, dict[Anchor, list[StandoffJudgement]]] = defaultdict(lambda: defaultdict(list))
    for j in judgements:
        by_document[j.anchor.sha256][j.anchor].append(j)
    out: list[JudgedSentence] = []
    lost = 0
    for sentences, document, index in documents_of(by_document, rows, read):
        if document is None or index is None:
            lost += len(sentences)
            continue
        for anchor, own in sentences.items():
            place = index.find(anchor)
            if place is None or not place.exact:
                lost += 1
                continue
            out.append(_sentence(own, document.text[place.start : place.end]))
    return out, lost


def _sentence(own: Sequence[StandoffJudgement], text: str) -> JudgedSentence:
    offsets = [i for i, character in enumerate(text) for _ in letters_of(character)]
    spans = tuple(JudgedSpan(offsets[j.first], offsets[j.after - 1] + 1, j.code, j.mention) for j in own)
    return JudgedSentence(own[0].doc_id, text, spans)
