"""Passages that a later document of the same programme quotes or follows closely, and what it leaves out.

A list of references is no source: two documents that name the same work do not quote each other. Candidates share a
run of five words; rapidfuzz aligns them and says how close they are. What stands in the source sentence outside the
quoted part, and in the sentence after it in the same paragraph, counts as left out where the quoting paragraph does not
say it too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from reports.measures.calendar import is_evidence
from reports.measures.dates import order, published
from reports.measures.omission import LeftOut, left_out
from reports.measures.wording import Wording, place_in, wording
from reports.views import DocumentView, SentenceRow

COMMON = 40
"""A run of words in more source sentences than this is a formula of the field, not a quotation."""
BOILERPLATE = 3
VERBATIM = 95.0
CLOSE = 84.0
LEAST_WORDS = 8
LEAST_CLOSE = 12
QUOTED = re.compile(r"“([^“”]{20,})”|\"([^\"]{20,})\"|(?<!\w)[‘‛]([^‘]{20,}?)’(?!\w)")
LEAST_QUOTED = 5
REFERENCES = re.compile(
    r"(?:(?:\d+|[a-z])[.)]?\s+)?(?:list of )?(?:references?|bibliography|works cited|literature)(?: cited)?", re.I
)

Closeness = Literal["verbatim", "close"]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A sentence of a later document that repeats a sentence of an earlier one.

    ``start`` and ``end`` are offsets of the repeated part in the source sentence. ``left_out`` says what of the source
    stands outside it and is not said in the quoting paragraph, ``left_sentence``
    where; only evidence is searched for it.
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


def quotations(views: Sequence[DocumentView]) -> Iterator[Quotation]:
    """Quotations within each programme, by quoting document and sentence; each sentence once, with its best source."""
    readable = [view for view in views if view.text("programme") and not view.failed]
    for programme in sorted({view.text("programme") for view in readable}):
        inside = [view for view in readable if view.text("programme") == programme]
        allowed = {view.doc_id: _sources_of(view, inside) for view in inside}
        used = {source for sources in allowed.values() for source in sources}
        if used:
            index = _Index([view for view in inside if view.doc_id in used], _formulas(inside), _titles(inside))
            for view in inside:
                if allowed[view.doc_id]:
                    yield from _quotations_of(view, index, allowed[view.doc_id])


class _Index:
    """The sentences of the sources by runs of words."""

    def __init__(self, sources: Sequence[DocumentView], formulas: Set[str], titles: Sequence[str]) -> None:
        self.views = {view.doc_id: view for view in sources}
        self.titles = titles
        self.sentences: list[tuple[str, SentenceRow, Wording]] = []
        self.where: dict[str, list[int]] = {}
        for view in sources:
            for sentence in view.sentences:
                words = wording(sentence.text)
                if (
                    sentence.kind != "heading"
                    and not REFERENCES.fullmatch(sentence.section.strip())
                    and words.text.count(" ") >= LEAST_WORDS - 1
                    and words.text not in formulas
                ):
                    number = len(self.sentences)
                    self.sentences.append((view.doc_id, sentence, words))
                    for run in words.runs():
                        self.where.setdefault(run, []).append(number)

    def candidates(self, words: Wording, allowed: Set[str]) -> list[int]:
        """Sentences of allowed sources that share a run of words, those with most in common first."""
        shared: Counter[int] = Counter()
        for run in words.runs():
            places = self.where.get(run, ())
            if len(places) <= COMMON:
                shared.update(number for number in places if self.sentences[number][0] in allowed)
        return [number for number, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:5]]


def _titles(views: Sequence[DocumentView]) -> tuple[str, ...]:
    return tuple(sorted({wording(view.text("title")).text for view in views} - {""}))


def _formulas(views: Sequence[DocumentView]) -> set[str]:
    """Sentences that stand word for word in three documents or more (imprints, boilerplate), and titles: to name a
    document is not to quote it."""
    places: dict[str, set[str]] = {}
    for view in views:
        for sentence in view.sentences:
            places.setdefault(wording(sentence.text).text, set()).add(view.doc_id)
    return {*_titles(views)} | {text for text, documents in places.items() if len(documents) >= BOILERPLATE}


def _sources_of(view: DocumentView, inside: Sequence[DocumentView]) -> dict[str, bool]:
    """What a document may quote, and whether the dates say that it came before: everything earlier, and evidence whose
    dates leave the order open where the document itself is no evidence."""
    mine = published(view.text("published"))
    allowed: dict[str, bool] = {}
    for other in inside:
        relation = order(published(other.text("published")), mine)
        open_evidence = relation == "unknown" and is_evidence(other) and not is_evidence(view)
        if other is not view and (relation == "before" or open_evidence):
            allowed[other.doc_id] = relation == "before"
    return allowed


def _quotations_of(view: DocumentView, index: _Index, allowed: dict[str, bool]) -> Iterator[Quotation]:
    for sentence in view.sentences:
        best: Quotation | None = None
        for unit in _units(sentence.text):
            for number in index.candidates(unit.words, allowed.keys()):
                source_id, source, source_words = index.sentences[number]
                against = (index.views[source_id], source, source_words)
                found = _compare(view, sentence, unit, against, allowed[source_id])
                if found is None or _names_a_title(source.text[found.start : found.end], index.titles):
                    continue
                if best is None or found.score > best.score:
                    best = found
        if best is not None:
            yield best


def _names_a_title(text: str, titles: Sequence[str]) -> bool:
    """Whether what two sentences share is a reference to a document."""
    shared = wording(text).text
    return any(title in shared or shared in title for title in titles)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What of a sentence may be a quotation, the least words that must agree, and how closely."""

    words: Wording
    least: int
    floor: float


def _units(text: str) -> Iterator[_Unit]:
    """The sentence as a whole, which may follow its source, and what it puts between quotation marks, which may be
    short but then has to be verbatim."""
    whole = wording(text)
    if len(whole.words) >= LEAST_WORDS:
        yield _Unit(whole, LEAST_WORDS, CLOSE)
    for found in QUOTED.finditer(text):
        part = wording(next(group for group in found.groups() if group))
        if len(part.words) >= LEAST_QUOTED:
            yield _Unit(part, LEAST_QUOTED, VERBATIM)


def _compare(
    view: DocumentView,
    sentence: SentenceRow,
    unit: _Unit,
    against: tuple[DocumentView, SentenceRow, Wording],
    order_known: bool,
) -> Quotation | None:
    source_view, source, source_words = against
    shorter, longer = sorted((unit.words, source_words), key=lambda one: len(one.text))
    aligned = fuzz.partial_ratio_alignment(shorter.text, longer.text, score_cutoff=unit.floor)
    if aligned is None:
        return None
    swapped = shorter is source_words
    low, high = (aligned.src_start, aligned.src_end) if swapped else (aligned.dest_start, aligned.dest_end)
    start, end, words = place_in(source.text, low, high)
    if words < (unit.least if aligned.score >= VERBATIM else LEAST_CLOSE):
        return None
    omitted: LeftOut = "nothing"
    left_sentence: int | None = None
    if is_evidence(source_view):
        omitted, left_sentence = left_out(view, sentence, source_view, source, (start, end))
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
        omitted,
        left_sentence,
        order_known,
    )
