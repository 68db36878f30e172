"""The narrative gap as a page: a heat map over programmes and a table with intervals for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib.colors import LinearSegmentedColormap, Normalize

from reports.evidence import Evidence
from reports.measures.counts import BARRIERS
from reports.measures.gap import GapRow
from reports.measures.row import MINIMUM_N
from reports.site.names import words
from reports.site.pages import Site
from reports.site.pairs import PairLink
from reports.site.plots import SOFT, figure, svg
from reports.site.references import References

# Blue to orange through grey: safe for colour-blind readers, and told apart by lightness on either side.
SCALE = LinearSegmentedColormap.from_list("gap", ["#b35806", "#f1a340", "#d9d6ce", "#7fb2dd", "#2166ac"])


@dataclass(frozen=True, slots=True)
class Named:
    """A document's name and address."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class GapProgramme:
    """A programme's table."""

    name: str
    evidence: tuple[Named, ...]
    policy: tuple[Named, ...]
    rows: tuple[GapRow, ...]
    order_known: bool


def write_gap(site: Site, evidence: Evidence, references: References, pairs: Sequence[PairLink], stamp: Markup) -> None:
    """Write ``gap.html``."""
    programmes = []
    for name in dict.fromkeys(row.programme for row in evidence.gap):
        rows = tuple(row for row in evidence.gap if row.programme == name)
        sides = [
            tuple(Named(evidence.views[doc].title, references.document(doc)) for doc in side)
            for side in (rows[0].evidence, rows[0].policy)
        ]
        programmes.append(GapProgramme(name, sides[0], sides[1], rows, rows[0].order_known))
    drawing = _heat_map(programmes) if programmes else Markup("")
    site.page("gap.html", "gap.html", programmes=programmes, svg=drawing, pairs=pairs, stamp=stamp, minimum=MINIMUM_N)


def _heat_map(programmes: Sequence[GapProgramme]) -> Markup:
    cells = np.full((len(programmes), len(BARRIERS)), np.nan)
    for line, programme in enumerate(programmes):
        for row in programme.rows:
            if row.ratio is not None and row.raised + row.taken >= MINIMUM_N:
                cells[line, BARRIERS.index(row.barrier)] = math.log2(max(row.ratio.estimate, 1 / 16))
    with figure(10, 1.5 + 0.5 * len(programmes)) as drawn:
        axes: Any = drawn.add_subplot()
        scale = Normalize(-2, 2, clip=True)
        for line, programme in enumerate(programmes):
            for row in programme.rows:
                column = BARRIERS.index(row.barrier)
                value = cells[line, column]
                colour = "none" if np.isnan(value) else SCALE(scale(value))
                axes.barh(line, 0.96, 0.92, column - 0.48, color=colour, edgecolor=SOFT, linewidth=0.4)
                dark = not np.isnan(value) and abs(value) > 1.3
                axes.text(
                    column,
                    line,
                    f"{row.raised} → {row.taken}",
                    ha="center",
                    va="center",
                    fontsize=8.2,
                    color=SOFT if np.isnan(value) else ("#ffffff" if dark else "#1d2126"),
                )
        axes.set_xticks(range(len(BARRIERS)), [words(name).replace(" ", "\n") for name in BARRIERS], fontsize=8.4)
        axes.set_yticks(range(len(programmes)), [programme.name for programme in programmes], fontsize=9)
        axes.set_xlim(-0.5, len(BARRIERS) - 0.5)
        axes.set_ylim(len(programmes) - 0.5, -0.5)
        axes.xaxis.tick_top()
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        steps = [(-2, "a quarter or less"), (-1, "half"), (0, "as often"), (1, "twice"), (2, "four times or more")]
        handles = [axes.scatter([], [], marker="s", s=60, color=SCALE(scale(v)), label=text) for v, text in steps]
        axes.legend(
            handles=handles, loc="upper center", bbox_to_anchor=(0.45, -0.04), ncols=5, fontsize=8.4, handletextpad=0.3
        )
        return svg(drawn, "Barriers taken up over barriers raised", f"{len(programmes)} programmes by ten barriers")
