"""The table of code relations: observed and expected counts, each cell leading to its concordance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from reports.measures.relations import Relation, relations
from reports.site.names import TOP_CODES, code_words
from reports.site.pages import Site
from reports.views import DocumentView

LEAST_EXPECTED = 1.0


@dataclass(frozen=True, slots=True)
class RelationCell:
    """A cell: what it says, how strongly it is coloured (-3 to 3) and where it leads."""

    text: str
    note: str
    step: int
    href: str


@dataclass(frozen=True, slots=True)
class RelationLine:
    """A row of the table."""

    code: str
    label: str
    cells: tuple[RelationCell | None, ...]


def write_relations(site: Site, views: Mapping[str, DocumentView]) -> None:
    """Write ``relations.html``."""
    names, found = relations(views.values())
    order = sorted(names, key=_order)
    lines = [
        RelationLine(
            row, _label(row), tuple(_cell(found[row, column]) if (row, column) in found else None for column in order)
        )
        for row in order
    ]
    strongest = sorted(
        (
            r
            for r in found.values()
            if r.row < r.column and r.expected >= LEAST_EXPECTED and r.observed >= 5 and _step(r) > 0
        ),
        key=lambda r: (-_surprise(r), r.row, r.column),
    )
    top = [(_label(r.row), _label(r.column), r, _cell(r)) for r in strongest[:12]]
    columns = [_label(name) for name in order]
    site.page("relations.html", "relations.html", columns=columns, lines=lines, strongest=top, least=LEAST_EXPECTED)


def _order(name: str) -> tuple[int, str]:
    top = name.partition(".")[0]
    tops = ("claim", *TOP_CODES)
    return (tops.index(top) if top in tops else len(tops), name)


def _label(name: str) -> str:
    top, _, sub = name.partition(".")
    return f"{sub} claim" if top == "claim" else code_words(name)


def _surprise(relation: Relation) -> float:
    """How far the observed count stands above the expected one, in standard deviations of a Poisson count."""
    return (relation.observed - relation.expected) / math.sqrt(max(relation.expected, 0.1))


def _step(relation: Relation) -> int:
    """The colour of a cell: how many times two standard deviations above (or below) what was expected."""
    if max(relation.expected, relation.observed) < LEAST_EXPECTED or relation.expected <= 0:
        return 0
    return max(-3, min(3, int(_surprise(relation) / 2)))


def _cell(relation: Relation) -> RelationCell:
    expected = f"{relation.expected:.1f}" if relation.expected < 10 else f"{relation.expected:.0f}"
    return RelationCell(
        str(relation.observed) if relation.observed else "·",
        f"{_label(relation.row)} with {_label(relation.column)}: {relation.observed} sentences, {expected} expected",
        _step(relation),
        _address(relation.row, relation.column),
    )


def _address(row: str, column: str) -> str:
    first, second = (column, row) if row.startswith("claim.") else (row, column)
    if first.startswith("claim."):
        return ""
    return f"concordance.html#code={first}&with={second}"
