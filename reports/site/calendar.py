"""The evidence calendar as a page: a timeline and a list for each programme, and the consultation windows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from reports.evidence import Evidence
from reports.measures.calendar import CalendarEntry
from reports.measures.dates import published
from reports.measures.windows import ConsultationWindow
from reports.site.pages import Site
from reports.site.plots import ACCENT, INK, LANES, PAPER, RULE, figure, svg
from reports.site.references import Reference, References

USE_WORDS = {
    "cited": "cited",
    "passed_over": "passed over",
    "too_late": "came too late",
    "order_unknown": "no trace; order not settled by the dates",
}
MOST = 60


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One piece of evidence under a policy document."""

    use: str
    words: str
    title: str
    href: str
    published: str
    matched: str
    reference: Reference | None


@dataclass(frozen=True, slots=True)
class PolicyBlock:
    """A policy document and the evidence on its programme."""

    title: str
    href: str
    published: str
    entries: tuple[EvidenceLine, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeBlock:
    """A programme with its timeline."""

    name: str
    svg: Markup
    policies: tuple[PolicyBlock, ...]


@dataclass(frozen=True, slots=True)
class WindowLine:
    """A consultation window with the sentence that states it."""

    opened: date | None
    closed: date | None
    days: int | None
    basis: str
    reference: Reference


def write_calendar(site: Site, evidence: Evidence, references: References) -> None:
    """Write ``calendar.html``."""
    programmes = []
    for name in dict.fromkeys(entry.programme for entry in evidence.calendar):
        entries = [entry for entry in evidence.calendar if entry.programme == name]
        programmes.append(ProgrammeBlock(name, _timeline(entries, evidence), _policies(entries, evidence, references)))
    windows = [_window(window, references) for window in evidence.windows[:MOST]]
    site.page("calendar.html", "calendar.html", programmes=programmes, windows=windows)


def _window(window: ConsultationWindow, references: References) -> WindowLine:
    reference = references.get(window.doc_id, window.sentence_id)
    return WindowLine(window.opened, window.closed, window.days, window.basis, reference)


def _policies(entries: Sequence[CalendarEntry], evidence: Evidence, references: References) -> tuple[PolicyBlock, ...]:
    blocks = []
    for policy in dict.fromkeys(entry.policy for entry in entries):
        own = [entry for entry in entries if entry.policy == policy]
        lines = tuple(
            EvidenceLine(
                entry.use,
                USE_WORDS[entry.use],
                evidence.views[entry.evidence].title,
                references.document(entry.evidence),
                entry.evidence_published,
                f"found by: {entry.matched}",
                None if entry.sentence_id is None else references.get(policy, entry.sentence_id),
            )
            for entry in sorted(own, key=lambda entry: (entry.evidence_published, entry.evidence))
        )
        view = evidence.views[policy]
        blocks.append(PolicyBlock(view.title, references.document(policy), view.text("published"), lines))
    return tuple(sorted(blocks, key=lambda block: (block.published, block.title)))


def _timeline(entries: Sequence[CalendarEntry], evidence: Evidence) -> Markup:
    """Evidence above, policy below, a line from each policy document to what it cites."""
    upper = list(dict.fromkeys(entry.evidence for entry in entries))
    lower = list(dict.fromkeys(entry.policy for entry in entries))
    spans = {name: published(evidence.views[name].text("published")) for name in (*upper, *lower)}
    known = {name: span for name, span in spans.items() if span is not None}
    if not known:
        return Markup("")
    place: dict[str, float] = {}
    for row, names in ((1, upper), (-1, lower)):
        ordered = sorted((n for n in names if n in known), key=lambda n: (known[n].earliest, n))
        place |= {name: row * (1 + 0.6 * step) for step, name in enumerate(ordered)}
    with figure(10, 1.2 + 0.34 * len(place)) as drawn:
        axes = drawn.add_subplot()
        axes.axhline(0, color=RULE, linewidth=1)
        for name, height in place.items():
            first, last = _year(known[name].earliest), _year(known[name].latest)
            colour = LANES[1] if height > 0 else INK
            axes.hlines(height, first, last, color=colour, linewidth=5, alpha=0.35 if first != last else 1)
            axes.scatter([first], [height], color=colour, s=28, marker="o" if height > 0 else "s", zorder=3)
            title = evidence.views[name].title
            text = title if len(title) < 62 else title[:60].rsplit(" ", 1)[0] + "…"
            axes.annotate(
                text,
                (last, height),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.6,
                zorder=4,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5, "alpha": 0.85},
            )
        for entry in entries:
            if entry.use == "cited" and entry.policy in place and entry.evidence in place:
                ends = [_year(known[entry.policy].earliest), _year(known[entry.evidence].earliest)]
                heights = [place[entry.policy], place[entry.evidence]]
                axes.plot(ends, heights, color=ACCENT, linewidth=0.9, alpha=0.7, zorder=1)
        axes.set_yticks([])
        axes.set_ylim(min(place.values(), default=0) - 0.6, max(place.values(), default=0) + 0.6)
        axes.spines["left"].set_visible(False)
        low = min(_year(span.earliest) for span in known.values())
        high = max(_year(span.latest) for span in known.values())
        length = max(high - low, 1.0)
        axes.set_xlim(low - length / 25, high + length * 0.9)
        years = range(math.floor(low), math.ceil(high) + 1)
        axes.set_xticks(list(years)[:: max(1, len(years) // 8)])
        return svg(drawn, "Timeline", f"{len(upper)} pieces of evidence and {len(lower)} policy documents")


def _year(day: date) -> float:
    """A day as a fraction of its year: 2020.5 is the beginning of July 2020."""
    return day.year + (day.timetuple().tm_yday - 1) / 365.25
