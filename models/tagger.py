"""The tagger: finds every mention of the codebook's codes in a document and says what kind and why."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

from corpus.codebook import Codebook
from extractors.document import Document, sentence_texts
from models.records import Mention
from models.tagging.acceptance import MentionFilter, default_filter
from models.tagging.candidates import Candidate, CandidateFinder, lowered
from models.tagging.exemplars import Exemplars, find_exemplars
from models.tagging.features import FeatureMaker
from models.tagging.mentions import MentionMaker, SentenceMention

TAGGER_VERSION = "3"


class Tagger:
    """Finds mentions. Building one compiles the codebook (under a second); tagging changes nothing in it.

    Parameters
    ----------
    codebook
        Rules, vetoes, cues and scopes.
    mention_filter
        The trained filter; ``"default"`` is the one that comes with the project, None takes every candidate.
    """

    def __init__(
        self, codebook: Codebook, mention_filter: MentionFilter | Literal["default"] | None = "default"
    ) -> None:
        self.codebook = codebook
        self.filter = default_filter() if mention_filter == "default" else mention_filter
        self._finder = CandidateFinder(codebook)
        self._maker = MentionMaker(codebook)
        self.features = FeatureMaker(codebook)
        trained = self.filter.digest if self.filter else "none"
        self.digest = hashlib.sha256(f"{codebook.digest}\n{TAGGER_VERSION}\n{trained}".encode()).hexdigest()

    def tag(self, document: Document, programme: str = "") -> tuple[Mention, ...]:
        """All mentions of a document, sorted by place and code.

        Named exemplars (the manifest's ``programme`` and those that the text introduces) are linked: their mentions
        carry the exemplar's name as ``entity``.

        Parameters
        ----------
        document
            What the extractors made of a file.
        programme
            The programme that the manifest names for it, ``""`` where none is known.
        """
        texts = sentence_texts(document)
        exemplars = find_exemplars(texts, programme) if "best_practice" in self.codebook.by_name else Exemplars(())
        out: list[Mention] = []
        for sentence, mentions in zip(document.sentences, self.tag_sentences(texts, exemplars), strict=True):
            for m in mentions:
                start, end = sentence.start + m.start, sentence.start + m.end
                text = document.text[start:end]
                out.append(Mention(sentence.sentence_id, start, end, m.code, text, m.rule, m.locus, m.status, m.entity))
        return tuple(sorted(out, key=lambda m: (m.start, m.end, m.code, m.rule)))

    def tag_sentences(
        self, texts: Sequence[str], exemplars: Exemplars | None = None
    ) -> list[tuple[SentenceMention, ...]]:
        """The mentions of each of a list of sentence texts, with offsets into that text.

        The texts are taken for independent unless ``exemplars`` of the document they come from are given.
        """
        found = [
            self._maker.make(t, self._accepted(t, c)) for t, c in zip(texts, self._finder.find(texts), strict=True)
        ]
        return exemplars.link(texts, found) if exemplars else found

    def candidates(self, texts: Sequence[str]) -> list[list[Candidate]]:
        """All candidates of each text, before the filter; for training and for looking at what was rejected."""
        return self._finder.find(texts)

    def _accepted(self, text: str, candidates: list[Candidate]) -> list[Candidate]:
        if self.filter is None or not candidates:
            return candidates
        low = lowered(text)
        setting = self.features.setting(low)
        kept = []
        for candidate in candidates:
            if self.filter.judges(candidate):
                features = self.features.of(text, low, candidate, candidates)
                if not self.filter.accepts(candidate, {**features, **setting}):
                    continue
            kept.append(candidate)
        return kept
