"""The share of learning among claims, the classifier corrected by sentences that people coded.

The project's labels hold, for some documents, sentences that two people coded and the probability with which each was
drawn. Where a run read the same bytes, the classifier's total over all sentences is corrected by its weighted errors
in the coded ones (the difference estimator, :mod:`models.statistics.prevalence`). Of a coded sentence the prediction is
that of a model that had not seen its document: the run's own was trained on it, and its errors there are too small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np

from corpus.drawable import could_be_drawn
from corpus.standoff import letters_of, whole_of
from models.statistics.prevalence import (
    FEWEST_CLUSTERS,
    CodedSample,
    PrevalenceRefusedError,
    Share,
    Uncertainty,
    share,
)
from reports.measures.held_out import CodedSentence, HeldOut, by_document, coded_sentences, held_out_predictions
from reports.measures.row import MINIMUM_N, MeasureRow, Scope
from reports.views import DocumentView, SentenceRow

MEASURE = "claims.learning_share.coded"
EDGE = 0.002
GROUPINGS = ("kind", "programme", "voice")


@dataclass
class Population:
    """Sentences that could have been drawn, with their predictions, and those of them that were coded.

    ``places`` are their ids in the run; None for a coded sentence that the run does not have word for word.
    """

    part: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    places: list[int | None] = field(default_factory=list)
    coded: list[tuple[int, CodedSentence]] = field(default_factory=list)

    def add(self, other: Population) -> None:
        """Append another population."""
        start = len(self.part)
        self.part += other.part
        self.whole += other.whole
        self.documents += other.documents
        self.places += other.places
        self.coded += [(start + place, one) for place, one in other.coded]

    def without(self, sentences: Set[int]) -> Population:
        """The sentences of the run except these."""
        kept = [at for at, place in enumerate(self.places) if place is not None and place not in sentences]
        new = {at: number for number, at in enumerate(kept)}
        return Population(
            [self.part[at] for at in kept],
            [self.whole[at] for at in kept],
            [self.documents[at] for at in kept],
            [self.places[at] for at in kept],
            [(new[at], one) for at, one in self.coded if at in new],
        )

    @property
    def claims(self) -> int:
        """How many of the coded sentences are claims."""
        return sum(one.label != "neither" for _, one in self.coded)

    def share(self, uncertainty: Uncertainty) -> Share:
        """Learning among claims by the difference estimator.

        Raises
        ------
        PrevalenceRefusedError
            Where there are too few coded claims or documents.
        """
        sample = CodedSample(
            np.array([place for place, _ in self.coded]),
            np.array([float(one.label == "learning") for _, one in self.coded]),
            np.array([float(one.label != "neither") for _, one in self.coded]),
            np.array([one.probability for _, one in self.coded]),
            [f"{one.drawn.frame}/{one.drawn.stratum}" for _, one in self.coded],
        )
        return share(np.array(self.part), np.array(self.whole), self.documents, sample, uncertainty=uncertainty)


def prevalence_rows(views: Sequence[DocumentView], model: str = "") -> Iterator[MeasureRow]:
    """Rows for documents, groups and the corpus, where enough is coded.

    A document's interval, and that of a group with few coded documents, is about exactly these documents; otherwise
    documents stand for others like them. Both labels have to occur: a share of 0 or 1 has no interval here.

    Parameters
    ----------
    model
        Name of the model that made the claims. Predictions help only where it is shipped with held-out ones.
    """
    said = held_out_predictions(model)
    coded = by_document(coded_sentences())
    readable = sorted((view for view in views if not view.failed), key=lambda view: view.doc_id)
    found = [
        (view, population(view, coded[view.text("sha256")], said)) for view in readable if view.text("sha256") in coded
    ]
    for view, own in found:
        yield from _row("document", view.doc_id, own, "sentences")
    for grouping in GROUPINGS:
        for value in sorted({view.text(grouping) for view, _ in found} - {""}):
            inside = [own for view, own in found if view.text(grouping) == value]
            yield from _row("group", f"{grouping}:{value}", _together(inside), _uncertainty(len(inside)))
    yield from _row("corpus", "", _together([own for _, own in found]), _uncertainty(len(found)))


def _uncertainty(documents: int) -> Uncertainty:
    return "documents" if documents >= FEWEST_CLUSTERS else "sentences"


def _together(populations: Sequence[Population]) -> Population:
    whole = Population()
    for one in populations:
        whole.add(one)
    return whole


def population(view: DocumentView, coded: Sequence[CodedSentence], said: Mapping[str, HeldOut]) -> Population:
    """The sentences of a document that could have been drawn; coded ones that changed since then are added to them."""
    wanted = {(one.drawn.anchor.length, one.drawn.anchor.whole): one for one in coded}
    lengths = {length for length, _ in wanted}
    found, seen = Population(), set[str]()
    for sentence in view.sentences:
        if not could_be_drawn(sentence.text, sentence.kind):
            continue
        letters = letters_of(sentence.text)
        if letters in seen:
            continue
        seen.add(letters)
        one = wanted.pop((len(letters), whole_of(letters)), None) if len(letters) in lengths else None
        found.places.append(sentence.sentence_id)
        _append(found, view, one, _predicted(view, sentence, one, said))
    for one in wanted.values():
        found.places.append(None)
        _append(found, view, one, _unseen(one, said) or (0.0, 0.0))
    return found


def _append(found: Population, view: DocumentView, one: CodedSentence | None, predicted: tuple[float, float]) -> None:
    if one is not None:
        found.coded.append((len(found.part), one))
    found.part.append(predicted[0])
    found.whole.append(sum(predicted))
    found.documents.append(view.doc_id)


def _predicted(
    view: DocumentView, sentence: SentenceRow, one: CodedSentence | None, said: Mapping[str, HeldOut]
) -> tuple[float, float]:
    """Probabilities of learning and legitimation; none without held-out predictions to correct them by."""
    claim = view.claims.get(sentence.sentence_id)
    if not said or claim is None:
        return 0.0, 0.0
    unseen = None if one is None else _unseen(one, said)
    return unseen or (claim.p_learning, claim.p_legitimation)


def _unseen(one: CodedSentence, said: Mapping[str, HeldOut]) -> tuple[float, float] | None:
    prediction = said.get(one.drawn.sentence)
    return None if prediction is None else (prediction.p_learning, prediction.p_legitimation)


def own_words(view: DocumentView, repeated: Set[int], model: str) -> MeasureRow | None:
    """The corrected share of a document leaving out sentences that repeat another's; None where too little is coded."""
    coded = by_document(coded_sentences()).get(view.text("sha256"))
    if not coded:
        return None
    found = population(view, coded, held_out_predictions(model)).without(repeated)
    return next(_row("document", view.doc_id, found, "sentences"), None)


def _row(scope: Scope, name: str, found: Population, uncertainty: Uncertainty) -> Iterator[MeasureRow]:
    labels = {one.label for _, one in found.coded} - {"neither"}
    if found.claims < MINIMUM_N or len(labels) < 2:
        return
    try:
        given = found.share(uncertainty)
    except PrevalenceRefusedError:
        return
    if not EDGE < given.estimate < 1 - EDGE:  # so near to all or nothing that the interval says nothing
        return
    counted = "1 coded document" if given.clusters == 1 else f"{given.clusters} coded documents"
    documents = "" if scope == "document" else f" in {counted}"
    method = f"{found.claims:,} claims among {given.n:,} coded sentences{documents}; {given.method}"
    yield MeasureRow(scope, name, MEASURE, given.estimate, given.low, given.high, found.claims, method)
