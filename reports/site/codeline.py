"""The codeline of a document: one row a code, the pages along it, a stroke for each mention and claim."""

from __future__ import annotations

import math

from markupsafe import Markup

from reports.site.names import code_words, lane, words
from reports.site.plots import INK, LANES, LEARNING, LEGITIMATION, RULE, SOFT, figure, svg
from reports.views import DocumentView

LEAST_SENTENCES = 40
LEAST_PAGES = 3
ROW = 0.19
MOST_ROWS = 26


def codeline(view: DocumentView, tops: tuple[str, ...]) -> Markup:
    """The codeline as SVG; empty where the document is too short to have a shape."""
    if len(view.sentences) < LEAST_SENTENCES or max(s.page for s in view.sentences) < LEAST_PAGES:
        return Markup("")
    place = _positions(view)
    rows: dict[str, list[float]] = {"learning claim": [], "legitimation claim": []}
    colours = {"learning claim": LEARNING, "legitimation claim": LEGITIMATION}
    for number, claim in view.claims.items():
        if claim.is_claim and number in place:
            rows.setdefault(f"{claim.label} claim", []).append(place[number])
    counts: dict[str, list[float]] = {}
    for mention in view.mentions:
        counts.setdefault(mention.code, []).append(place[mention.sentence_id])
    kept = sorted(counts, key=lambda code: (-len(counts[code]), code))[: MOST_ROWS - 2]
    for code in sorted(kept, key=lambda code: (tops.index(code.partition(".")[0]), code)):
        name = code_words(code)
        rows[name] = counts[code]
        colours[name] = LANES[lane(code.partition(".")[0], tops)]
    return _draw(view, rows, colours)


def _positions(view: DocumentView) -> dict[int, float]:
    """Where each sentence stands, in pages: 3.5 is the middle of page 3."""
    on_page: dict[int, int] = {}
    for sentence in view.sentences:
        on_page[sentence.page] = on_page.get(sentence.page, 0) + 1
    seen: dict[int, int] = {}
    place = {}
    for sentence in view.sentences:
        seen[sentence.page] = seen.get(sentence.page, 0) + 1
        place[sentence.sentence_id] = sentence.page + (seen[sentence.page] - 0.5) / on_page[sentence.page]
    return place


def _draw(view: DocumentView, rows: dict[str, list[float]], colours: dict[str, str]) -> Markup:
    names = list(rows)
    last = max(max((s.page for s in view.sentences), default=1), 1)
    with figure(10.5, 0.5 + ROW * len(names)) as drawn:
        axes = drawn.add_subplot()
        for row, name in enumerate(names):
            along = [x for place in rows[name] for x in (place, place, math.nan)]
            across = [y for _ in rows[name] for y in (row - 0.36, row + 0.36, math.nan)]
            axes.plot(along, across, color=colours[name], linewidth=1.1, solid_capstyle="butt")
        axes.set_yticks(range(len(names)), [f"{words(name)}  {len(rows[name])}" for name in names], fontsize=8.2)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xlim(1, last + 1)
        step = max(1, round(last / 12))
        pages = list(range(1, last + 1, step))
        axes.set_xticks([page + 0.5 for page in pages], [str(page) for page in pages], fontsize=8.2, color=SOFT)
        axes.hlines([1.5], 1, last + 1, color=RULE, linewidth=0.8)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("page", fontsize=8.2)
        axes.tick_params(axis="y", labelcolor=INK)
        return svg(drawn, "Codeline", f"{len(names)} rows of codes over {last} pages")
