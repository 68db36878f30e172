"""The four plots of the first page."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from reports.evidence import Evidence
from reports.figures import Figure, Figures
from reports.measures.counts import BARRIERS
from reports.runs import Run
from reports.site.names import file_name, words
from reports.site.plots import ACCENT, INK, LANES, LEARNING, LEGITIMATION, RULE, SOFT, dots_with_intervals, figure, svg
from reports.views import DocumentView

MOST_DOCUMENTS = 24


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with the words around it."""

    title: str
    svg: Markup
    caption: str


def overview_plots(run: Run, evidence: Evidence) -> list[Plot]:
    """Those of the four plots for which the run has enough to show."""
    figures = Figures(run)
    voices = sorted(set(run.documents["voice"]) - {""})
    made = (
        _learning(evidence, figures),
        _barriers(figures, voices),
        _exemplars(figures, voices),
        _transfer(figures, voices),
    )
    return [plot for plot in made if plot is not None]


def _learning(evidence: Evidence, figures: Figures) -> Plot | None:
    found = [(view, figures.get("claims.learning_share", view.doc_id)) for view in evidence.views.values()]
    given = [(view, one) for view, one in found if one is not None and one.given]
    if not given:
        return None
    given.sort(key=lambda pair: (-pair[1].n, pair[0].doc_id))
    shown = sorted(given[:MOST_DOCUMENTS], key=lambda pair: (-pair[1].estimate, pair[0].doc_id))
    with figure(6.4, 0.7 + 0.27 * len(shown)) as drawn:
        axes = drawn.add_subplot()
        axes.axvline(0.5, color=RULE, linewidth=1)
        colours = [LEARNING if one.estimate >= 0.5 else LEGITIMATION for _, one in shown]
        dots_with_intervals(
            axes, [o.estimate for _, o in shown], [o.low for _, o in shown], [o.high for _, o in shown], colours
        )
        axes.set_yticks(range(len(shown)), [_short(view) for view, _ in shown], fontsize=9.6)
        for label, (view, _) in zip(axes.get_yticklabels(), shown, strict=True):
            label.set_url(f"documents/{file_name(view.doc_id)}.html")
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"], fontsize=9.6)
        axes.set_xlabel("learning among claims, with 95% interval", fontsize=9.6)
        axes.spines["left"].set_visible(False)
        drawing = svg(drawn, "Learning among claims by document", f"{len(shown)} documents, each with its interval")
    left = len(given) - len(shown)
    rest = f" The {len(shown)} documents with most claims; {left} more are in the documents table." if left else ""
    caption = (
        "Each dot is a document with at least ten claims; the line is the 95% interval, with sentences taken as "
        f"independent and the classifier as right. A name leads to the document.{rest}"
    )
    return Plot("Who learns, and who cites", drawing, caption)


def _short(view: DocumentView, most: int = 38) -> str:
    """A title short enough for an axis, with the year that tells two of them apart."""
    year = f" {view.text('published')[:4]}" if view.text("published") else ""
    title = view.title if len(view.title) <= most else view.title[: most - 1].rsplit(" ", 1)[0] + "…"
    return title + year


def _by_voice(figures: Figures, voices: list[str], measure: str) -> list[tuple[str, Figure]]:
    found = [(voice, figures.get(measure, f"voice:{voice}", "group")) for voice in voices]
    return [(voice, one) for voice, one in found if one is not None and one.given]


def _barriers(figures: Figures, voices: list[str]) -> Plot | None:
    rows = []
    for barrier in BARRIERS:
        inside = dict(_by_voice(figures, voices, f"barrier.{barrier}.rate"))
        rows.append((barrier, inside))
    rows = [row for row in rows if row[1]]
    if not rows:
        return None
    rows.sort(key=lambda row: (-max(one.estimate for one in row[1].values()), row[0]))
    colours = dict(zip(voices, (LANES[1], LANES[0], LANES[2], LANES[3], LANES[4], LANES[5]) * 4, strict=False))
    markers = dict(zip(voices, "osD^vP" * 4, strict=False))
    with figure(6.4, 0.9 + 0.34 * len(rows)) as drawn:
        axes = drawn.add_subplot()
        for place, (_, inside) in enumerate(rows):
            values = [one.estimate for one in inside.values()]
            axes.hlines(place, min(values), max(values), color=RULE, linewidth=2, zorder=1)
        for voice in voices:
            points = [(i, r[voice].estimate) for i, (_, r) in enumerate(rows) if voice in r]
            if points:
                axes.scatter(
                    [value for _, value in points],
                    [place for place, _ in points],
                    color=colours[voice],
                    marker=markers[voice],
                    s=36,
                    label=words(voice),
                    zorder=3,
                )
        axes.set_yticks(range(len(rows)), [words(name) for name, _ in rows], fontsize=10)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(left=0)
        axes.set_xlabel("mentions per 1,000 sentences", fontsize=9.6)
        axes.spines["left"].set_visible(False)
        axes.legend(fontsize=9.6, loc="lower right", labelcolor=INK)
        drawing = svg(drawn, "Barriers by kind and voice", "Mentions per 1,000 sentences")
    return Plot(
        "Which barriers each voice names",
        drawing,
        "Mentions of each kind of barrier per 1,000 sentences, by who speaks. A long bar is a barrier that one voice "
        "sees and another leaves out.",
    )


def _exemplars(figures: Figures, voices: list[str]) -> Plot | None:
    measures = (
        ("exemplar.barrier_same_sentence", "a barrier in the same sentence", LANES[0]),
        ("exemplar.barrier_same_paragraph", "a barrier in the same paragraph", LANES[3]),
        ("exemplar.in_learning", "inside a learning claim", LEARNING),
        ("exemplar.in_legitimation", "inside a legitimation claim", LEGITIMATION),
    )
    usable = [v for v in voices if _by_voice(figures, [v], measures[0][0])]
    if not usable:
        return None
    with figure(6.4, 0.8 + len(usable) * 1.05) as drawn:
        axes = drawn.add_subplot()
        labels, place = [], 0.0
        for voice in usable:
            n = _by_voice(figures, [voice], measures[0][0])[0][1].n
            labels.append((place + 1.5, f"{words(voice)}\n{n:,} exemplars"))
            for measure, name, colour in measures:
                found = _by_voice(figures, [voice], measure)
                if found:
                    one = found[0][1]
                    axes.hlines(place, one.low, one.high, color=colour, linewidth=2.4, alpha=0.45)
                    axes.scatter(
                        [one.estimate],
                        [place],
                        color=colour,
                        s=34,
                        zorder=3,
                        label=name if voice == usable[0] else None,
                    )
                place += 1
            place += 0.9
        axes.set_yticks([at for at, _ in labels], [text for _, text in labels], fontsize=10)
        axes.set_ylim(place - 0.6, -0.8)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
        axes.set_xlabel("share of exemplars, with 95% interval", fontsize=9.6)
        axes.spines["left"].set_visible(False)
        axes.legend(
            fontsize=9.2, labelcolor=INK, loc="upper center", bbox_to_anchor=(0.4, -0.16 - 0.1 / len(usable)), ncols=2
        )
        drawing = svg(drawn, "What stands beside an exemplar", "By voice, four shares with intervals")
    return Plot(
        "What stands beside an exemplar",
        drawing,
        "Pilots, pathfinders, beacons and the like: how often a barrier is named with them, and what the sentence does "
        "with them.",
    )


def _transfer(figures: Figures, voices: list[str]) -> Plot | None:
    rows = [(words(voice), one) for voice, one in _by_voice(figures, voices, "practice.joint_share")]
    whole = figures.get("practice.joint_share")
    if whole is not None and whole.given:
        rows.append(("whole corpus", whole))
    if not rows:
        return None
    with figure(6.4, 1.0 + 0.36 * len(rows)) as drawn:
        axes = drawn.add_subplot()
        axes.axvline(0.5, color=RULE, linewidth=1)
        colours = [ACCENT if name == "whole corpus" else SOFT for name, _ in rows]
        ones = [one for _, one in rows]
        dots_with_intervals(axes, [o.estimate for o in ones], [o.low for o in ones], [o.high for o in ones], colours)
        axes.set_yticks(range(len(rows)), [f"{name}  (n = {one.n:,})" for name, one in rows], fontsize=10)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.5, 1], ["all transfer", "half and half", "all joint\ndevelopment"], fontsize=9.6)
        axes.spines["left"].set_visible(False)
        drawing = svg(drawn, "Transfer or joint development", "By voice, share of joint development with intervals")
    return Plot(
        "Moved as a product, or made together",
        drawing,
        "Joint development among mentions of joint development, transfer and dissemination, with 95% intervals.",
    )
