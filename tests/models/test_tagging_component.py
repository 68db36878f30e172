"""The tagger inside a spaCy pipeline."""

from __future__ import annotations

import spacy
from spacy.tokens import Doc, Span

import models.tagging.component  # noqa: F401 - makes the factory known
from models.tagging.component import NAME


def pipeline():
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe(NAME)
    return nlp


def test_mentions_are_span_groups_with_attributes():
    doc = pipeline()("The quay opened. Fog was no barrier to the boats. We work together with schools.")
    barriers = doc.spans["barrier"]
    assert [(s.text, s.label_) for s in barriers if "barrier" in s.text] != []
    assert len(barriers.attrs["rule"]) == len(barriers)
    assert barriers.attrs["status"][0] == "negated"
    assert {s.label_ for s in doc.spans["partnership"]} >= {"partnership.working"}
    assert set(doc.spans) == {"barrier", "best_practice", "partnership", "learning_mode"}


def test_overlapping_spans_are_kept():
    doc = pipeline()("We praise best practice partnerships with schools.")
    best, partners = doc.spans["best_practice"], doc.spans["partnership"]
    assert len(best) > 0
    assert len(partners) > 0


def test_predict_writes_nothing_and_set_annotations_does():
    nlp = pipeline()
    component = nlp.get_pipe(NAME)
    doc = nlp.make_doc("A lack of crews remains.")
    found = component.predict([doc])
    assert dict(doc.spans) == {}
    component.set_annotations([doc], found)
    assert len(doc.spans["barrier"]) == len([m for m in found[0] if m.code.startswith("barrier")]) > 0


def test_nothing_is_registered_on_doc_or_span():
    pipeline()("A lack of crews remains.")
    assert not Doc.has_extension("mentions")
    assert Doc.has_extension(NAME) is False
    assert [name for name in vars(Span) if "halfloop" in name] == []


def test_a_doc_without_sentences_is_tagged_as_one():
    nlp = spacy.blank("en")
    nlp.add_pipe(NAME)
    doc = nlp("A lack of crews remains. Best practice spreads.")
    assert len(doc.spans["barrier"]) > 0
    assert len(doc.spans["best_practice"]) > 0


def test_the_pipeline_gives_what_the_tagger_gives():
    nlp = pipeline()
    text = "The crews face a shortage of boats. The pilot was run in partnership with two schools."
    component = nlp.get_pipe(NAME)
    doc = nlp(text)
    expected = [m for s in doc.sents for m in component.tagger.tag_sentences([s.text])[0]]
    assert sum(len(doc.spans[c]) for c in doc.spans) == len(expected)
