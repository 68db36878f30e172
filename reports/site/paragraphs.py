"""A document's running text as paragraphs of markup, cut into parts that a browser opens at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from markupsafe import Markup, escape

from reports.site.names import lane, words
from reports.site.spans import Mark, marked
from reports.views import ClaimRow, DocumentView, MentionRow, SentenceRow

PART_BYTES = 280_000
"""About how much markup one part holds; parts end between paragraphs."""

GLYPHS = {"learning": "learning", "legitimation": "legitimation"}


@dataclass(frozen=True, slots=True)
class Note:
    """What stands in the margin for one claim."""

    sentence_id: int
    label: str
    probability: float
    detail: str
    abstained: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its kind, its markup, its margin notes, and the sentences and mentions it holds."""

    kind: str
    page: int
    markup: Markup
    notes: tuple[Note, ...]
    first: int
    last: int
    mentions: tuple[tuple[int, MentionRow], ...]


@dataclass
class Part:
    """A page of the site's document view: consecutive paragraphs."""

    number: int
    paragraphs: list[Paragraph] = field(default_factory=list)
    size: int = 0

    @property
    def first(self) -> int:
        """The first sentence."""
        return self.paragraphs[0].first

    @property
    def pages(self) -> tuple[int, int]:
        """The first and the last page."""
        return self.paragraphs[0].page, max(paragraph.page for paragraph in self.paragraphs)


def parts(view: DocumentView, tops: tuple[str, ...], limit: int = PART_BYTES) -> list[Part]:
    """The document's paragraphs in parts of about ``limit`` bytes of markup; one empty part where there is no text."""
    found = [Part(1)]
    for paragraph in paragraphs(view, tops):
        if found[-1].size > limit:
            found.append(Part(len(found) + 1))
        found[-1].paragraphs.append(paragraph)
        found[-1].size += len(paragraph.markup.encode("utf-8", "replace")) + 200 * len(paragraph.notes)
    return found


def paragraphs(view: DocumentView, tops: tuple[str, ...]) -> Iterator[Paragraph]:
    """Paragraphs in reading order. Mentions are numbered through the document."""
    inside: dict[int, list[tuple[int, MentionRow]]] = {}
    for number, mention in enumerate(view.mentions):
        inside.setdefault(mention.sentence_id, []).append((number, mention))
    page = 0
    for _, group in groupby(view.sentences, key=lambda sentence: sentence.block):
        sentences = list(group)
        pieces: list[Markup] = []
        held: list[tuple[int, MentionRow]] = []
        for sentence in sentences:
            if sentence.page != page:
                page = sentence.page
                pieces.append(Markup('<a class="pb" id="p{0}" href="#p{0}">{0}</a>').format(page))
            mentions = inside.get(sentence.sentence_id, [])
            held.extend(mentions)
            pieces.append(_sentence(sentence, mentions, view.claims.get(sentence.sentence_id), tops))
        yield Paragraph(
            sentences[0].kind,
            sentences[0].page,
            Markup(" ").join(pieces),
            tuple(_notes(sentences, view)),
            sentences[0].sentence_id,
            sentences[-1].sentence_id,
            tuple(held),
        )


def _sentence(
    sentence: SentenceRow, mentions: list[tuple[int, MentionRow]], claim: ClaimRow | None, tops: tuple[str, ...]
) -> Markup:
    marks = [
        Mark(mention.start - sentence.start, mention.end - sentence.start, number, lane(mention.top, tops))
        for number, mention in mentions
    ]
    label = claim.label if claim is not None and claim.is_claim else ""
    return Markup('<span class="s{}" id="s{}">{}</span>').format(
        Markup(" {} claim").format(escape(label)) if label else "", sentence.sentence_id, marked(sentence.text, marks)
    )


def _notes(sentences: list[SentenceRow], view: DocumentView) -> Iterator[Note]:
    for sentence in sentences:
        claim = view.claims.get(sentence.sentence_id)
        if claim is not None and claim.is_claim:
            learner = "" if claim.learner in ("", "unspecified") else f"{claim.learner} learns"
            detail = " · ".join(text for text in (words(claim.depth), learner) if text)
            yield Note(sentence.sentence_id, claim.label, claim.probability, detail, bool(claim.abstained))
