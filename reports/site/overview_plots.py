"""The four plots of the first page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from reports.evidence import Evidence
from reports.figures import Figure, Figures
from reports.measures.counts import BARRIERS
from reports.runs import Run
from reports.site.learning_plot import Plot, learning_plot
from reports.site.names import words
from reports.site.plots import (
    ACCENT,
    INK,
    LANES,
    LEARNING,
    LEGITIMATION,
    MIDDLE,
    NARROW,
    RULE,
    SOFT,
    Width,
    at_widths,
    dots_with_intervals,
    figure,
    svg,
)


def overview_plots(run: Run, evidence: Evidence) -> list[Plot]:
    """Those of the four plots for which the run has enough to show."""
    figures = Figures(run)
    voices = sorted(set(run.documents["voice"]) - {""})
    made = (
        learning_plot(evidence, figures),
        _barriers(figures, voices),
        _exemplars(figures, voices),
        _transfer(figures, voices),
    )
    return [plot for plot in made if plot is not None]


def _by_voice(figures: Figures, voices: list[str], measure: str) -> list[tuple[str, Figure]]:
    found = [(voice, figures.get(measure, f"voice:{voice}", "group")) for voice in voices]
    return [(voice, one) for voice, one in found if one is not None and one.given]


def _barriers(figures: Figures, voices: list[str]) -> Plot | None:
    rows = []
    for barrier in (one for one in BARRIERS if one != "other"):
        inside = dict(_by_voice(figures, voices, f"barrier.{barrier}.rate"))
        rows.append((barrier, inside))
    rows = [row for row in rows if any(one.estimate for one in row[1].values())]
    if not rows:
        return None
    rows.sort(key=lambda row: (-max(one.estimate for one in row[1].values()), row[0]))
    colours = dict(zip(voices, (LANES[1], LANES[0], LANES[2], LANES[3], LANES[4], LANES[5]) * 4, strict=False))
    markers = dict(zip(voices, "osD^vP" * 4, strict=False))

    def draw(width: Width) -> Markup:
        return _barriers_at(width, rows, colours, markers)

    return Plot(
        "Which barriers each voice names",
        at_widths(draw, (NARROW, MIDDLE)),
        "Mentions of each kind of barrier per 1,000 sentences, by who speaks. Barriers of no stated kind are left out, "
        "and kinds that nobody names. A long bar is a barrier that one voice sees and another leaves out. Intervals "
        "and counts: methods page.",
    )


def _barriers_at(
    width: Width,
    rows: Sequence[tuple[str, Mapping[str, Figure]]],
    colours: Mapping[str, str],
    markers: Mapping[str, str],
) -> Markup:
    with figure(width.inches, 0.9 + 0.36 * len(rows) + (0.2 * len(colours) if width.narrow else 0)) as drawn:
        axes = drawn.add_subplot()
        for place, (_, inside) in enumerate(rows):
            values = [one.estimate for one in inside.values()]
            axes.hlines(place, min(values), max(values), color=RULE, linewidth=2, zorder=1)
        for voice in colours:
            points = [(i, r[voice].estimate) for i, (_, r) in enumerate(rows) if voice in r]
            if points:
                axes.scatter(
                    [value for _, value in points],
                    [place for place, _ in points],
                    color=colours[voice],
                    marker=markers[voice],
                    s=36,
                    clip_on=False,
                    label=words(voice),
                    zorder=3,
                )
        axes.set_yticks(range(len(rows)), [words(name) for name, _ in rows], fontsize=10)
        axes.tick_params(axis="y", pad=9)  # marks at zero stay clear of the names
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(left=0)
        axes.set_xlabel("mentions per 1,000 sentences", fontsize=9.6)
        axes.spines["left"].set_visible(False)
        if width.narrow:
            drawn.legend(fontsize=9.6, loc="outside lower center", labelcolor=INK, ncols=2)
        else:
            axes.legend(fontsize=9.6, loc="lower right", labelcolor=INK)
        return svg(drawn, "Barriers by kind and voice", "Mentions per 1,000 sentences")


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
    return Plot(
        "What stands beside an exemplar",
        at_widths(lambda width: _exemplars_at(width, figures, usable, measures), (NARROW, MIDDLE)),
        "Pilots, pathfinders, beacons and the like, as shares of all exemplars with 95% intervals: how often a barrier "
        "is named with them, and what the sentence does with them (as the classifier has it).",
    )


def _exemplars_at(
    width: Width, figures: Figures, usable: list[str], measures: Sequence[tuple[str, str, str]]
) -> Markup:
    with figure(width.inches, (1.5 if width.narrow else 0.9) + len(usable) * 0.95) as drawn:
        axes = drawn.add_subplot()
        labels, place = [], 0.0
        for voice in usable:
            n = _by_voice(figures, [voice], measures[0][0])[0][1].n
            labels.append((place + 1.5, f"{words(voice)}\n{n:,} exemplars"))
            for measure, name, colour in measures:
                found = _by_voice(figures, [voice], measure)
                if found:
                    one = found[0][1]
                    axes.hlines(place, one.low, one.high, color=colour, linewidth=2.4, alpha=0.45, clip_on=False)
                    axes.scatter(
                        [one.estimate],
                        [place],
                        color=colour,
                        s=34,
                        zorder=3,
                        clip_on=False,
                        label=name if voice == usable[0] else None,
                    )
                place += 1
            place += 0.9
        axes.set_yticks([at for at, _ in labels], [text for _, text in labels], fontsize=10)
        axes.set_ylim(place - 0.6, -0.8)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
        axes.set_xlabel("share of exemplars", fontsize=9.6)
        axes.spines["left"].set_visible(False)
        columns = 1 if width.narrow else 2
        drawn.legend(fontsize=9.2, labelcolor=INK, loc="outside lower center", ncols=columns)
        return svg(drawn, "What stands beside an exemplar", "By voice, four shares with intervals")


def _transfer(figures: Figures, voices: list[str]) -> Plot | None:
    rows = [(words(voice), one) for voice, one in _by_voice(figures, voices, "practice.joint_share")]
    whole = figures.get("practice.joint_share")
    if whole is not None and whole.given:
        rows.append(("whole corpus", whole))
    if not rows:
        return None
    return Plot(
        "Moved as a product, or made together",
        at_widths(lambda width: _transfer_at(width, rows), (NARROW, MIDDLE)),
        "Joint development among mentions of joint development, transfer and dissemination, with 95% intervals.",
    )


def _transfer_at(width: Width, rows: Sequence[tuple[str, Figure]]) -> Markup:
    with figure(width.inches, 1.0 + 0.36 * len(rows)) as drawn:
        axes = drawn.add_subplot()
        axes.axvline(0.5, color=RULE, linewidth=1)
        colours = [ACCENT if name == "whole corpus" else SOFT for name, _ in rows]
        ones = [one for _, one in rows]
        dots_with_intervals(axes, [o.estimate for o in ones], [o.low for o in ones], [o.high for o in ones], colours)
        axes.set_yticks(range(len(rows)), [f"{name}  (n = {one.n:,})" for name, one in rows], fontsize=10)
        axes.set_xlim(0, 1)
        ends = ["all\ntransfer", "half and\nhalf", "all joint\ndevelopment"]
        axes.set_xticks([0, 0.5, 1], ends, fontsize=9.6)
        axes.spines["left"].set_visible(False)
        return svg(drawn, "Transfer or joint development", "By voice, share of joint development with intervals")
