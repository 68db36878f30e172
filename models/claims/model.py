"""The claim model: is a sentence a claim, which kind, how deep, and who is to learn."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.records import ManifestRow
from extractors.document import Document, sentence_texts
from models.claims.abstention import kept_thresholds, stands
from models.claims.classifier import SentenceClassifier
from models.claims.context import SentenceInContext, contexts_of
from models.claims.cues import CUES_FILE
from models.claims.detail import DetailClassifier
from models.claims.domain import FEWEST_WORDS, Domain
from models.claims.explain import Explainer
from models.claims.features import READERS, reader_digests
from models.claims.looks import BESIDE, FIRST_LOOK, LOOKS, NEITHER, SECOND_LOOK, Looks
from models.claims.reader import reader
from models.claims.sentences import ReadSentences, read_sentences
from models.claims.store import ModelError, read_description, read_state, write_model
from models.readings import QUICK, READINGS, THOROUGH, USUAL, WORDS, Closeness
from models.records import Claim, Cue, Mention
from models.trained import CURRENT, TRAINED

STAGE_VERSION = "3"
LEARNING = "learning"
NEVER_BLOCKS = ("heading", "caption")
DETAILS = ("depth", "learner")
NEVER_PROBABILITY = 0.002
FEWEST_WORDS_OF_A_CLAIM = 4


def never_claims(read: ReadSentences) -> NDArray[np.bool_]:
    """Headings, captions and lines of fewer than four words: the codebook makes them `neither`."""
    never = np.array([s.block in NEVER_BLOCKS for s in read.sentences], dtype=np.bool_)
    never[read.text.letters() < FEWEST_WORDS_OF_A_CLAIM] = True
    return never


def _check_readers(place: Path, part: SentenceClassifier, expected: Mapping[str, str]) -> None:
    """Scores of another reader would mean something else to the classifier."""
    there = reader_digests(part.space.options.blocks)
    for block in READERS:
        if block in part.space.options.blocks and there.get(block) != expected.get(block):
            what = f"{there[block][:12]}… is there" if block in there else "none is there"
            raise ModelError(f"{place}: was trained with the {block} {expected.get(block, '')[:12]}…, {what}")


class ClaimModel:
    """The classifiers of three questions under one name.

    Parameters
    ----------
    parts
        ``claim`` and, where they were trained, ``depth`` and ``learner``. ``first look`` is ``claim`` without a
        reader: what it finds very probably no claim is not read any further. ``second look`` is ``claim`` with the
        careful reader too, and decides where ``claim`` is in doubt.
    description
        What the model is: name, labels, data, metrics. Kept beside the model as ``model.json``.
    domain
        The training vocabulary, for warnings; None where none was kept.
    details
        ``depth`` and ``learner`` as decided where the careful reader is at hand; those of ``parts`` elsewhere.
    model_sha256
        Digest of the file it came from, set by :meth:`load` and :meth:`save`.
    """

    def __init__(
        self,
        parts: dict[str, SentenceClassifier],
        description: dict[str, Any],
        domain: Domain | None = None,
        details: Mapping[str, DetailClassifier] | None = None,
        *,
        model_sha256: str = "",
    ) -> None:
        if "claim" not in parts:
            raise ValueError("a claim model needs the part 'claim'")
        self.parts = parts
        self.description = description
        self.domain = domain
        self.details = dict(details or {})
        self.model_sha256 = model_sha256
        self.reading = USUAL
        self._explainers = {name: Explainer(parts[name]) for name in LOOKS if name in parts}

    @property
    def name(self) -> str:
        """The model's name, e.g. ``claims-1``."""
        return str(self.description.get("name", "unnamed"))

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the first question."""
        return self.parts["claim"].labels

    @property
    def digest(self) -> str:
        """Changes whenever a claim could come out differently: model file, reader, cue words, stage version."""
        cues = hashlib.sha256(CUES_FILE.read_bytes()).hexdigest()
        readers = sorted(self.description.get("readers", {}).items())
        looks = [name for name in LOOKS if name in self.parts]
        least = kept_thresholds(self.description, self.reading, self.labels).tolist()
        parts = (STAGE_VERSION, self.model_sha256, cues, readers, self.gate, self.margin, looks, least)
        return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()

    def save(self, folder: Path) -> None:
        """Write the model and its description to ``folder``."""
        state: dict[str, Any] = {
            "parts": {name: part.state(shared=name in (FIRST_LOOK, SECOND_LOOK)) for name, part in self.parts.items()}
        }
        if self.details:
            state["details"] = {name: part.state() for name, part in self.details.items()}
        if self.domain is not None:
            state["domain"] = {"words": "\n".join(sorted(self.domain.words)), "limit": self.domain.limit}
        self.model_sha256 = write_model(folder, state, self.description)

    @classmethod
    def load(cls, folder: Path | None = None, *, reading: Closeness = USUAL) -> ClaimModel:
        """Load the model in ``folder``, by default the one the project ships.

        ``reading`` says how closely sentences are read (:data:`models.readings.READINGS`): ``words`` decides
        without a reader, ``quick`` with the small one, ``usual`` asks the careful one where the decision is close,
        ``thorough`` wherever a claim is possible at all. Slower is more right.

        Raises
        ------
        ModelError
            If there is no model, its digest differs, or it holds anything but the types of a model.
        """
        if reading not in READINGS:
            raise ModelError(f"reading {reading!r} is none of {', '.join(READINGS)}")
        place = folder or TRAINED / CURRENT
        description = read_description(place)
        state = read_state(place, str(description["sha256"]))
        try:
            stored = state["parts"]
            parts = {n: SentenceClassifier.from_state(p) for n, p in stored.items() if n not in BESIDE}
            for name in [n for n in BESIDE if n in stored]:
                parts[name] = SentenceClassifier.from_state(stored[name], parts["claim"].space)
            if reading in (WORDS, QUICK):
                parts.pop(SECOND_LOOK, None)
            if reading == WORDS and FIRST_LOOK in parts:
                parts["claim"] = parts.pop(FIRST_LOOK)
            for name in [n for n in ("claim", SECOND_LOOK) if n in parts]:
                _check_readers(place, parts[name], description.get("readers", {}))
            kept = state.get("domain")
            domain = Domain(frozenset(str(kept["words"]).split("\n")), float(kept["limit"])) if kept else None
            read = SECOND_LOOK in parts
            details = {n: DetailClassifier.from_state(d) for n, d in state.get("details", {}).items() if read}
            model = cls(parts, description, domain, details, model_sha256=str(description["sha256"]))
            model.reading = reading
            return model
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(f"{place}: not a claim model ({type(error).__name__}: {error})") from None

    def classify(self, document: Document, mentions: Sequence[Mention], row: ManifestRow) -> tuple[Claim, ...]:
        """One claim per sentence of ``document``, in its order."""
        numbers = [sentence.sentence_id for sentence in document.sentences]
        return self.classify_sentences(contexts_of(document, mentions, row), numbers)

    def classify_sentences(
        self, sentences: Sequence[SentenceInContext], numbers: Sequence[int] | None = None
    ) -> tuple[Claim, ...]:
        """One claim per sentence in context; ``numbers`` are their sentence ids, by default 0, 1, 2, …"""
        if not sentences:
            return ()
        numbers = range(len(sentences)) if numbers is None else numbers
        read = read_sentences(sentences)
        never = never_claims(read) & (NEITHER in self.labels)
        claims = {i: self._never_a_claim(sentences[i], numbers[i]) for i in np.flatnonzero(never).tolist()}
        rest = np.flatnonzero(~never)
        if len(rest):
            found = self._classify_read(read.take(rest), [numbers[i] for i in rest.tolist()])
            claims.update(zip(rest.tolist(), found, strict=True))
        return tuple([claims[i] for i in range(len(sentences))])

    def _never_a_claim(self, sentence: SentenceInContext, number: int) -> Claim:
        other = NEVER_PROBABILITY / (len(self.labels) - 1)
        probabilities = {label: 1 - NEVER_PROBABILITY if label == NEITHER else other for label in self.labels}
        what = sentence.block if sentence.block in NEVER_BLOCKS else "line of a few words"
        cue = Cue(f"rule of the codebook: a {what} is no claim", math.log((1 - NEVER_PROBABILITY) / other))
        return Claim(number, NEITHER, probabilities, self.name, cues=(cue,))

    def _classify_read(self, read: ReadSentences, numbers: Sequence[int]) -> list[Claim]:
        labels = self.labels
        probabilities, chosen, cues = Looks(self.parts, self._explainers, self.gate, self.margin).at(read)
        sure = stands(probabilities, chosen, kept_thresholds(self.description, self.reading, labels)).tolist()
        learning = np.flatnonzero([labels[label] == LEARNING for label in chosen.tolist()])
        details = self._details(read, learning)
        depth, learner = (details.get(name, {}) for name in DETAILS)
        return [
            Claim(
                sentence_id=numbers[index],
                label=labels[label],
                probabilities=dict(zip(labels, own, strict=True)),
                model=self.name,
                depth=depth.get(index),
                learner=learner.get(index),
                abstained=not sure[index],
                cues=cues[index],
            )
            for index, (label, own) in enumerate(zip(chosen.tolist(), probabilities.tolist(), strict=True))
        ]

    @property
    def gate(self) -> float:
        """Sentences whose probability of being a claim is below this at the first look are not read further."""
        return float(self.description.get("first_look_below", 0.0))

    @property
    def margin(self) -> float:
        """Sentences whose decision is no wider than this are read by the careful reader too."""
        return 1.0 if self.reading == THOROUGH else float(self.description.get("second_look_margin", 0.0))

    def _details(self, read: ReadSentences, which: NDArray[np.int64]) -> dict[str, dict[int, str]]:
        """The answers to each question about the sentences ``which``."""
        if not len(which):
            return {}
        found: dict[str, list[str]] = {}
        if self.details and (careful := reader(READERS["careful reader"])):
            vectors = careful.vectors([read.sentences[i] for i in which.tolist()])
            found = {name: part.choose(vectors) for name, part in self.details.items()}
        for name in [n for n in DETAILS if n in self.parts and n not in found]:
            part = self.parts[name]
            chosen = part.decide(part.probabilities(part.space.rows(read.take(which))))
            found[name] = [part.labels[label] for label in chosen.tolist()]
        return {name: dict(zip(which.tolist(), answers, strict=True)) for name, answers in found.items()}

    def domain_warning(
        self, document: Document, mentions: Sequence[Mention] = (), row: ManifestRow | None = None
    ) -> str:
        """One line where the document looks unlike the training data, otherwise ``""``."""
        if document.language not in ("", "en"):
            return f"the classifier was trained on English, this document seems to be in {document.language!r}"
        if self.domain is None:
            return ""
        share, words = self.domain.strangeness(sentence_texts(document))
        if words < FEWEST_WORDS or share <= self.domain.limit:
            return ""
        return (
            f"unlike the training data: {share:.0%} of its words were never met in training "
            f"(limit {self.domain.limit:.0%}); read its claims with care"
        )
