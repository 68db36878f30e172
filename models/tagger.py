"""The tagger: finds every mention of the codebook's codes in a document and says what kind and why."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Literal

from corpus.codebook import Codebook
from extractors.document import Document, sentence_texts
from models.readings import THOROUGH, USUAL, WORDS, Closeness
from models.records import Mention
from models.tagging.acceptance import MentionFilter, default_filter
from models.tagging.blending import both_readers
from models.tagging.candidates import Candidate, CandidateFinder, lowered
from models.tagging.decisions import Decisions
from models.tagging.exemplars import Exemplars, find_exemplars
from models.tagging.features import FeatureMaker
from models.tagging.mentions import MentionMaker, SentenceMention
from models.tagging.proposals import Judged
from models.tagging.reader import ReadsMentions, mention_reader

TAGGER_VERSION = "6"


class Tagger:
    """Finds mentions. Building one compiles the codebook (under a second); tagging changes nothing in it.

    Parameters
    ----------
    codebook
        Rules, vetoes, cues and scopes.
    mention_filter
        The trained filter; ``"default"`` is the one that comes with the project, None takes every candidate.
    reader, careful
        Read sentences where the filter was fitted to decide with them; ``"default"`` are those that come with the
        project, None leaves the decision to the others.
    reading
        Which sentences they read. ``words``: none. ``quick``: ``reader`` those with a candidate of which the filter is
        neither sure that it is a mention nor that it is none. ``usual``: ``careful`` also those whose decision is close
        after that. ``thorough``: ``careful`` all with a candidate.

    Raises
    ------
    MentionReaderError
        If the filter was fitted with another reader.
    """

    def __init__(
        self,
        codebook: Codebook,
        mention_filter: MentionFilter | Literal["default"] | None = "default",
        reader: ReadsMentions | Literal["default"] | None = "default",
        careful: ReadsMentions | Literal["default"] | None = "default",
        *,
        reading: Closeness = USUAL,
    ) -> None:
        self.codebook = codebook
        self.filter = default_filter() if mention_filter == "default" else mention_filter
        codes = self.filter.codes if self.filter else {}
        thresholds = {name: code.threshold for name, code in codes.items() if name in codebook.by_name}
        joint, together = (self.filter.joint, self.filter.careful) if self.filter else (None, None)
        self._finder = CandidateFinder(codebook)
        self._maker = MentionMaker(codebook)
        self.features = FeatureMaker(codebook)
        self._decisions = Decisions(
            self.filter,
            thresholds,
            reader=_chosen(reader, mention_reader, joint is not None and reading != WORDS),
            careful=_chosen(careful, both_readers, together is not None and reading in (USUAL, THOROUGH)),
            reading=reading,
            spared=self._finder.spared,
        )
        trained = self.filter.digest if self.filter else "none"
        parts = (codebook.digest, TAGGER_VERSION, trained, self._decisions.digest)
        self.digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()

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
        judged = [self._judged(t, c) for t, c in zip(texts, self._finder.find(texts), strict=True)]
        decided = self._decisions.of(texts, judged)
        found = [self._maker.make(t, a) for t, a in zip(texts, decided, strict=True)]
        return exemplars.link(texts, found) if exemplars else found

    def candidates(self, texts: Sequence[str]) -> list[list[Candidate]]:
        """All candidates of each text, before the filter; for training and for looking at what was rejected."""
        return self._finder.find(texts)

    def _judged(self, text: str, candidates: list[Candidate]) -> list[Judged]:
        if self.filter is None or not candidates:
            return [Judged(c, None) for c in candidates]
        low = lowered(text)
        setting = self.features.setting(low)
        out = []
        for c in candidates:
            probability = None
            if self.filter.judges(c):
                probability = self.filter.probability(c, {**self.features.of(text, low, c, candidates), **setting})
            out.append(Judged(c, probability))
        return out


def _chosen(
    reader: ReadsMentions | Literal["default"] | None, shipped: Callable[[], ReadsMentions | None], asked: bool
) -> ReadsMentions | None:
    """The reader itself; the shipped one is opened only where it will be asked."""
    if reader != "default":
        return reader
    return shipped() if asked else None
