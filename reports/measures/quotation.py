"""Passages that a later document of the same programme quotes or follows closely, and what it leaves out.

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

from reports.measures.dates import order, published
from reports.views import ClaimRow, DocumentView, MentionRow, SentenceRow

SHINGLE = 5
COMMON = 40
"""A run of words in more source sentences than this is a formula of the field, not a quotation."""
BOILERPLATE = 3
VERBATIM = 95.0
CLOSE = 84.0
LEAST_WORDS = 8
SAID_TOO = 70.0
LIMIT_CUES = (
    r"however|but|although|though|whereas|elsewhere|except|unless|provided that|only (?:where|when|if|in|for)",
    r"(?:did|does|do|was|were|could|would|had|has) not|cannot|never|no (?:evidence|effect|difference|gain|longer)",
    r"limited|less|fewer|lower|worse|fell|dropped|fail\w*|cost\w* more|too (?:early|few|little|small)|uncertain|unclear",
    r"depend(?:s|ed)? on|in the other|the others?|compared (?:with|to)|as long as|where \w+ had",
)
LIMIT = re.compile(rf"\b(?:{'|'.join(LIMIT_CUES)})\b", re.IGNORECASE)
QUOTED = re.compile(r"“([^“”]{20,})”|\"([^\"]{20,})\"|(?<!\w)[‘‛]([^‘]{20,}?)’(?!\w)")
LEAST_QUOTED = 5
OPENING = 3
_TOKEN = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")

Closeness = Literal["verbatim", "close"]
LeftOut = Literal["barrier", "limit", "nothing"]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A sentence of a later document that repeats a sentence of an earlier one.

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
        if len(inside) > 1:
            index = _Index(inside)
            for view in inside:
                yield from _quotations_of(view, index)


class _Index:
    """The sentences of the sources by runs of words."""

    def __init__(self, sources: Sequence[DocumentView]) -> None:
        self.views = {view.doc_id: view for view in sources}
        formulas = _formulas(sources)
        self.sentences: list[tuple[str, SentenceRow, _Words]] = []
        self.where: dict[tuple[str, ...], list[int]] = {}
        for view in sources:
            for sentence in view.sentences:
                if sentence.kind == "heading":
                    continue
                words = _split(sentence.text)
                if len(words.words) >= LEAST_WORDS and words.text not in formulas:
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


def _formulas(views: Sequence[DocumentView]) -> set[str]:
    """Sentences that stand word for word in three documents or more: imprints and boilerplate."""
    places: dict[str, set[str]] = {}
    for view in views:
        for sentence in view.sentences:
            places.setdefault(_split(sentence.text).text, set()).add(view.doc_id)
    return {text for text, documents in places.items() if len(documents) >= BOILERPLATE}


def _quotations_of(view: DocumentView, index: _Index) -> Iterator[Quotation]:
    mine = published(view.text("published"))
    for sentence in view.sentences:
        if sentence.kind == "heading":
            continue
        best: Quotation | None = None
        for unit in _units(sentence.text):
            for number in index.candidates(unit.words):
                source_id, source, source_words = index.sentences[number]
                relation = order(published(index.views[source_id].text("published")), mine)
                if source_id == view.doc_id or relation == "after":
                    continue
                against = (index.views[source_id], source, source_words)
                found = _compare(view, sentence, unit, against, relation == "before")
                if found is not None and (best is None or found.score > best.score):
                    best = found
        if best is not None:
            yield best


@dataclass(frozen=True, slots=True)
class _Unit:
    """What of a sentence may be a quotation, the least words that must agree, and how closely."""

    words: _Words
    least: int
    floor: float


def _units(text: str) -> Iterator[_Unit]:
    """The sentence as a whole, which may follow its source, and what it puts between quotation marks, which may be
    short but then has to be verbatim."""
    whole = _split(text)
    if len(whole.words) >= LEAST_WORDS:
        yield _Unit(whole, LEAST_WORDS, CLOSE)
    for found in QUOTED.finditer(text):
        part = _split(next(group for group in found.groups() if group))
        if len(part.words) >= LEAST_QUOTED:
            yield _Unit(part, LEAST_QUOTED, VERBATIM)


def _compare(
    view: DocumentView,
    sentence: SentenceRow,
    unit: _Unit,
    against: tuple[DocumentView, SentenceRow, _Words],
    order_known: bool,
) -> Quotation | None:
    source_view, source, source_words = against
    shorter, longer = sorted((unit.words, source_words), key=lambda one: len(one.text))
    aligned = fuzz.partial_ratio_alignment(shorter.text, longer.text, score_cutoff=unit.floor)
    if aligned is None:
        return None
    swapped = shorter is source_words
    low, high = (aligned.src_start, aligned.src_end) if swapped else (aligned.dest_start, aligned.dest_end)
    first, last = _word_range(source_words, low, high)
    if last - first + 1 < unit.least:
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
        if _limits(rest, place is source, source_view.claims.get(place.sentence_id)) and not _told(rest, told):
            return "limit", place.sentence_id
    return "nothing", None


def _limits(rest: str, same_sentence: bool, claim: ClaimRow | None) -> bool:
    """Whether what is left out limits what is quoted: any cue in the same sentence; in the one beside it a cue that
    opens it, or a cue in a learning claim."""
    found = LIMIT.search(rest)
    if found is None or same_sentence:
        return found is not None
    learns = claim is not None and claim.label == "learning"
    return learns or len(rest[: found.start()].split()) <= OPENING


def _outside(mention: MentionRow, sentence: SentenceRow, start: int, end: int) -> bool:
    if mention.sentence_id != sentence.sentence_id:
        return False
    return mention.end - sentence.start <= start or mention.start - sentence.start >= end or start == end


def _told(rest: str, told: str) -> bool:
    """Whether the quoting paragraph says the rest of the source too."""
    words = _split(rest).text
    return len(words) < 12 or fuzz.partial_ratio(words, told) >= SAID_TOO
