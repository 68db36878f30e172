"""Which codes and claims stand in the same sentence more often than chance puts them there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from reports.views import DocumentView

CLAIM = "claim."


@dataclass(frozen=True, slots=True)
class Relation:
    """Two codes: the sentences that hold both, and how many would if codes fell independently within each document.

    Expected counts are summed over documents (``n_a n_b / n``), so that two codes do not look tied only because the
    same documents use both.
    """

    row: str
    column: str
    observed: int
    expected: float

    @property
    def ratio(self) -> float | None:
        """Observed over expected; None where nothing was expected."""
        return self.observed / self.expected if self.expected > 0 else None


def relations(views: Iterable[DocumentView]) -> tuple[tuple[str, ...], dict[tuple[str, str], Relation]]:
    """The codes in order and the relation of each pair; headings are left out.

    Learning and legitimation claims take part under the names ``claim.learning`` and ``claim.legitimation``; a sentence
    has one label, so that the two have no relation to each other.
    """
    held = [(view, _codes_of(view)) for view in views if not view.failed]
    names = tuple(sorted({code for _, sentences in held for codes in sentences.values() for code in codes}))
    place = {name: number for number, name in enumerate(names)}
    observed = np.zeros((len(names), len(names)))
    expected = np.zeros((len(names), len(names)))
    for view, sentences in held:
        total = sum(sentence.kind != "heading" for sentence in view.sentences)
        if not total or not sentences:
            continue
        table = np.zeros((len(sentences), len(names)))
        for line, codes in enumerate(sentences.values()):
            table[line, [place[code] for code in codes]] = 1
        sums = table.sum(axis=0)
        observed += table.T @ table
        expected += np.outer(sums, sums) / total
    return names, {
        (a, b): Relation(a, b, int(observed[place[a], place[b]]), float(expected[place[a], place[b]]))
        for a in names
        for b in names
        if a != b and not (a.startswith(CLAIM) and b.startswith(CLAIM))
    }


def _codes_of(view: DocumentView) -> dict[int, set[str]]:
    body = {sentence.sentence_id for sentence in view.sentences if sentence.kind != "heading"}
    found: dict[int, set[str]] = {}
    for mention in view.mentions:
        if mention.sentence_id in body:
            found.setdefault(mention.sentence_id, set()).add(mention.code)
    for number, claim in view.claims.items():
        if claim.is_claim and number in body:
            found.setdefault(number, set()).add(f"{CLAIM}{claim.label}")
    return found
