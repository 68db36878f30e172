"""The tagger: finds every mention of the codebook's codes in a document and says what kind and why."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from corpus.codebook import Codebook
from extractors.document import Document, sentence_texts
from models.records import Mention
from models.tagging.candidates import CandidateFinder
from models.tagging.mentions import MentionMaker, SentenceMention

TAGGER_VERSION = "1"


class Tagger:
    """Finds mentions. Building one compiles the codebook (a fraction of a second); tagging changes nothing in it."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self._finder = CandidateFinder(codebook)
        self._maker = MentionMaker(codebook)
        self.digest = hashlib.sha256(f"{codebook.digest}\n{TAGGER_VERSION}".encode()).hexdigest()

    def tag(self, document: Document, programme: str = "") -> tuple[Mention, ...]:
        """All mentions of a document, sorted by place and code.

        Parameters
        ----------
        document
            What the extractors made of a file.
        programme
            The programme that the manifest names for it, ``""`` where none is known.
        """
        out: list[Mention] = []
        found = self.tag_sentences(sentence_texts(document))
        for sentence, mentions in zip(document.sentences, found, strict=True):
            for m in mentions:
                start, end = sentence.start + m.start, sentence.start + m.end
                text = document.text[start:end]
                out.append(Mention(sentence.sentence_id, start, end, m.code, text, m.rule, m.locus, m.status))
        return tuple(sorted(out, key=lambda m: (m.start, m.end, m.code, m.rule)))

    def tag_sentences(self, texts: Sequence[str]) -> list[tuple[SentenceMention, ...]]:
        """The mentions of each of a list of sentence texts, with offsets into that text."""
        return [self._maker.make(t, c) for t, c in zip(texts, self._finder.find(texts), strict=True)]
