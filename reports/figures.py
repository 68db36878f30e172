"""Measured figures in words: with interval and denominator, or why they are not given."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from reports.measures.definitions import BY_NAME
from reports.measures.row import MeasureRow, Scope
from reports.runs import Run


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure as it is shown: ``text`` for the eye, ``note`` for its interval and n."""

    measure: str
    label: str
    text: str
    note: str
    estimate: float
    low: float
    high: float
    n: int
    method: str

    @property
    def given(self) -> bool:
        """False where the figure is withheld."""
        return not math.isnan(self.estimate)

    @property
    def range(self) -> str:
        """The interval alone: ``52% to 79%``; empty where there is none."""
        unit = BY_NAME[self.measure].unit if self.measure in BY_NAME else "count"
        return "" if math.isnan(self.low) else f"{shown(self.low, unit)} to {shown(self.high, unit)}"

    @property
    def allowance(self) -> str:
        """How far the interval allows for the classifier, as a sentence."""
        if "allows for the classifier's errors" in self.method:
            return f"Its interval {self.method[self.method.index('allows for') :]}."
        return (
            "Its interval leaves the errors of the classifier out." if "errors of the classifier" in self.method else ""
        )


class Figures:
    """The measures of a run, by scope, name and measure."""

    def __init__(self, run: Run) -> None:
        columns = ["scope", "doc_id", "measure", "estimate", "low", "high", "n", "method"]
        rows = zip(*(run.measures[name].tolist() for name in columns), strict=True)
        self._rows = {(scope, name, measure): tuple(rest) for scope, name, measure, *rest in rows}

    def get(self, measure: str, doc_id: str = "", scope: Scope | None = None) -> Figure | None:
        """The figure of a document, of a group (``voice:government``) or, without ``doc_id``, of the corpus."""
        scope = scope or ("document" if doc_id else "corpus")
        found = self._rows.get((scope, doc_id, measure))
        if found is None:
            return None
        estimate, low, high, n, method = found
        return figure(MeasureRow(scope, doc_id, measure, float(estimate), float(low), float(high), int(n), str(method)))

    def several(self, measures: Iterable[str], doc_id: str = "", scope: Scope | None = None) -> list[Figure]:
        """Those of the measures that exist."""
        found = (self.get(measure, doc_id, scope) for measure in measures)
        return [one for one in found if one is not None]


def figure(row: MeasureRow) -> Figure:
    """Put one row of measures into words."""
    measure, method = row.measure, row.method
    estimate, low, high, n = row.estimate, row.low, row.high, row.n
    definition = BY_NAME.get(measure)
    label = definition.label if definition else measure
    unit = definition.unit if definition else "count"
    if math.isnan(estimate):
        head = method.split(";", maxsplit=1)[0].removeprefix("withheld: ").split(",")[0]
        head, note = ("none", "") if not n else (head, "too few to give as a share")
        return Figure(measure, label, head, note, estimate, low, high, n, method)
    note = f"{shown(low, unit)} to {shown(high, unit)}" if not math.isnan(low) else ""
    n_words = f"n = {n:,}" if unit != "per 1,000 sentences" else f"n = {n:,} sentences"
    note = f"({note}; {n_words})" if note else f"({n_words})"
    text = shown(estimate, unit) + (" per 1,000 sentences" if unit == "per 1,000 sentences" else "")
    return Figure(measure, label, text, note, estimate, low, high, n, method)


def shown(value: float, unit: str) -> str:
    """A number in its unit, no more exact than it is."""
    if unit == "share":
        return f"{100 * value:.0f}%"
    if unit == "per 1,000 sentences":
        return f"{value:.1f}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
