"""Sentences that were drawn at random and read for one code: found again in their documents, with their weights.

``corpus/labels`` says who read a sentence for which codes, what they marked and how it was drawn. A sentence that was
drawn with probability p stands for 1/p sentences, so that precision and recall speak of the whole frame and not of
the strata that were drawn most from.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from corpus.codings import DrawnSentence, LabelSet, SpanCoding
from corpus.records import ManifestRow
from corpus.standoff import Place, letters_of
from extractors.document import Document
from models.tagging.documents import documents_of
from models.tagging.evaluation import LEVELS, Level, interval, rates, span_counts
from models.tagging.gold import GoldMention, GoldSentence
from models.tagging.mentions import SentenceMention

Half = Literal["development", "kept back"]


@dataclass(frozen=True)
class DrawnGold:
    """A gold sentence, how many sentences of its frame it stands for, and the half of the documents it is in."""

    gold: GoldSentence
    weight: float
    half: Half


@dataclass(frozen=True, slots=True)
class WeightedScore:
    """Precision, recall and F1 over a frame. ``gold`` and ``found`` estimate how many there are in it."""

    level: Level
    sentences: int
    gold: float
    found: float
    precision: float
    recall: float
    f1: float
    low: float
    high: float


def half_of(sha256: str) -> Half:
    """Which half a document belongs to: patterns may be written on the first, figures are reported on the other."""
    return "kept back" if int(sha256[0], 16) % 2 else "development"


def find_drawn(
    labels: LabelSet, top: str, rows: Sequence[ManifestRow], read: Callable[[ManifestRow], Document]
) -> tuple[list[DrawnGold], int]:
    """The sentences that coders read for ``top`` and that were drawn at random, and how many were not found again.

    A sentence counts as found where the document has one with the same letters: marks are offsets into it.

    Parameters
    ----------
    read
        How a document is read; raises ExtractionError.
    """
    coders, spans = labels.readers_of(top), labels.spans_of()
    wanted: dict[str, list[DrawnSentence]] = defaultdict(list)
    for drawn in labels.sentences:
        if drawn.sentence in coders and drawn.inclusion_probability is not None:
            wanted[drawn.anchor.sha256].append(drawn)
    out: list[DrawnGold] = []
    lost = 0
    for sentences, document, index in documents_of(wanted, rows, read):
        if document is None or index is None:
            lost += len(sentences)
            continue
        for drawn in sentences:
            place = index.find(drawn.anchor)
            text = "" if place is None or not place.exact else _sentence_at(document, place, drawn.anchor.length)
            marked = {
                name: tuple(_mention(span) for span in spans.get((drawn.sentence, coder), ()) if _top(span) == top)
                for name, coder in zip("AB", coders[drawn.sentence], strict=False)
            }
            if not text or any(m.end > len(text) for mentions in marked.values() for m in mentions):
                lost += 1
                continue
            gold = GoldSentence(drawn.sentence, drawn.doc_id, text, marked)
            out.append(DrawnGold(gold, 1 / float(drawn.inclusion_probability or 1), half_of(drawn.anchor.sha256)))
    return out, lost


def _sentence_at(document: Document, place: Place, letters: int) -> str:
    """The document's sentence at the place, where it has these letters and no others; otherwise ""."""
    starts = [sentence.start for sentence in document.sentences]
    at = bisect.bisect_right(starts, place.start) - 1
    text = document.sentence_text(document.sentences[at]) if at >= 0 else ""
    return text if len(letters_of(text)) == letters else ""


def _top(span: SpanCoding) -> str:
    return span.code.partition(".")[0]


def _mention(span: SpanCoding) -> GoldMention:
    return GoldMention(span.start, span.end, span.code, span.locus or None, span.status or None)


def score_drawn(
    drawn: Sequence[DrawnGold], found: Sequence[Sequence[SentenceMention]], top: str, seed: int = 0
) -> list[WeightedScore]:
    """Weighted scores of one top code at each level; a mention of either coder counts.

    The interval of F1 draws whole documents with replacement.
    """
    out = []
    for level in LEVELS:
        by_document: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = defaultdict(lambda: np.zeros(4))
        for one, mentions in zip(drawn, found, strict=True):
            coded = [(m.start, m.end) for m in one.gold.mentions("either") if m.top == top]
            tagged = [(m.start, m.end) for m in mentions if m.code.partition(".")[0] == top]
            counts = np.array(span_counts(level, coded, tagged), dtype=float)
            by_document[one.gold.document] = by_document[one.gold.document] + one.weight * counts
        table = np.array([by_document[name] for name in sorted(by_document)]).reshape(-1, 4)
        total = table.sum(axis=0)
        precision, recall, f1 = rates(total)
        low, high = interval(table, lambda c: rates(c)[2], seed)
        out.append(WeightedScore(level, len(drawn), float(total[0]), float(total[1]), precision, recall, f1, low, high))
    return out


def subcode_accuracy(
    drawn: Sequence[DrawnGold], found: Sequence[Sequence[SentenceMention]], top: str
) -> tuple[float, int]:
    """The weighted share of true mentions with the coded subcode, and how many there are in the sample."""
    right = whole = 0.0
    count = 0
    for one, mentions in zip(drawn, found, strict=True):
        own = [m for m in one.gold.mentions("either") if m.top == top]
        for mention in (m for m in mentions if m.code.partition(".")[0] == top):
            met = [m for m in own if m.start < mention.end and mention.start < m.end]
            if met:
                count += 1
                whole += one.weight
                right += one.weight * (met[0].code == mention.code)
    return (right / whole if whole else float("nan")), count


def by_half(drawn: Sequence[DrawnGold]) -> Mapping[str, list[int]]:
    """The places of the sentences of each half, and of all."""
    halves: dict[str, list[int]] = {"development": [], "kept back": [], "all": list(range(len(drawn)))}
    for number, one in enumerate(drawn):
        halves[one.half].append(number)
    return halves
