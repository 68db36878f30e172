"""A copy of a PDF with the run's findings as highlight annotations; text and pictures of its pages stay untouched.

Rectangles come from the run's ``boxes`` table, so nothing is extracted again. Annotations are written by pikepdf with
QuadPoints (ISO 32000-2, 12.5.6.10); the file's identifier is derived from its content, so that the same run and the
same PDF give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from reports.runs import Run, RunError
from reports.site.names import TOP_CODES, code_words, words
from reports.sources import unchanged_source
from reports.views import BoxRow, ClaimRow, DocumentView, MentionRow, document_views

AUTHOR = "halfloop"
COLOURS = {
    "barrier": (0.96, 0.55, 0.36),
    "best_practice": (0.45, 0.72, 0.95),
    "partnership": (0.42, 0.83, 0.68),
    "learning_mode": (0.83, 0.62, 0.86),
    "learning": (0.80, 0.93, 0.90),
    "legitimation": (0.99, 0.89, 0.66),
}
OTHER = (0.85, 0.85, 0.60)
PRINTED = 4
CUES = 5


@dataclass(frozen=True, slots=True)
class Highlight:
    """What becomes one annotation on one page: the finding's boxes there, its colour, title and note."""

    page: int
    boxes: tuple[BoxRow, ...]
    name: str
    subject: str
    note: str
    colour: tuple[float, float, float]


def highlight_pdf(run: Run, doc_id: str, out: Path | None = None) -> Path:
    """Write the highlighted copy (by default ``highlighted/DOC.pdf`` in the run's folder) and return its path.

    Claims lie under mentions, so that both can be clicked. A span over two pages has an annotation on each.

    Raises
    ------
    RunError
        Where the run has no such document, it is no PDF, its file is gone or changed, or it cannot be written to.
    """
    run.document(doc_id)
    view = next(view for view in document_views(run) if view.doc_id == doc_id)
    if not view.text("file").lower().endswith(".pdf"):
        raise RunError(f"{view.text('file')}: is not a PDF, so there are no pages to highlight")
    source = unchanged_source(run, view)
    target = out if out is not None else run.folder / "highlighted" / f"{source.stem}.pdf"
    if target.resolve() == source:
        raise RunError(f"{target}: is the source itself; name another file")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with pikepdf.open(source) as pdf:
            for highlight in highlights(view):
                _annotate(pdf, highlight)
            pdf.save(target, deterministic_id=True, linearize=False)
    except pikepdf.PasswordError:
        raise RunError(f"{source}: is encrypted and cannot be annotated") from None
    except (pikepdf.PdfError, OSError) as error:
        raise RunError(f"{source}: cannot be annotated: {error}") from None
    return target


def highlights(view: DocumentView) -> Iterator[Highlight]:
    """Claims in reading order, then mentions."""
    boxes: dict[tuple[int, int], list[BoxRow]] = {}
    for box in view.boxes:
        boxes.setdefault((box.start, box.end), []).append(box)
    for sentence in view.sentences:
        claim = view.claims.get(sentence.sentence_id)
        if claim is not None and claim.is_claim:
            colour = COLOURS.get(claim.label, OTHER)
            found = boxes.get((sentence.start, sentence.end), [])
            name = f"claim-{sentence.sentence_id}"
            yield from _by_page(found, name, f"{claim.label} claim", _claim_note(claim), colour)
    for number, mention in enumerate(view.mentions):
        colour = COLOURS.get(mention.top, OTHER) if mention.top in TOP_CODES else OTHER
        found = boxes.get((mention.start, mention.end), [])
        yield from _by_page(found, f"mention-{number}", code_words(mention.code), _mention_note(mention), colour)


def _by_page(
    boxes: Sequence[BoxRow], name: str, subject: str, note: str, colour: tuple[float, float, float]
) -> Iterator[Highlight]:
    for page in sorted({box.page for box in boxes}):
        here = tuple(box for box in boxes if box.page == page)
        yield Highlight(page, here, f"halfloop-{name}-{page}", subject, note, colour)


def _claim_note(claim: ClaimRow) -> str:
    learner = "" if claim.learner in ("", "unspecified") else f"{claim.learner} learns"
    lines = [
        ", ".join(
            part for part in (f"{claim.label} {100 * claim.probability:.0f}%", words(claim.depth), learner) if part
        ),
        f"neither {100 * claim.p_neither:.0f}%, learning {100 * claim.p_learning:.0f}%, "
        f"legitimation {100 * claim.p_legitimation:.0f}%",
        *(f"{value:+.2f} {name}" for name, value in claim.strongest(CUES)),
    ]
    if claim.abstained:
        lines.append("the classifier is unsure")
    return "\n".join(lines)


def _mention_note(mention: MentionRow) -> str:
    return ", ".join(part for part in (code_words(mention.code), mention.locus, mention.status, mention.entity) if part)


def _annotate(pdf: pikepdf.Pdf, highlight: Highlight) -> None:
    if not 1 <= highlight.page <= len(pdf.pages):
        return
    page = pdf.pages[highlight.page - 1]
    quads = [_quad(page, box) for box in highlight.boxes]
    xs = [x for quad in quads for x in quad[0::2]]
    ys = [y for quad in quads for y in quad[1::2]]
    annotation = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Highlight,
        Rect=Array([_n(min(xs)), _n(min(ys)), _n(max(xs)), _n(max(ys))]),
        QuadPoints=Array([_n(value) for quad in quads for value in quad]),
        C=Array([_n(value) for value in highlight.colour]),
        CA=_n(0.6),
        F=PRINTED,
        NM=String(highlight.name),
        T=String(AUTHOR),
        Subj=String(highlight.subject),
        Contents=String(highlight.note),
    )
    if "/Annots" not in page:
        page.Annots = Array([])
    page.Annots.append(pdf.make_indirect(annotation))


def _n(value: float) -> float:
    return round(float(value), 3)


def _quad(page: pikepdf.Page, box: BoxRow) -> list[float]:
    """QuadPoints of a box in the page's own coordinates: upper left, upper right, lower left, lower right as displayed.

    Boxes are measured from the top left of the page as it is displayed; the page may be cropped and turned.
    """
    left, low, right, high = (float(value) for value in page.cropbox)
    left, right, low, high = min(left, right), max(left, right), min(low, high), max(low, high)
    turn = int(page.get("/Rotate", _inherited_rotation(page))) % 360

    def place(x: float, y: float) -> tuple[float, float]:
        if turn == 90:
            return left + y, low + x
        if turn == 180:
            return right - x, low + y
        if turn == 270:
            return right - y, high - x
        return left + x, high - y

    corners = ((box.x0, box.top), (box.x1, box.top), (box.x0, box.bottom), (box.x1, box.bottom))
    return [value for corner in corners for value in place(*corner)]


def _inherited_rotation(page: pikepdf.Page) -> int:
    """The rotation of the nearest ancestor in the page tree that has one."""
    node = page.obj.get("/Parent")
    for _ in range(50):
        if node is None:
            break
        if "/Rotate" in node:
            return int(node["/Rotate"])
        node = node.get("/Parent")
    return 0
