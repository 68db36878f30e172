"""The tagger as a spaCy component, for any pipeline: ``nlp.add_pipe("halfloop_mentions")`` after importing this module.

Mentions go into one span group per code (``doc.spans["barrier"]``, …), where overlap is allowed; a span's label is the
full code. Rule, locus, status and entity of the spans stand in the group's ``attrs``, in the order of its spans.
Nothing is registered on ``Doc`` or ``Span``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from corpus.codebook import load_codebook
from models.tagger import Tagger
from models.tagging.exemplars import find_exemplars
from models.tagging.mentions import SentenceMention

NAME = "halfloop_mentions"


class MentionComponent:
    """Reads sentences (the whole text where a pipeline sets none), writes span groups.

    ``predict`` only reads and returns; ``set_annotations`` only writes.
    """

    def __init__(self, tagger: Tagger, programme: str = "") -> None:
        self.tagger = tagger
        self.programme = programme

    def __call__(self, doc: Doc) -> Doc:
        """Tag one document."""
        self.set_annotations([doc], self.predict([doc]))
        return doc

    def predict(self, docs: Sequence[Doc]) -> list[list[SentenceMention]]:
        """Mentions of each document, with offsets into its text."""
        out = []
        for doc in docs:
            pieces = (
                [(s.start_char, s.text) for s in doc.sents] if doc.has_annotation("SENT_START") else [(0, doc.text)]
            )
            texts = [text for _, text in pieces]
            exemplars = find_exemplars(texts, self.programme)
            found = self.tagger.tag_sentences(texts, exemplars)
            out.append([_moved(m, start) for (start, _), ms in zip(pieces, found, strict=True) for m in ms])
        return out

    def set_annotations(self, docs: Sequence[Doc], mentions: Sequence[Sequence[SentenceMention]]) -> None:
        """Write one span group per code; spans widen to whole tokens of the pipeline's tokenizer."""
        for doc, own in zip(docs, mentions, strict=True):
            for code in self.tagger.codebook.by_name:
                spans: list[Span] = []
                kept: list[SentenceMention] = []
                for m in own:
                    span = doc.char_span(m.start, m.end, label=m.code, alignment_mode="expand")
                    if m.code.partition(".")[0] == code and span is not None:
                        spans.append(span)
                        kept.append(m)
                attrs = {
                    "rule": [m.rule for m in kept],
                    "locus": [m.locus for m in kept],
                    "status": [m.status for m in kept],
                    "entity": [m.entity for m in kept],
                }
                doc.spans[code] = SpanGroup(doc, name=code, spans=spans, attrs=attrs)


def _moved(m: SentenceMention, by: int) -> SentenceMention:
    return SentenceMention(m.start + by, m.end + by, m.code, m.rule, m.locus, m.status, m.entity)


@Language.factory(NAME, default_config={"codebook": None, "programme": ""})
def make_component(nlp: Language, name: str, codebook: str | None, programme: str) -> MentionComponent:
    """Factory for ``nlp.add_pipe``; ``codebook`` is a path, the project's own where None."""
    return MentionComponent(Tagger(load_codebook(Path(codebook) if codebook else None)), programme)
