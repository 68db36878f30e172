"""The joint decision of filter and reader: one regression per code over what both say of a proposal.

Where the reader has read a sentence, this decides instead of the filter's threshold. Patterns that the filter was not
trained with and rules marked ``certain`` pass unseen, as they do without a reader.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.codebook import Rule
from models.tagging.candidates import Candidate
from models.tagging.proposals import FEATURES, Judged, Proposal, proposals
from models.tagging.reader import Labels, Reading

READER_RULE = "reader"
_TOLD, _UNTOLD = 1.0, 0.5  # what a locus told by the words around adds to its log-probability


@dataclass(frozen=True, slots=True)
class JointCode:
    """The decision for one code: accepted where the probability is at least ``threshold``. Weights by feature.

    ``unsettled`` are the probabilities, by the decision before, between which reading a sentence pays: outside, this
    decision is seldom another. ``wider`` are those where it pays if another reading may follow.
    """

    bias: float
    threshold: float
    weights: tuple[float, ...]
    unsettled: tuple[float, float] = (0.2, 0.7)
    wider: tuple[float, float] = (0.2, 0.7)

    def probability(self, proposal: Proposal) -> float:
        """Probability that the proposal is a mention."""
        total = self.bias + sum(w * x for w, x in zip(self.weights, proposal.features, strict=True))
        return 1 / (1 + math.exp(-total))


@dataclass(frozen=True, slots=True)
class Kinds:
    """What the reader takes a mention for: a subcode (without its top code, ``""`` where it has none) and, for
    barriers, the log-probability of each locus.

    It is not asked for status: cues in the clause tell it better (decision 024).
    """

    subcode: str = ""
    locus: tuple[tuple[str, float], ...] = ()

    def locus_with(self, told: str) -> str:
        """The likeliest locus, given what the words around the mention told (``unclear`` where nothing)."""
        scores = {name: p + (_TOLD if name != "unclear" else _UNTOLD) * (name == told) for name, p in self.locus}
        return max(scores, key=lambda name: scores[name]) if scores else told


@dataclass(frozen=True, slots=True)
class Accepted:
    """A candidate taken for a mention, with what the reader says of its kind (None where it has not read it)."""

    candidate: Candidate
    kinds: Kinds | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """A proposal, the probability that it is a mention, and what the reader takes it for."""

    proposal: Proposal
    probability: float
    kinds: Kinds


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
            ranges = [(float(low), float(high)) for low, high in (code["unsettled"], code["wider"])]
            codes[str(name)] = JointCode(float(code["bias"]), float(code["threshold"]), weights, *ranges)
        return Joint(str(data["reader"]), codes)

    def to_json(self) -> dict[str, object]:
        """Plain data, weights under the names of their features."""
        codes = {
            name: {
                "bias": c.bias,
                "threshold": c.threshold,
                "weights": dict(zip(FEATURES, c.weights, strict=True)),
                "unsettled": list(c.unsettled),
                "wider": list(c.wider),
            }
            for name, c in sorted(self.codes.items())
        }
        return {"reader": self.reader, "codes": codes}

    def unsettled(self, probabilities: Iterable[tuple[str, float]], *, wider: bool = False) -> bool:
        """Whether the decision before leaves something of a sentence open enough to read it (on).

        Parameters
        ----------
        probabilities
            Codes and their probabilities by that decision.
        wider
            Whether a closer reading may follow.
        """
        for code, probability in probabilities:
            if code in self.codes:
                low, high = self.codes[code].wider if wider else self.codes[code].unsettled
                if low < probability < high:
                    return True
        return False

    def weigh(self, text: str, judged: Sequence[Judged], reading: Reading, labels: Labels) -> list[Weighed]:
        """The proposals of a sentence, of all codes, with their probabilities.

        Parameters
        ----------
        judged
            Candidates that the filter judges.
        """
        out = []
        for place, name in enumerate(labels.codes):
            if name in self.codes:
                for proposal in proposals(text, judged, reading, name, place):
                    probability = self.codes[name].probability(proposal)
                    out.append(Weighed(proposal, probability, kinds_of(reading, proposal, labels)))
        return out

    def decide(self, weighed: Sequence[Weighed], thresholds: Mapping[str, float]) -> list[Accepted]:
        """The mentions among the proposals of a sentence.

        An accepted proposal stands for those of its candidates that the filter accepts too; where it accepts none, the
        span is what the reader saw, or else the likeliest candidate.

        Parameters
        ----------
        thresholds
            The filter's own, by code.
        """
        out: dict[tuple[str, int, int], Accepted] = {}  # two parts of one word are one place
        for w in weighed:
            code = w.proposal.code
            if w.probability >= self.codes[code].threshold:
                for c in _spans(w.proposal, w.probability, thresholds[code]):
                    out.setdefault((c.code, c.start, c.end), Accepted(c, w.kinds))
        return list(out.values())


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
    after = len(labels.subcodes)
    locus = scores[after : after + len(labels.locus)].astype(np.float64)
    known = locus - np.logaddexp.reduce(locus)
    if proposal.code != "barrier":
        return Kinds(subcode)
    return Kinds(subcode, tuple(zip(labels.locus, known.tolist(), strict=True)))
