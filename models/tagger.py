"""The tagger: finds every mention of the codebook's codes in a document and says what kind and why."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal, Protocol

from corpus.codebook import Codebook
from extractors.document import Document, sentence_texts
from models.records import Mention
from models.tagging.acceptance import MentionFilter, default_filter
from models.tagging.candidates import Candidate, CandidateFinder, lowered
from models.tagging.exemplars import Exemplars, find_exemplars
from models.tagging.features import FeatureMaker
from models.tagging.joint import Accepted
from models.tagging.mentions import MentionMaker, SentenceMention
from models.tagging.proposals import Judged
from models.tagging.reader import Labels, MentionReaderError, Reading, mention_reader

TAGGER_VERSION = "4"
Reads = Literal["unsettled", "proposed", "all"]


class ReadsMentions(Protocol):
    """What the tagger asks of a reader; :class:`models.tagging.reader.MentionReader` is the real one."""

    labels: Labels
    digest: str

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """The reading of each text."""


class Tagger:
    """Finds mentions. Building one compiles the codebook (under a second); tagging changes nothing in it.

    Parameters
    ----------
    codebook
        Rules, vetoes, cues and scopes.
    mention_filter
        The trained filter; ``"default"`` is the one that comes with the project, None takes every candidate.
    reader
        Reads sentences where the filter was fitted to decide with it; ``"default"`` is the one that comes with the
        project, None leaves the decision to the filter alone, which is several times as fast.
    reads
        Which sentences are read: ``unsettled`` those with a candidate of which the filter is neither sure that it is
        a mention nor that it is none (:meth:`models.tagging.joint.Joint.unsettled`), ``proposed`` those with a
        candidate, or ``all``.

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
        reads: Reads = "unsettled",
    ) -> None:
        self.codebook = codebook
        self.filter = default_filter() if mention_filter == "default" else mention_filter
        joint = self.filter.joint if self.filter else None
        self.reader: ReadsMentions | None = None
        if joint is not None:
            self.reader = mention_reader() if reader == "default" else reader
            if self.reader is not None and self.reader.digest != joint.reader:
                raise MentionReaderError("the filter was fitted with another reader; fit it again")
        self.reads = reads
        codes = self.filter.codes if self.filter else {}
        self._thresholds = {name: code.threshold for name, code in codes.items() if name in codebook.by_name}
        self._finder = CandidateFinder(codebook)
        self._maker = MentionMaker(codebook)
        self.features = FeatureMaker(codebook)
        trained = self.filter.digest if self.filter else "none"
        read = f"{self.reader.digest} {reads}" if self.reader else "none"
        self.digest = hashlib.sha256(f"{codebook.digest}\n{TAGGER_VERSION}\n{trained}\n{read}".encode()).hexdigest()

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
        found = [self._maker.make(t, a) for t, a in zip(texts, self._accepted(texts), strict=True)]
        return exemplars.link(texts, found) if exemplars else found

    def candidates(self, texts: Sequence[str]) -> list[list[Candidate]]:
        """All candidates of each text, before the filter; for training and for looking at what was rejected."""
        return self._finder.find(texts)

    def _accepted(self, texts: Sequence[str]) -> list[list[Accepted]]:
        judged = [self._judged(t, c) for t, c in zip(texts, self._finder.find(texts), strict=True)]
        places = [i for i, own in enumerate(judged) if self._is_read(own)]
        read = self.reader.read([texts[i] for i in places]) if self.reader else []
        readings = dict(zip(places, read, strict=True))
        return [
            self._decided(text, own, readings.get(i)) for i, (text, own) in enumerate(zip(texts, judged, strict=True))
        ]

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

    def _is_read(self, judged: Sequence[Judged]) -> bool:
        if self.reader is None:
            return False
        if self.reads != "unsettled":
            return self.reads == "all" or bool(judged)
        return self.filter is not None and self.filter.joint is not None and self.filter.joint.unsettled(judged)

    def _decided(self, text: str, judged: Sequence[Judged], reading: Reading | None) -> list[Accepted]:
        out = [Accepted(j.candidate) for j in judged if j.probability is None]
        if self.filter is None:
            return out
        asked = [j for j in judged if j.probability is not None]
        if reading is None or self.reader is None or self.filter.joint is None:
            return out + [
                Accepted(j.candidate) for j in asked if (j.probability or 0) >= self._thresholds[j.candidate.code]
            ]
        joint = self.filter.joint.decide(text, asked, reading, self.reader.labels, self._thresholds)
        spared = self._finder.spared(text, [a.candidate for a in joint])
        return out + [a for a in joint if any(a.candidate is c for c in spared)]
