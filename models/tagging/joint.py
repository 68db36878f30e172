"""The joint decision of filter and reader: one regression per code over what both say of a proposal.

Where the reader has read a sentence, this decides instead of the filter's threshold. Patterns that the filter was not
trained with and rules marked ``certain`` pass unseen, as they do without a reader.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.codebook import Rule
from models.tagging.candidates import Candidate
from models.tagging.proposals import FEATURES, Judged, Proposal, proposals
from models.tagging.reader import Labels, Reading

READER_RULE = "reader"


@dataclass(frozen=True, slots=True)
class JointCode:
    """The decision for one code: accepted where the probability is at least ``threshold``. Weights by feature."""

    bias: float
    threshold: float
    weights: tuple[float, ...]

    def probability(self, proposal: Proposal) -> float:
        """Probability that the proposal is a mention."""
        total = self.bias + sum(w * x for w, x in zip(self.weights, proposal.features, strict=True))
        return 1 / (1 + math.exp(-total))


@dataclass(frozen=True, slots=True)
class Kinds:
    """What the reader takes a mention for; ``subcode`` without its top code, all ``""`` where it has no word for it."""

    subcode: str = ""
    locus: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A candidate taken for a mention, with what the reader says of its kind (None where it has not read it)."""

    candidate: Candidate
    kinds: Kinds | None = None


@dataclass(frozen=True)
class Joint:
    """Joint decisions by code, and the digest of the reader that they were fitted with."""

    reader: str
    codes: Mapping[str, JointCode]

    @staticmethod
    def from_json(data: Mapping[str, object]) -> Joint:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is not of that form.
        """
        codes = {}
        for name, code in dict(data["codes"]).items():  # type: ignore[call-overload]
            weights = tuple(float(code["weights"][feature]) for feature in FEATURES)
            codes[str(name)] = JointCode(float(code["bias"]), float(code["threshold"]), weights)
        return Joint(str(data["reader"]), codes)

    def to_json(self) -> dict[str, object]:
        """Plain data, weights under the names of their features."""
        codes = {
            name: {"bias": c.bias, "threshold": c.threshold, "weights": dict(zip(FEATURES, c.weights, strict=True))}
            for name, c in sorted(self.codes.items())
        }
        return {"reader": self.reader, "codes": codes}

    def decide(
        self, text: str, judged: Sequence[Judged], reading: Reading, labels: Labels, thresholds: Mapping[str, float]
    ) -> list[Accepted]:
        """The mentions among the proposals of a sentence.

        An accepted proposal stands for those of its candidates that the filter accepts too; where it accepts none, the
        span is what the reader saw, or else the likeliest candidate.

        Parameters
        ----------
        judged
            Candidates that the filter judges.
        thresholds
            The filter's own, by code; codes without one are not looked for.
        """
        out = []
        for place, name in enumerate(labels.codes):
            if name not in self.codes or name not in thresholds:
                continue
            for proposal in proposals(text, judged, reading, name, place):
                probability = self.codes[name].probability(proposal)
                if probability >= self.codes[name].threshold:
                    kinds = kinds_of(reading, proposal, labels)
                    out += [Accepted(c, kinds) for c in _spans(proposal, probability, thresholds[name])]
        return out


def _spans(proposal: Proposal, probability: float, threshold: float) -> list[Candidate]:
    known = [(j.probability or 0.0, j.candidate) for j in proposal.candidates]
    accepted = [c for p, c in known if p >= threshold]
    if accepted:
        return accepted
    if proposal.seen:
        rule = Rule(f"{READER_RULE}.{proposal.code} {probability:.2f}", proposal.code, "", ())
        return [Candidate(proposal.start, proposal.end, rule)]
    return [max(known, key=lambda k: k[0])[1]]


def kinds_of(reading: Reading, proposal: Proposal, labels: Labels) -> Kinds:
    """What the reader takes the proposal for, by the mean score of its pieces."""
    if proposal.last < proposal.first:
        return Kinds()
    scores = reading.kinds[proposal.first : proposal.last + 1].mean(axis=0)
    places = [k for k, full in enumerate(labels.subcodes) if full.startswith(proposal.code + ".")]
    subcode = labels.subcodes[max(places, key=lambda k: float(scores[k]))].partition(".")[2] if places else ""
    if proposal.code != "barrier":
        return Kinds(subcode)
    after = len(labels.subcodes)
    locus = labels.locus[int(np.argmax(scores[after : after + len(labels.locus)]))]
    status = labels.status[int(np.argmax(scores[after + len(labels.locus) :]))]
    return Kinds(subcode, locus, status)
