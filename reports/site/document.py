"""The pages of one document: its text in parts, and the data that the pages load beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from reports.figures import Figure
from reports.site.names import code_words, file_name, lane
from reports.site.pages import Site
from reports.site.paragraphs import Part, parts
from reports.site.pictures import Picture
from reports.views import DocumentView

CUES = 5


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of a document's table of contents."""

    title: str
    page: int
    href: str


@dataclass(frozen=True, slots=True)
class CodeCount:
    """A code with its lane and how often it occurs in the document."""

    code: str
    label: str
    lane: int
    count: int


@dataclass(frozen=True, slots=True)
class Partner:
    """A page that sets the document beside another; the address is from the site's root."""

    href: str
    label: str


@dataclass(frozen=True)
class DocumentExtras:
    """What other modules know about a document: its link to the PDF, its pictures, its codeline, its figures."""

    pdf: str = ""
    pictures: Mapping[int, Picture] = field(default_factory=dict)
    codeline: Markup = field(default_factory=Markup)
    figures: Sequence[Figure] = ()
    partners: Sequence[Partner] = ()


def part_name(doc_id: str, number: int) -> str:
    """The file name of a part, relative to ``documents/``."""
    return f"{file_name(doc_id)}.html" if number == 1 else f"{file_name(doc_id)}.{number}.html"


def sentence_href(view_parts: Sequence[Part], doc_id: str, sentence_id: int) -> str:
    """Where a sentence stands, relative to ``documents/``."""
    number = 1
    for part in view_parts:
        if part.paragraphs and part.first <= sentence_id:
            number = part.number
    return f"{part_name(doc_id, number)}#s{sentence_id}"


def write_document(site: Site, view: DocumentView, tops: tuple[str, ...], extras: DocumentExtras) -> list[Part]:
    """Write a document's pages and their data files; returns its parts."""
    cut = parts(view, tops)
    names = [part_name(view.doc_id, part.number) for part in cut]
    starts = [part.first if part.paragraphs else 0 for part in cut]
    common = {
        "view": view,
        "names": names,
        "starts": ",".join(str(start) for start in starts),
        "contents": list(_contents(view, cut)),
        "codes": _codes(view, tops),
        "labels": _labels(view),
        "extras": extras,
        "tops": [(top, lane(top, tops)) for top in tops],
    }
    for part in cut:
        data = f"data/documents/{file_name(view.doc_id)}.{part.number}.js"
        site.page(f"documents/{names[part.number - 1]}", "document.html", part=part, data=data, **common)
        site.data(data, "halfloop.part", part_data(view, part, tops, extras.pictures))
    return cut


def part_data(
    view: DocumentView, part: Part, tops: tuple[str, ...], pictures: Mapping[int, Picture]
) -> dict[str, object]:
    """What the page of a part needs beside its text: claims, mentions, and where they stand on the page pictures."""
    sentences = {n for paragraph in part.paragraphs for n in range(paragraph.first, paragraph.last + 1)}
    claims = {
        str(number): [
            claim.label,
            [round(p, 3) for p in (claim.p_neither, claim.p_learning, claim.p_legitimation)],
            claim.depth,
            claim.learner,
            int(claim.abstained),
            [[name, round(value, 2)] for name, value in claim.strongest(CUES)],
        ]
        for number, claim in view.claims.items()
        if number in sentences and claim.is_claim
    }
    mentions = {
        str(number): [m.sentence_id, m.code, lane(m.top, tops), m.locus, m.status, m.entity]
        for paragraph in part.paragraphs
        for number, m in paragraph.mentions
    }
    return {"claims": claims, "mentions": mentions, "pages": _page_data(view, sentences, tops, pictures)}


def _page_data(
    view: DocumentView, sentences: set[int], tops: tuple[str, ...], pictures: Mapping[int, Picture]
) -> dict[str, object]:
    if not pictures:
        return {}
    owners: dict[tuple[int, int], list[tuple[str, int]]] = {}
    for sentence in view.sentences:
        claim = view.claims.get(sentence.sentence_id)
        if sentence.sentence_id in sentences and claim is not None and claim.is_claim:
            owners.setdefault((sentence.start, sentence.end), []).append((claim.label, sentence.sentence_id))
    for mention in view.mentions:
        if mention.sentence_id in sentences:
            owner = (f"k{lane(mention.top, tops)}", mention.sentence_id)
            owners.setdefault((mention.start, mention.end), []).append(owner)
    shapes: dict[int, list[list[object]]] = {}
    for box in view.boxes:
        for kind, sentence_id in owners.get((box.start, box.end), ()):
            place = [round(box.x0, 1), round(box.top, 1), round(box.x1 - box.x0, 1), round(box.bottom - box.top, 1)]
            shapes.setdefault(box.page, []).append([*place, kind, sentence_id])
    return {
        str(page): [picture.href, round(picture.width, 1), round(picture.height, 1), shapes.get(page, [])]
        for page, picture in pictures.items()
        if page in shapes
    }


def _contents(view: DocumentView, cut: Sequence[Part]) -> Iterator[Heading]:
    for sentence in view.sentences:
        if sentence.kind == "heading":
            yield Heading(sentence.text, sentence.page, sentence_href(cut, view.doc_id, sentence.sentence_id))


def _codes(view: DocumentView, tops: tuple[str, ...]) -> list[CodeCount]:
    counts: dict[str, int] = {}
    for mention in view.mentions:
        counts[mention.code] = counts.get(mention.code, 0) + 1
        if mention.code != mention.top:
            counts[mention.top] = counts.get(mention.top, 0) + 1
    order = sorted(counts, key=lambda code: (tops.index(code.partition(".")[0]), code))
    return [CodeCount(code, code_words(code), lane(code.partition(".")[0], tops), counts[code]) for code in order]


def _labels(view: DocumentView) -> dict[str, int]:
    labels = [claim.label for claim in view.claims.values() if claim.is_claim]
    return {label: labels.count(label) for label in ("learning", "legitimation")}
