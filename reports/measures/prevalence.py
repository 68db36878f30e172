"""The share of learning among claims as the coded sample gives it, free of the classifier's errors.

The project's labels hold, for some documents, sentences that two people coded and the probability with which each was
drawn. Where a run read the same bytes, these give the share by design: each coded sentence counts for as many as it
stands for. The classifier's own predictions take no part, because it was trained on the same sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from corpus.codings import LABELS, DrawnSentence, LabelError, read_labels
from models.statistics.prevalence import CodedSample, PrevalenceRefusedError, Share, share
from reports.measures.row import MINIMUM_N, MeasureRow, Scope
from reports.views import DocumentView

MEASURE = "claims.learning_share.coded"
GROUPINGS = ("kind", "programme", "voice")


@cache
def _coded(folder: Path = LABELS) -> tuple[tuple[DrawnSentence, str], ...]:
    """Sentences drawn with a known probability and their adjudicated label."""
    try:
        labels = read_labels(folder)
    except (LabelError, OSError):
        return ()
    decided = {one.sentence: one.claim for one in labels.adjudicated}
    return tuple(
        (drawn, decided[drawn.sentence])
        for drawn in labels.sentences
        if drawn.inclusion_probability is not None and drawn.sentence in decided
    )


def prevalence_rows(views: Sequence[DocumentView]) -> Iterator[MeasureRow]:
    """Rows for documents (their own sentences), groups and the corpus (documents as clusters), where enough is coded.

    Both labels have to occur: a share of 0 or 1 has no interval here.
    """
    known = {view.text("sha256"): view for view in views if not view.failed}
    coded = [(drawn, label) for drawn, label in _coded() if drawn.anchor.sha256 in known]
    by_document: dict[str, list[tuple[DrawnSentence, str]]] = {}
    for drawn, label in coded:
        by_document.setdefault(known[drawn.anchor.sha256].doc_id, []).append((drawn, label))
    for doc_id, own in sorted(by_document.items()):
        yield from _row("document", doc_id, own)
    by_id = {view.doc_id: view for view in views}
    for grouping in GROUPINGS:
        values = sorted({by_id[doc_id].text(grouping) for doc_id in by_document} - {""})
        for value in values:
            inside = [one for d, own in by_document.items() if by_id[d].text(grouping) == value for one in own]
            yield from _row("group", f"{grouping}:{value}", inside)
    yield from _row("corpus", "", coded)


def _row(scope: Scope, name: str, coded: Sequence[tuple[DrawnSentence, str]]) -> Iterator[MeasureRow]:
    claims = sum(label != "neither" for _, label in coded)
    if claims < MINIMUM_N or len({label for _, label in coded} - {"neither"}) < 2:
        return
    try:
        found = coded_share(coded, documents=scope != "document")
    except PrevalenceRefusedError:
        return
    documents = "" if scope == "document" else f" in {found.clusters} coded documents"
    method = f"{claims} claims among {found.n} coded sentences{documents}; {found.method}"
    yield MeasureRow(scope, name, MEASURE, found.estimate, found.low, found.high, claims, method)


def coded_share(coded: Sequence[tuple[DrawnSentence, str]], documents: bool) -> Share:
    """Learning among claims from coded sentences alone, each weighted by the inverse of its inclusion probability.

    Raises
    ------
    PrevalenceRefusedError
        Where there are too few coded claims or documents.
    """
    nothing = np.zeros(len(coded))
    sample = CodedSample(
        np.arange(len(coded)),
        np.array([float(label == "learning") for _, label in coded]),
        np.array([float(label != "neither") for _, label in coded]),
        np.array([drawn.inclusion_probability for drawn, _ in coded], dtype=float),
        [f"{drawn.frame}/{drawn.stratum}" for drawn, _ in coded],
    )
    names = [drawn.doc_id for drawn, _ in coded]
    return share(nothing, nothing, names, sample, uncertainty="documents" if documents else "sentences")
