"""How far the project's coders agree: claim, per class, depth and learner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.codings import LabelSet
from models.statistics.agreement import Agreement, bootstrap_alpha, one_against_rest

CLAIMS = ("neither", "learning", "legitimation")


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One question and how far coders agree on it."""

    what: str
    agreement: Agreement


def agreement_rows(labels: LabelSet, rounds: int = 500) -> Iterator[AgreementRow]:
    """Alpha with document-bootstrap intervals for each question.

    Depth and learner are compared where every coder of the sentence said ``learning``.
    """
    document = {s.sentence: s.doc_id for s in labels.sentences}
    codings = labels.codings_of()
    names = list(codings)
    groups = [document[name] for name in names]
    claims = [tuple(c.claim for c in codings[name]) for name in names]
    yield AgreementRow("claim", bootstrap_alpha(claims, groups=groups, rounds=rounds))
    for label in CLAIMS:
        units = one_against_rest(claims, label)
        yield AgreementRow(f"{label} against the rest", bootstrap_alpha(units, groups=groups, rounds=rounds))
    both = [name for name in names if all(c.claim == "learning" for c in codings[name])]
    for question in ("depth", "learner"):
        answers = [tuple(getattr(c, question) or None for c in codings[name]) for name in both]
        found = bootstrap_alpha(answers, groups=[document[name] for name in both], rounds=rounds)
        yield AgreementRow(f"{question}, where both said learning", found)
