"""From candidates to the mentions of one sentence: overlaps, subcodes, locus and status."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.codebook import Codebook
from corpus.codebook_patterns import compile_pattern
from models.records import Locus, Status
from models.tagging.candidates import AnchoredPatterns, Candidate, lowered
from models.tagging.joint import Accepted, Kinds
from models.tagging.scopes import Scopes

_OPEN = re.compile(r"[\w\s'\u2019\-]*")
_CUE_REACH, _SUBJECT_REACH = 30, 70


@dataclass(frozen=True, slots=True)
class SentenceMention:
    """A mention inside a sentence's own text: what :class:`models.records.Mention` says, before it has an address."""

    start: int
    end: int
    code: str
    rule: str
    locus: Locus | None = None
    status: Status | None = None
    entity: str | None = None


class MentionMaker:
    """Turns the accepted candidates of a sentence into mentions."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self._scopes = Scopes(codebook)
        self._cues: dict[str, tuple[list[str], AnchoredPatterns]] = {}
        for code in codebook.codes:
            pairs = [(sub.name, cue) for sub in code.subcodes for cue in sub.cues]
            expressions = [compile_pattern(cue, codebook.classes) for _, cue in pairs]
            self._cues[code.name] = ([name for name, _ in pairs], AnchoredPatterns(expressions))

    def make(self, text: str, accepted: Sequence[Accepted]) -> tuple[SentenceMention, ...]:
        """The mentions of one sentence, sorted by place."""
        if not accepted:
            return ()
        low = lowered(text)
        cues = self._scopes.cues(low)
        out = []
        nested = {code.name for code in self._codebook.codes if code.nested}
        for one in _longest(accepted, nested):
            candidate, kinds = one.candidate, one.kinds or Kinds()
            code = self._codebook.by_name[candidate.code]
            name = candidate.rule.subcode or self._infer(low, candidate)
            name = name or self._read(candidate, kinds) or code.default_subcode
            locus: Locus | None = None
            status: Status | None = None
            if "status" in code.attributes:
                status = candidate.rule.status or self._scopes.value("status", low, candidate, cues) or "asserted"  # type: ignore[assignment]
            if "locus" in code.attributes:
                implied = next((s.locus for s in code.subcodes if s.name == name), "")
                told = self._scopes.value("locus", low, candidate, cues) or implied or "unclear"
                locus = candidate.rule.locus or kinds.locus_with(told)  # type: ignore[assignment]
            full = f"{code.name}.{name}" if name else code.name
            out.append(SentenceMention(candidate.start, candidate.end, full, candidate.rule.rule_id, locus, status))
        return tuple(sorted(out, key=lambda m: (m.start, m.end, m.code)))

    def _read(self, candidate: Candidate, kinds: Kinds) -> str:
        """The reader's subcode; ``""`` where it has not read the mention or the codebook does not know the subcode."""
        return kinds.subcode if self._codebook.subcode(f"{candidate.code}.{kinds.subcode}") is not None else ""

    def _infer(self, low: str, candidate: Candidate) -> str:
        """The subcode whose cue the mention contains or, where the mention is open to the right, that follows it.

        Of several the last inside the mention decides, since the head of a noun phrase stands last; ``""`` if none.
        """
        names, patterns = self._cues[candidate.code]
        if not names:
            return ""
        start, end = candidate.start, candidate.end
        if candidate.rule.extend in ("right", "both"):
            end += _OPEN.match(low[end : end + _CUE_REACH]).end()  # type: ignore[union-attr]
        window = low[start:end]
        best: tuple[int, int, str] | None = None
        for index, cue_start, cue_end in patterns.found(window):
            outside = max(0, cue_start + start - candidate.end)
            key = (outside, -cue_end, names[index])
            best = key if best is None else min(best, key)
        if best is None and candidate.rule.subject:
            return self._infer_from_subject(low, candidate)
        return best[2] if best else ""

    def _infer_from_subject(self, low: str, candidate: Candidate) -> str:
        """The subcode of the last cue before the mention in its clause."""
        names, patterns = self._cues[candidate.code]
        before = low[max(0, candidate.start - _SUBJECT_REACH) : candidate.start]
        clause = before[max((before.rfind(sign) for sign in ";:.(,"), default=-1) + 1 :]
        found = patterns.found(clause)
        return names[max(found, key=lambda f: (f[2], f[0]))[0]] if found else ""


def _longest(accepted: Sequence[Accepted], nested: set[str]) -> list[Accepted]:
    """Of overlapping candidates of one code the longest; candidates of different codes may overlap.

    In a ``nested`` code candidates of different subcodes may overlap too.
    """
    kept: list[Accepted] = []
    for one in sorted(accepted, key=_longest_first):
        candidate = one.candidate
        if not any(
            k.candidate.code == candidate.code
            and (candidate.code not in nested or k.candidate.rule.subcode == candidate.rule.subcode)
            and k.candidate.start < candidate.end
            and candidate.start < k.candidate.end
            for k in kept
        ):
            kept.append(one)
    return kept


def _longest_first(one: Accepted) -> tuple[int, int, str]:
    candidate = one.candidate
    return candidate.start - candidate.end, candidate.start, candidate.rule.rule_id
