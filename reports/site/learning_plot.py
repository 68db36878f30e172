"""The first plot of the overview: the share of learning in each document, by people's coding where there is some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.evidence import Evidence
from reports.figures import Figure, Figures
from reports.site.names import file_name
from reports.site.plots import (
    FULL,
    INK,
    LEARNING,
    LEGITIMATION,
    MIDDLE,
    NARROW,
    PAPER,
    RULE,
    SOFT,
    Width,
    at_widths,
    figure,
    svg,
)
from reports.views import DocumentView

MOST_DOCUMENTS = 24


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with the words around it."""

    title: str
    svg: Markup
    caption: str
    breadth: str = ""


@dataclass(frozen=True, slots=True)
class Learner:
    """A document with its share of learning, and whether people's coding corrects it."""

    view: DocumentView
    share: Figure
    corrected: bool


def learning_plot(evidence: Evidence, figures: Figures) -> Plot | None:
    """The plot, or None where no document has claims enough."""
    given = []
    for view in evidence.views.values():
        said = figures.get("claims.learning_share", view.doc_id)
        if said is not None and said.given:
            coded = figures.get("claims.learning_share.coded", view.doc_id)
            corrected = coded is not None and coded.given
            given.append((said.n, Learner(view, coded if coded is not None and corrected else said, corrected)))
    if not given:
        return None
    given.sort(key=lambda pair: (-pair[0], pair[1].view.doc_id))
    shown = sorted((one for _, one in given[:MOST_DOCUMENTS]), key=lambda one: (-one.share.estimate, one.view.doc_id))
    left = len(given) - len(shown)
    rest = f" The {len(shown)} documents with most claims; {left} more are in the documents table." if left else ""
    by_people = sum(one.corrected for one in shown)
    marks = (
        f"A full dot is the classifier corrected by sentences that people coded ({by_people} documents), its line the "
        "uncertainty of that sample; a ring is the classifier alone, its line allows for the classifier's errors. "
        if by_people
        else "Each ring is the classifier's own figure: no sentence of these documents has been coded by people, and "
        "the line allows for the classifier's errors where they are known. "
    )
    caption = f"Documents with at least ten claims, with 95% intervals. {marks}A name leads to the document.{rest}"
    return Plot(
        "Who learns, and who cites",
        at_widths(lambda width: _learning_at(width, shown), (NARROW, MIDDLE, FULL)),
        caption,
        "full",
    )


def _learning_at(width: Width, shown: Sequence[Learner]) -> Markup:
    """The rows of one width: names beside the dots where there is room, above them on a telephone."""
    rows = len(shown)
    with figure(width.inches, 0.8 + (0.42 if width.narrow else 0.27) * rows) as drawn:
        axes = drawn.add_subplot()
        axes.axvline(0.5, color=RULE, linewidth=1)
        for place, one in enumerate(shown):
            colour = LEARNING if one.share.estimate >= 0.5 else LEGITIMATION
            axes.hlines(place, one.share.low, one.share.high, color=colour, linewidth=2, alpha=0.5, clip_on=False)
            fill = colour if one.corrected else PAPER
            axes.scatter([one.share.estimate], [place], s=36, facecolor=fill, edgecolor=colour, zorder=3, clip_on=False)
        axes.set_ylim(rows - 0.4, -0.9 if width.narrow else -0.6)
        if width.narrow:
            axes.set_yticks([])
            for place, one in enumerate(shown):
                name = axes.text(0, place - 0.34, _short(one.view, 52), fontsize=9, color=INK, va="center")
                name.set_url(f"documents/{file_name(one.view.doc_id)}.html")
        else:
            most = 84 if width == FULL else 40
            axes.set_yticks(range(rows), [_short(one.view, most) for one in shown], fontsize=9.6)
            for label, one in zip(axes.get_yticklabels(), shown, strict=True):
                label.set_url(f"documents/{file_name(one.view.doc_id)}.html")
        if width == FULL:
            for place, one in enumerate(shown):
                said = (
                    f"{one.share.text} ({100 * one.share.low:.0f} to {100 * one.share.high:.0f}), n = {one.share.n:,}"
                )
                axes.text(1.03, place, said, fontsize=9, color=SOFT, va="center")
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"], fontsize=9.6)
        axes.set_xlabel("learning among claims", fontsize=9.6)
        axes.spines["left"].set_visible(False)
        return svg(drawn, "Learning among claims by document", f"{rows} documents, each with its interval")


def _short(view: DocumentView, most: int) -> str:
    """A title short enough for an axis, with the year that tells two of them apart."""
    year = f" {view.text('published')[:4]}" if view.text("published") else ""
    title = view.title if len(view.title) <= most else view.title[: most - 1].rsplit(" ", 1)[0] + "…"
    return title[:1].upper() + title[1:] + year
