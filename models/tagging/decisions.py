"""From candidates to mentions: the filter, a reader where that is unsettled, a careful one where it is close then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from models.readings import QUICK, THOROUGH, USUAL, WORDS, Closeness
from models.tagging.acceptance import MentionFilter
from models.tagging.candidates import Candidate
from models.tagging.joint import Accepted, Joint, Weighed
from models.tagging.proposals import Judged
from models.tagging.reader import MentionReaderError, ReadsMentions


class Decisions:
    """Which candidates of a sentence are mentions, and what else the readers see there.

    Parameters
    ----------
    chosen
        The trained filter; None takes every candidate.
    reader, careful
        Readers that the filter was fitted to decide with; None where there is none.
    reading
        Which of them are asked about which sentences. A reader that is not there is passed over
        (``thorough`` then asks as ``quick`` does).
    spared
        Those of a sentence's candidates that no veto of the codebook meets.

    Raises
    ------
    MentionReaderError
        If the filter was fitted with other readers.
    """

    def __init__(
        self,
        chosen: MentionFilter | None,
        thresholds: Mapping[str, float],
        *,
        reader: ReadsMentions | None,
        careful: ReadsMentions | None,
        reading: Closeness,
        spared: Callable[[str, Sequence[Candidate]], Sequence[Candidate]],
    ) -> None:
        self._filter, self._thresholds, self._reading, self._spared = chosen, thresholds, reading, spared
        self._careful = _stage(chosen.careful if chosen else None, careful if reading in (USUAL, THOROUGH) else None)
        small = reading in (QUICK, USUAL) or (reading == THOROUGH and self._careful is None)
        self._small = _stage(chosen.joint if chosen else None, reader if small else None)
        used = " ".join(stage[1].digest for stage in (self._small, self._careful) if stage)
        self.digest = f"{reading} {used}" if used else WORDS

    def of(self, texts: Sequence[str], judged: Sequence[Sequence[Judged]]) -> list[list[Accepted]]:
        """The mentions among the candidates of each text, and those that only a reader sees."""
        out = [self._by_filter(own) for own in judged]
        close: list[int] = []
        if self._small is not None:
            joint, _ = self._small
            places = [
                i
                for i, own in enumerate(judged)
                if joint.unsettled(_probabilities(own), wider=self._careful is not None)
            ]
            for i, weighed, accepted in self._read(self._small, places, texts, judged):
                out[i] = accepted
                if self._careful and self._careful[0].unsettled(_highest(weighed)):
                    close.append(i)
        if self._careful is not None:
            places = [i for i, own in enumerate(judged) if own] if self._reading == THOROUGH else close
            for i, _, accepted in self._read(self._careful, places, texts, judged):
                out[i] = accepted
        return out

    def _by_filter(self, judged: Sequence[Judged]) -> list[Accepted]:
        return [
            Accepted(j.candidate)
            for j in judged
            if j.probability is None or j.probability >= self._thresholds[j.candidate.code]
        ]

    def _read(
        self,
        stage: tuple[Joint, ReadsMentions],
        places: Sequence[int],
        texts: Sequence[str],
        judged: Sequence[Sequence[Judged]],
    ) -> list[tuple[int, list[Weighed], list[Accepted]]]:
        joint, reader = stage
        out = []
        for i, reading in zip(places, reader.read([texts[i] for i in places]), strict=True):
            unseen = [Accepted(j.candidate) for j in judged[i] if j.probability is None]
            asked = [j for j in judged[i] if j.probability is not None]
            weighed = [
                w for w in joint.weigh(texts[i], asked, reading, reader.labels) if w.proposal.code in self._thresholds
            ]
            decided = joint.decide(weighed, self._thresholds)
            spared = self._spared(texts[i], [a.candidate for a in decided])
            out.append((i, weighed, unseen + [a for a in decided if any(a.candidate is c for c in spared)]))
        return out


def _stage(joint: Joint | None, reader: ReadsMentions | None) -> tuple[Joint, ReadsMentions] | None:
    if joint is None or reader is None:
        return None
    if reader.digest != joint.reader:
        raise MentionReaderError("the filter was fitted with another reader; fit it again")
    return joint, reader


def _probabilities(judged: Sequence[Judged]) -> list[tuple[str, float]]:
    return [(j.candidate.code, j.probability) for j in judged if j.probability is not None]


def _highest(weighed: Sequence[Weighed]) -> list[tuple[str, float]]:
    """The likeliest proposal of each code: a weak one beside a sure one leaves nothing open."""
    highest: dict[str, float] = {}
    for w in weighed:
        highest[w.proposal.code] = max(w.probability, highest.get(w.proposal.code, 0.0))
    return list(highest.items())
