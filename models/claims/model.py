"""The claim model: is a sentence a claim, which kind, how deep, and who is to learn."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from corpus.records import ManifestRow
from extractors.document import Document
from models.claims.calibration import Array
from models.claims.classifier import SentenceClassifier
from models.claims.context import SentenceInContext, contexts_of
from models.claims.cues import CUES_FILE, tokens_of
from models.claims.domain import FEWEST_WORDS, Domain
from models.claims.explain import Explainer
from models.claims.reader import reader
from models.claims.store import ModelError, read_description, read_state, write_model
from models.records import Claim, Cue, Mention
from models.trained import CURRENT, TRAINED

STAGE_VERSION = "2"
FIRST_LOOK = "first look"
LEARNING, NEITHER = "learning", "neither"
NEVER_BLOCKS = ("heading", "caption")
NEVER_PROBABILITY = 0.002
FEWEST_WORDS_OF_A_CLAIM = 4


def is_never_a_claim(sentence: SentenceInContext) -> bool:
    """Headings, captions and lines of fewer than four words: the codebook makes them `neither`."""
    return (
        sentence.block in NEVER_BLOCKS
        or sum(t[0].isalpha() for t in tokens_of(sentence.text)) < FEWEST_WORDS_OF_A_CLAIM
    )


def passes_first_look(neither: Array, gate: float) -> NDArray[np.bool_]:
    """Where the probability of a claim, one minus that of ``neither``, reaches the gate."""
    passed: NDArray[np.bool_] = 1 - neither >= gate
    return passed


def _check_reader(place: Path, part: SentenceClassifier, expected: str) -> None:
    """Scores of another reader would mean something else to the classifier."""
    if "reader" not in part.space.options.blocks:
        return
    reading = reader()
    if reading is None or reading.digest != expected:
        there = "none is there" if reading is None else f"{reading.digest[:12]}… is there"
        raise ModelError(f"{place}: was trained with the reader {expected[:12]}…, {there}")


class ClaimModel:
    """Three classifiers under one name.

    Parameters
    ----------
    parts
        ``claim`` and, where they were trained, ``depth`` and ``learner``. ``first look`` is ``claim`` without the
        reader: what it finds very probably no claim is not read any further, which is most of the speed.
    description
        What the model is: name, labels, data, metrics. Kept beside the model as ``model.json``.
    domain
        The training vocabulary, for warnings; None where none was kept.
    model_sha256
        Digest of the file it came from, set by :meth:`load` and :meth:`save`.
    """

    def __init__(
        self,
        parts: dict[str, SentenceClassifier],
        description: dict[str, Any],
        domain: Domain | None = None,
        model_sha256: str = "",
    ) -> None:
        if "claim" not in parts:
            raise ValueError("a claim model needs the part 'claim'")
        self.parts = parts
        self.description = description
        self.domain = domain
        self.model_sha256 = model_sha256
        self._explainers = {name: Explainer(parts[name]) for name in ("claim", FIRST_LOOK) if name in parts}

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
        parts = (STAGE_VERSION, self.model_sha256, cues, self.description.get("reader_sha256", ""), self.gate)
        return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()

    def save(self, folder: Path) -> None:
        """Write the model and its description to ``folder``."""
        state: dict[str, Any] = {
            "parts": {name: part.state(shared=name == FIRST_LOOK) for name, part in self.parts.items()}
        }
        if self.domain is not None:
            state["domain"] = {"words": "\n".join(sorted(self.domain.words)), "limit": self.domain.limit}
        self.model_sha256 = write_model(folder, state, self.description)

    @classmethod
    def load(cls, folder: Path | None = None, *, use_reader: bool = True) -> ClaimModel:
        """Load the model in ``folder``, by default the one the project ships.

        Without ``use_reader`` its first look decides everything: several times faster, and less right.

        Raises
        ------
        ModelError
            If there is no model, its digest differs, or it holds anything but the types of a model.
        """
        place = folder or TRAINED / CURRENT
        description = read_description(place)
        state = read_state(place, str(description["sha256"]))
        try:
            parts = {n: SentenceClassifier.from_state(p) for n, p in state["parts"].items() if n != FIRST_LOOK}
            if FIRST_LOOK in state["parts"]:
                first = SentenceClassifier.from_state(state["parts"][FIRST_LOOK], parts["claim"].space)
                parts[FIRST_LOOK] = first
                if not use_reader:
                    parts["claim"] = parts.pop(FIRST_LOOK)
            if use_reader:
                _check_reader(place, parts["claim"], str(description.get("reader_sha256", "")))
            kept = state.get("domain")
            domain = Domain(frozenset(str(kept["words"]).split("\n")), float(kept["limit"])) if kept else None
            return cls(parts, description, domain, str(description["sha256"]))
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
        never = {i for i, s in enumerate(sentences) if NEITHER in self.labels and is_never_a_claim(s)}
        read = [i for i in range(len(sentences)) if i not in never]
        numbers = range(len(sentences)) if numbers is None else numbers
        claims = {i: self._never_a_claim(sentences[i], numbers[i]) for i in never}
        if read:
            found = self._classify_read([sentences[i] for i in read], [numbers[i] for i in read])
            claims.update(zip(read, found, strict=True))
        return tuple(claims[i] for i in range(len(sentences)))

    def _never_a_claim(self, sentence: SentenceInContext, number: int) -> Claim:
        other = NEVER_PROBABILITY / (len(self.labels) - 1)
        probabilities = {label: 1 - NEVER_PROBABILITY if label == NEITHER else other for label in self.labels}
        what = sentence.block if sentence.block in NEVER_BLOCKS else "line of a few words"
        cue = Cue(f"rule of the codebook: a {what} is no claim", math.log((1 - NEVER_PROBABILITY) / other))
        return Claim(number, NEITHER, probabilities, self.name, cues=(cue,))

    def _classify_read(self, sentences: Sequence[SentenceInContext], numbers: Sequence[int]) -> list[Claim]:
        main = self.parts["claim"]
        probabilities, chosen, cues = self._look(sentences)
        threshold = float(self.description.get("abstain_below", 0.0))
        learning = [i for i, label in enumerate(chosen) if main.labels[label] == LEARNING]
        details = {name: self._details(name, sentences, learning) for name in ("depth", "learner")}
        return [
            Claim(
                sentence_id=numbers[index],
                label=main.labels[chosen[index]],
                probabilities={label: float(p) for label, p in zip(main.labels, probabilities[index], strict=True)},
                model=self.name,
                depth=details["depth"].get(index),
                learner=details["learner"].get(index),
                abstained=bool(np.max(probabilities[index]) < threshold),
                cues=cues[index],
            )
            for index in range(len(sentences))
        ]

    def _look(self, sentences: Sequence[SentenceInContext]) -> tuple[Array, NDArray[np.int64], list[tuple[Cue, ...]]]:
        """Probabilities, label numbers and cues: a first look, and the reader where that finds a claim possible."""
        main, first = self.parts["claim"], self.parts.get(FIRST_LOOK)
        if first is None:
            rows = main.rows(sentences)
            probabilities = main.probabilities(rows)
            chosen = main.decide(probabilities)
            return probabilities, chosen, self._explainers["claim"].explain(rows, chosen, probabilities)
        rows = first.rows(sentences)
        probabilities = first.probabilities(rows)
        further = passes_first_look(probabilities[:, main.labels.index(NEITHER)], self.gate)
        read = np.flatnonzero(further).tolist()
        chosen = np.full(len(sentences), main.labels.index(NEITHER), dtype=np.int64)
        cues: list[tuple[Cue, ...]] = [()] * len(sentences)
        if read:
            full = sp.hstack([rows[read], main.space.reader_rows([sentences[i] for i in read])], format="csr")
            probabilities[read] = main.probabilities(full)
            chosen[read] = main.decide(probabilities[read])
            found = self._explainers["claim"].explain(full, chosen[read], probabilities[read])
            for index, explained in zip(read, found, strict=True):
                cues[index] = explained
        rest = np.flatnonzero(~further).tolist()
        if rest:
            found = self._explainers[FIRST_LOOK].explain(rows[rest], chosen[rest], probabilities[rest])
            for index, explained in zip(rest, found, strict=True):
                cues[index] = explained
        return probabilities, chosen, cues

    @property
    def gate(self) -> float:
        """Sentences whose probability of being a claim is below this at the first look are not read further."""
        return float(self.description.get("first_look_below", 0.0))

    def _details(self, name: str, sentences: Sequence[SentenceInContext], which: Sequence[int]) -> dict[int, str]:
        part = self.parts.get(name)
        if part is None or not which:
            return {}
        chosen = part.decide(part.probabilities(part.rows([sentences[i] for i in which])))
        return {index: part.labels[label] for index, label in zip(which, chosen, strict=True)}

    def domain_warning(
        self, document: Document, mentions: Sequence[Mention] = (), row: ManifestRow | None = None
    ) -> str:
        """One line where the document looks unlike the training data, otherwise ``""``."""
        if document.language not in ("", "en"):
            return f"the classifier was trained on English, this document seems to be in {document.language!r}"
        if self.domain is None:
            return ""
        share, words = self.domain.strangeness(document.sentence_text(s) for s in document.sentences)
        if words < FEWEST_WORDS or share <= self.domain.limit:
            return ""
        return (
            f"unlike the training data: {share:.0%} of its words were never met in training "
            f"(limit {self.domain.limit:.0%}); read its claims with care"
        )
