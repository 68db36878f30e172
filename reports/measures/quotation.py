"""Passages of evidence that a later document quotes or follows closely, and what the quotation leaves out.

Candidates share a run of five words; rapidfuzz aligns them and says how close they are. What stands in the source
sentence outside the quoted part, and in the sentence beside it in the same paragraph, counts as left out where the
quoting paragraph does not say it too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from reports.measures.calendar import is_evidence
from reports.measures.dates import order, published
from reports.views import DocumentView, MentionRow, SentenceRow

SHINGLE = 5
COMMON = 40
"""A run of words in more source sentences than this is a formula of the field, not a quotation."""
VERBATIM = 95.0
CLOSE = 78.0
LEAST_WORDS = 8
SAID_TOO = 70.0
LIMIT = re.compile(
    r"\b(however|but|although|though|only (?:where|when|if|in|for)|except|unless|did not|does not|do not|was not|were not|could not|cannot|"
    r"no (?:evidence|effect|difference|gain)|limited|less|fewer|too early|depend(?:s|ed)? on|provided that|uncertain|unclear|fail\w*|cost\w* more)\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")

Closeness = Literal["verbatim", "close"]
LeftOut = Literal["barrier", "limit", "nothing"]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A sentence of a later document that repeats a sentence of earlier evidence.

    ``start`` and ``end`` are offsets of the repeated part in the source sentence. ``left_out`` says what of the source
    stands outside it and is not said in the quoting paragraph, ``left_sentence`` where; None for ``nothing``.
    """

    doc_id: str
    sentence_id: int
    source: str
    source_sentence: int
    start: int
    end: int
    closeness: Closeness
    score: float
    left_out: LeftOut
    left_sentence: int | None
    order_known: bool


@dataclass(frozen=True, slots=True)
class _Words:
    """A sentence as lower-case words with the offset of each."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def shingles(self) -> set[tuple[str, ...]]:
        return {self.words[i : i + SHINGLE] for i in range(len(self.words) - SHINGLE + 1)}


def _split(text: str) -> _Words:
    found = list(_TOKEN.finditer(text))
    words = tuple(match.group().lower().replace("’", "'") for match in found)
    return _Words(words, tuple(m.start() for m in found), tuple(m.end() for m in found))


def quotations(views: Sequence[DocumentView]) -> Iterator[Quotation]:
    """Quotations within each programme, by quoting document and sentence; each sentence once, with its best source."""
    readable = [view for view in views if view.text("programme") and not view.failed]
    for programme in sorted({view.text("programme") for view in readable}):
        inside = [view for view in readable if view.text("programme") == programme]
        sources = [view for view in inside if is_evidence(view)]
        if sources and len(inside) > 1:
            index = _Index(sources)
            for view in inside:
                yield from _quotations_of(view, index)


class _Index:
    """The sentences of the sources by runs of words."""

    def __init__(self, sources: Sequence[DocumentView]) -> None:
        self.views = {view.doc_id: view for view in sources}
        self.sentences: list[tuple[str, SentenceRow, _Words]] = []
        self.where: dict[tuple[str, ...], list[int]] = {}
        for view in sources:
            for sentence in view.sentences:
                if sentence.kind == "heading":
                    continue
                words = _split(sentence.text)
                if len(words.words) >= LEAST_WORDS:
                    number = len(self.sentences)
                    self.sentences.append((view.doc_id, sentence, words))
                    for shingle in words.shingles():
                        self.where.setdefault(shingle, []).append(number)

    def candidates(self, words: _Words) -> list[int]:
        """Source sentences that share a run of words, those with most in common first."""
        shared: Counter[int] = Counter()
        for shingle in words.shingles():
            places = self.where.get(shingle, ())
            if len(places) <= COMMON:
                shared.update(places)
        return [number for number, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:5]]


def _quotations_of(view: DocumentView, index: _Index) -> Iterator[Quotation]:
    mine = published(view.text("published"))
    for sentence in view.sentences:
        words = _split(sentence.text)
        if sentence.kind == "heading" or len(words.words) < LEAST_WORDS:
            continue
        best: Quotation | None = None
        for number in index.candidates(words):
            source_id, source, source_words = index.sentences[number]
            relation = order(published(index.views[source_id].text("published")), mine)
            if source_id == view.doc_id or relation == "after":
                continue
            found = _compare(
                view, sentence, words, (index.views[source_id], source, source_words), relation == "before"
            )
            if found is not None and (best is None or found.score > best.score):
                best = found
        if best is not None:
            yield best


def _compare(
    view: DocumentView,
    sentence: SentenceRow,
    words: _Words,
    against: tuple[DocumentView, SentenceRow, _Words],
    order_known: bool,
) -> Quotation | None:
    source_view, source, source_words = against
    shorter, longer = sorted((words, source_words), key=lambda one: len(one.text))
    aligned = fuzz.partial_ratio_alignment(shorter.text, longer.text, score_cutoff=CLOSE)
    if aligned is None:
        return None
    swapped = shorter is source_words
    low, high = (aligned.src_start, aligned.src_end) if swapped else (aligned.dest_start, aligned.dest_end)
    first, last = _word_range(source_words, low, high)
    if last - first + 1 < LEAST_WORDS:
        return None
    start, end = source_words.starts[first], source_words.ends[last]
    left_out, left_sentence = _left_out(view, sentence, source_view, source, (start, end))
    closeness: Closeness = "verbatim" if aligned.score >= VERBATIM else "close"
    return Quotation(
        view.doc_id,
        sentence.sentence_id,
        source_view.doc_id,
        source.sentence_id,
        start,
        end,
        closeness,
        round(aligned.score, 1),
        left_out,
        left_sentence,
        order_known,
    )


def _word_range(words: _Words, low: int, high: int) -> tuple[int, int]:
    """The words that lie mostly within characters ``low..high`` of the joined text."""
    position, inside = 0, []
    for number, word in enumerate(words.words):
        middle = position + len(word) / 2
        if low <= middle <= high:
            inside.append(number)
        position += len(word) + 1
    return (inside[0], inside[-1]) if inside else (0, -1)


def _left_out(
    view: DocumentView, sentence: SentenceRow, source_view: DocumentView, source: SentenceRow, quoted: tuple[int, int]
) -> tuple[LeftOut, int | None]:
    """A barrier before a limit; the source sentence itself before those beside it."""
    paragraph = [one for one in view.sentences if one.block == sentence.block and one.kind != "heading"]
    said = {m.code for m in view.mentions if m.top == "barrier" and m.sentence_id in {s.sentence_id for s in paragraph}}
    told = " ".join(_split(one.text).text for one in paragraph)
    around = [
        one
        for one in source_view.sentences
        if one.block == source.block and 0 < abs(one.sentence_id - source.sentence_id) <= 1
    ]
    near = {one.sentence_id for one in (source, *around)}
    barriers = [
        m for m in source_view.mentions if m.sentence_id in near and m.top == "barrier" and m.status in ("asserted", "")
    ]
    places = [(source, quoted), *((one, (0, 0)) for one in sorted(around, key=lambda one: -one.sentence_id))]
    for place, (start, end) in places:
        if any(_outside(mention, place, start, end) and mention.code not in said for mention in barriers):
            return "barrier", place.sentence_id
    for place, (start, end) in places:
        rest = f"{place.text[:start]} {place.text[end:]}"
        claim = source_view.claims.get(place.sentence_id)
        learns = claim is not None and claim.label == "learning"
        if LIMIT.search(rest) and (learns or place is source) and not _told(rest, told):
            return "limit", place.sentence_id
    return "nothing", None


def _outside(mention: MentionRow, sentence: SentenceRow, start: int, end: int) -> bool:
    if mention.sentence_id != sentence.sentence_id:
        return False
    return mention.end - sentence.start <= start or mention.start - sentence.start >= end or start == end


def _told(rest: str, told: str) -> bool:
    """Whether the quoting paragraph says the rest of the source too."""
    words = _split(rest).text
    return len(words) < 12 or fuzz.partial_ratio(words, told) >= SAID_TOO
