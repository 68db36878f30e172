"""Coded sentences found again in their documents: what a classifier is trained and tested on."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.codings import Coding, LabelSet
from corpus.records import ManifestRow
from corpus.standoff import TextIndex
from extractors.document import Document, ExtractionError
from models.claims.context import (
    AFTER_CHARACTERS,
    BEFORE_CHARACTERS,
    SENTENCES_BEFORE,
    SentenceInContext,
    mention_codes,
)
from models.records import Mention

_CLOSING = ".!?:;,\"'”’)]"
CERTAINTY = {3: 1.0, 2: 0.8, 1: 0.5}


@dataclass(frozen=True, slots=True)
class Example:
    """A coded sentence in context. ``codings`` are the originals; ``claim`` is the adjudicated label."""

    sentence: str
    document: str
    frame: str
    stratum: str
    inclusion_probability: float | None
    context: SentenceInContext
    codings: tuple[Coding, ...]
    claim: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A label whose sentence was not found, and why."""

    sentence: str
    doc_id: str
    reason: str


def resolve_examples(
    labels: LabelSet,
    rows: Sequence[ManifestRow],
    read: Callable[[ManifestRow], Document],
    tag: Callable[[Document], Sequence[Mention]],
) -> tuple[list[Example], list[Unresolved]]:
    """Find every sentence that was coded for claims in the document with its digest.

    Parameters
    ----------
    labels
        Stand-off labels.
    rows
        The manifest of the corpus at hand; documents that no label names are not read.
    read, tag
        How a document is read (raises ExtractionError) and how its mentions are found.

    Returns
    -------
    tuple
        The examples found, in the labels' order by document, and what could not be found.
    """
    by_digest = {row.sha256: row for row in rows if row.sha256}
    codings = labels.codings_of()
    decided = {a.sentence: a.claim for a in labels.adjudicated}
    wanted: dict[str, list[int]] = {}
    for number, sentence in enumerate(labels.sentences):
        if sentence.sentence in decided:
            wanted.setdefault(sentence.anchor.sha256, []).append(number)
    examples: list[Example] = []
    lost: list[Unresolved] = []
    for digest in sorted(wanted, key=lambda d: labels.sentences[wanted[d][0]].doc_id):
        drawn = [labels.sentences[number] for number in wanted[digest]]
        if digest not in by_digest:
            lost += [Unresolved(s.sentence, s.doc_id, "no document with this sha256") for s in drawn]
            continue
        row = by_digest[digest]
        try:
            document = read(row)
        except ExtractionError as error:
            lost += [Unresolved(s.sentence, s.doc_id, str(error)) for s in drawn]
            continue
        index = TextIndex(document.text, [page.start for page in document.pages])
        cells = "\n".join(cell.text for table in document.tables for cell in table.cells)
        in_tables = TextIndex(cells)
        mentions = tag(document)
        for sentence in drawn:
            place = index.find(sentence.anchor)
            context = None
            if place is not None:
                context = context_at(document, mentions, row, place.start, place.end)
            elif (cell := in_tables.find(sentence.anchor)) is not None:
                context = context_in_table(cells, row, cell.start, cell.end)
            if context is None:
                lost.append(
                    Unresolved(sentence.sentence, sentence.doc_id, "its letters are neither in the text nor in a table")
                )
                continue
            examples.append(
                Example(
                    sentence=sentence.sentence,
                    document=row.doc_id,
                    frame=sentence.frame,
                    stratum=sentence.stratum,
                    inclusion_probability=sentence.inclusion_probability,
                    context=context,
                    codings=tuple(codings.get(sentence.sentence, ())),
                    claim=decided[sentence.sentence],
                )
            )
    return examples, lost


def context_at(
    document: Document, mentions: Sequence[Mention], row: ManifestRow, start: int, end: int
) -> SentenceInContext:
    """The context of any span, built as for a sentence; neighbours are the document's sentences around it."""
    sentences = document.sentences
    first = max(0, bisect.bisect_right([s.start for s in sentences], start) - 1)
    last = first
    while last + 1 < len(sentences) and sentences[last + 1].start < end:
        last += 1
    main = max(range(first, last + 1), key=lambda i: (min(end, sentences[i].end) - max(start, sentences[i].start), -i))
    before = [document.sentence_text(s) for s in sentences[max(0, first - SENTENCES_BEFORE) : first]]
    after = document.sentence_text(sentences[last + 1]) if last + 1 < len(sentences) else ""
    while end < len(document.text) and document.text[end] in _CLOSING:  # an anchor ends with its last letter
        end += 1
    return SentenceInContext(
        text=" ".join(document.text[start:end].split()),
        before=" ".join(before)[-BEFORE_CHARACTERS:],
        after=after[:AFTER_CHARACTERS],
        section=sentences[main].section,
        block=document.blocks[sentences[main].block].kind,
        position=main / max(1, len(sentences) - 1),
        voice=row.voice,
        kind=row.kind,
        codes=mention_codes(m for m in mentions if m.start < end and m.end > start),
    )


def context_in_table(cells: str, row: ManifestRow, start: int, end: int) -> SentenceInContext:
    """The context of a sentence in a table's cell: the cells' text around it; sentences were drawn there too."""
    return SentenceInContext(
        text=" ".join(cells[start:end].split()),
        before=" ".join(cells[:start][-BEFORE_CHARACTERS:].split()),
        after=" ".join(cells[end:][:AFTER_CHARACTERS].split()),
        block="table",
        voice=row.voice,
        kind=row.kind,
    )


def soft_labels(examples: Sequence[Example], labels: Sequence[str], question: str = "claim") -> NDArray[np.float64]:
    """What the coders said, weighted by how sure they were, shape ``(n, labels)``; rows sum to 1 (0 if not asked)."""
    soft = np.zeros((len(examples), len(labels)))
    for number, example in enumerate(examples):
        for coding in example.codings:
            answer = getattr(coding, question)
            if answer in labels:
                soft[number, labels.index(answer)] += CERTAINTY.get(coding.sure, CERTAINTY[2])
    total = soft.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(soft, total, out=np.zeros_like(soft), where=total > 0)
    return shares
