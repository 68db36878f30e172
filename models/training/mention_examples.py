"""Sentences coded for mentions as a reader learns them: word pieces, tags per piece and code, kinds of mention."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.codings import DrawnSentence, LabelSet, SpanCoding
from corpus.records import ManifestRow
from corpus.standoff import letters_of
from extractors.document import Document
from models.tagging.documents import documents_of
from models.tagging.gold import GoldMention, GoldSentence
from models.tagging.reader import Floats, Labels

READ_FOR = ("partnership", "best_practice", "barrier")
LONE = 0.7  # how far a piece that one of two coders marked counts as inside
BOTH_WEIGHT = 1.4  # of a sentence with two coders who read all of them, A and B


@dataclass(frozen=True, slots=True, eq=False)
class MentionExample:
    """A sentence to learn from.

    ``tags``, shape ``(pieces, codes, 3)``, are shares of outside, first and further piece; ``kinds``, shape
    ``(pieces, subcodes + locus + status)``, how many of the coders said so; ``sentence``, shape ``(codes,)``, whether
    there is a mention. ``marker`` is the piece in front, which says whose coding it is: readers ask for A's and B's.
    """

    document: str
    pieces: tuple[int, ...]
    marker: str
    weight: float
    tags: Floats
    kinds: Floats
    sentence: Floats
    easy: bool


def find_coded(
    labels: LabelSet, rows: Sequence[ManifestRow], read: Callable[[ManifestRow], Document]
) -> list[tuple[str, GoldSentence]]:
    """Sentences that coders other than A and B read for all three codes, each with the first letter of its coder.

    Where a document is cut into other sentences than it was when they were coded, the passage with the same letters
    stands for the sentence; passages that are not there letter by letter are left out, and those where a mark would
    begin or end within a word.
    """
    read_by = labels.readers_of(*READ_FOR)
    others = {sentence: [c for c in coders if c not in {"A", "B"}] for sentence, coders in read_by.items()}
    spans = labels.spans_of()
    wanted: dict[str, list[DrawnSentence]] = defaultdict(list)
    for drawn in labels.sentences:
        if others.get(drawn.sentence):
            wanted[drawn.anchor.sha256].append(drawn)
    out = []
    for sentences, document, index in documents_of(wanted, rows, read):
        if document is None or index is None:
            continue
        starts = [sentence.start for sentence in document.sentences]
        for drawn in sentences:
            place = index.find(drawn.anchor)
            if place is None or not place.exact:
                continue
            at = bisect.bisect_right(starts, place.start) - 1
            text = document.sentence_text(document.sentences[at]) if at >= 0 else ""
            own = others[drawn.sentence]
            if len(letters_of(text)) != drawn.anchor.length:
                text = " ".join(document.text[place.start : place.end].split())
                if not all(_on_words(s, text) for c in own for s in spans.get((drawn.sentence, c), ())):
                    continue
            both = zip("AB", (own * 2)[:2], strict=True)
            coded = {name: _mentions(spans.get((drawn.sentence, c), [])) for name, c in both}
            out.append((own[0][0], GoldSentence(drawn.sentence, drawn.doc_id, text, coded)))
    return out


def _on_words(span: SpanCoding, text: str) -> bool:
    inner = text[span.start : span.end]
    before, after = text[: span.start][-1:], text[span.end :][:1]
    whole = inner[:1].isalnum() and inner[-1:].isalnum() and span.end <= len(text)
    return whole and not before.isalnum() and not after.isalnum()


def _mentions(spans: Sequence[SpanCoding]) -> tuple[GoldMention, ...]:
    return tuple(GoldMention(s.start, s.end, s.code, s.locus or None, s.status or None) for s in spans)


def example_of(
    sentence: GoldSentence,
    marker: str,
    pieces: Sequence[int],
    offsets: Sequence[tuple[int, int]],
    labels: Labels,
    *,
    proposed: bool,
) -> MentionExample:
    """Tags and kinds of a coded sentence.

    Parameters
    ----------
    marker
        ``""`` for coders A and B, else the first letter of the coder.
    pieces, offsets
        Word pieces and where they stand.
    proposed
        Whether any pattern proposes a mention there.
    """
    coded = [sentence.coded.get(name, ()) for name in ("A", "B")]
    kinds = np.zeros((len(pieces), len(labels.subcodes) + len(labels.locus) + len(labels.status)), dtype=np.float32)
    share = np.mean([_tags(own, offsets, labels, kinds) for own in coded], axis=0)
    on = 1 - share[:, :, :1]
    lifted = np.where(on >= 0.99, 1.0, np.where(on > 0, LONE, 0.0))
    marked = share[:, :, 1:] / np.maximum(share[:, :, 1:].sum(axis=2, keepdims=True), 1e-6) * lifted
    tags = np.concatenate([1 - lifted, marked], axis=2)
    having = [np.mean([any(m.top == code for m in own) for own in coded]) for code in labels.codes]
    whole = np.array([1.0 if h == 1 else LONE if h > 0 else 0.0 for h in having])
    weight = 1.0 if marker else BOTH_WEIGHT
    easy = not proposed and not any(coded)
    return MentionExample(
        sentence.document, tuple(pieces), marker, weight, tags.astype(np.float32), kinds, whole.astype(np.float32), easy
    )


def _tags(
    mentions: Sequence[GoldMention], offsets: Sequence[tuple[int, int]], labels: Labels, kinds: Floats
) -> NDArray[np.float64]:
    """One coder's tags; adds half of what this coder says of kinds to ``kinds``."""
    tags = np.zeros((len(offsets), len(labels.codes), 3))
    tags[:, :, 0] = 1
    columns = [*labels.subcodes, *(f"locus {v}" for v in labels.locus), *(f"status {v}" for v in labels.status)]
    for m in sorted(mentions, key=lambda m: m.start - m.end):
        if m.top not in labels.codes:
            continue
        code = labels.codes.index(m.top)
        said = {m.code, f"locus {m.locus}", f"status {m.status}"} if m.top == "barrier" else {m.code}
        inside = [i for i, (start, end) in enumerate(offsets) if start < m.end and m.start < end]
        for number, piece in enumerate(inside):
            if number and not tags[piece, code, 0]:
                continue
            tags[piece, code] = (0, 1, 0) if number == 0 else (0, 0, 1)
            for column in said.intersection(columns):
                kinds[piece, columns.index(column)] += 0.5
    return tags
