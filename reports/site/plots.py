"""Plots by matplotlib as SVG inside the page, in the page's own colours and type, with the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from markupsafe import Markup

mpl.use("svg")

from matplotlib.figure import Figure

# Colours that stand for the page's own: replaced by CSS variables after drawing, so that plots follow the theme.
INK, SOFT, RULE, PAPER, ACCENT = "#010101", "#020202", "#030303", "#040404", "#050505"
LEARNING, LEGITIMATION = "#060606", "#070707"
LANES = tuple(f"#10{n:02x}10" for n in range(8))
_VARIABLES = {
    INK: "--ink",
    SOFT: "--soft",
    RULE: "--rule",
    PAPER: "--paper",
    ACCENT: "--accent",
    LEARNING: "--learning",
    LEGITIMATION: "--legitimation",
} | {colour: f"--k{n}" for n, colour in enumerate(LANES)}

STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "halfloop",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": SOFT,
    "axes.titlecolor": INK,
    "axes.facecolor": "none",
    "axes.grid": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": SOFT,
    "ytick.labelcolor": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "path.simplify": True,
}


@contextmanager
def figure(width: float, height: float) -> Iterator[Figure]:
    """A figure in inches that is drawn in the site's style while the block lasts."""
    with mpl.rc_context(STYLE):
        yield Figure(figsize=(width, height), layout="constrained")


@dataclass(frozen=True, slots=True)
class Width:
    """One of the widths that a plot is drawn at, in inches; the page shows the one that fits (``site.css``)."""

    name: str
    inches: float

    @property
    def narrow(self) -> bool:
        """Whether labels have to stand above what they name."""
        return self.inches < 5


NARROW, MIDDLE, FULL = Width("narrow", 4.2), Width("middle", 6.6), Width("full", 13.0)


def at_widths(draw: Callable[[Width], Markup], widths: Sequence[Width]) -> Markup:
    """A plot drawn once for each width, so that its letters are as large on a telephone as on a desk."""
    names = [width.name for width in widths]
    upper = "" if FULL in widths else " alone"
    parts = [
        Markup('<div class="at-{}{}">{}</div>').format(name, upper if width == MIDDLE else "", draw(width))
        for name, width in zip(names, widths, strict=True)
    ]
    return Markup("").join(parts)


def svg(drawn: Figure, title: str, description: str) -> Markup:
    """The figure as markup for a page, named for readers who hear it.

    Everything that matplotlib writes is escaped by it; the ids are made the figure's own, so that two plots on one
    page do not share clip paths.
    """
    out = io.StringIO()
    drawn.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var({variable})")
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"font: [^;\"]*?(\d+(?:\.\d+)?)px [^;\"]*", r"font-size: \1px", text)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    text = re.sub(
        r"\n\s*", "\n", _own_ids(text, hashlib.sha256(f"{title} {drawn.get_figwidth()}".encode()).hexdigest()[:6])
    )
    head = Markup('<svg role="img" aria-label="{}" ').format(f"{title}. {description}")
    return head + Markup(text[len("<svg ") :])


def _own_ids(text: str, prefix: str) -> str:
    """Ids that something in the drawing refers to get a prefix of their own, all others go."""
    used = set(re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", text))

    def kept(match: re.Match[str]) -> str:
        return f' id="{prefix}-{match.group(1)}"' if match.group(1) in used else ""

    text = re.sub(r' id="([^"]*)"', kept, text)
    return re.sub(r"(url\(#|href=\"#)", rf"\g<1>{prefix}-", text)


def dots_with_intervals(
    axes: Any, estimates: Sequence[float], lows: Sequence[float], highs: Sequence[float], colours: Sequence[str]
) -> None:
    """Estimates as dots with their intervals as lines, the first on top."""
    places = list(range(len(estimates)))
    axes.hlines(places, lows, highs, colors=colours, linewidth=2, alpha=0.45, clip_on=False)
    axes.scatter(estimates, places, c=list(colours), s=34, zorder=3, clip_on=False)
    axes.set_ylim(len(places) - 0.4, -0.6)
