"""What the words around a mention say about it: scope rules over the clause, after the manner of ConText.

A cue opens a scope in its direction; the scope ends after ``reach`` words, at the end of the clause or at a
terminating word. A pseudo cue ("not only") opens none.

References
----------
Harkema, Dowling, Thornblade, Chapman (2009), ConText: an algorithm for determining negation, experiencer, and
temporal status from clinical reports. Journal of Biomedical Informatics 42(5).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.codebook import Codebook, ScopeRule
from corpus.codebook_patterns import compile_pattern
from models.tagging.candidates import AnchoredPatterns, Candidate

_CLAUSE_END = re.compile(r"[;:.!?()\u2013\u2014]")
_WORD = re.compile(r"[\w'\u2019-]+")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that open the scope of a rule, by their offsets in the sentence."""

    rule: ScopeRule
    start: int
    end: int


class Scopes:
    """The scope rules of a codebook, ready to ask."""

    def __init__(self, codebook: Codebook) -> None:
        pairs = [(rule, pattern) for rule in codebook.scopes for pattern in rule.patterns]
        self._rules = [rule for rule, _ in pairs]
        self._patterns = AnchoredPatterns([compile_pattern(p, codebook.classes) for _, p in pairs])
        self._pseudo = AnchoredPatterns([compile_pattern(p, codebook.classes) for p in codebook.pseudo])
        words = "|".join(re.escape(t) for t in codebook.terminators)
        self._terminator = re.compile(rf"\b(?:{words})\b") if words else None

    def cues(self, low: str) -> list[Cue]:
        """The cues of a sentence in lower case, without those that only look like one."""
        cues = [Cue(self._rules[index], start, end) for index, start, end in self._patterns.found(low)]
        masked = self._pseudo.found(low) if cues else []
        return [c for c in cues if not any(start <= c.start and c.end <= end for _, start, end in masked)]

    def value(self, attribute: str, low: str, candidate: Candidate, cues: Sequence[Cue]) -> str:
        """The value that the nearest cue in scope gives the candidate; ``""`` where there is none."""
        best: tuple[int, str] | None = None
        for cue in cues:
            if cue.rule.attribute == attribute:
                distance = self._distance(cue.rule, low, cue.start, cue.end, candidate)
                if distance is not None and (best is None or distance < best[0]):
                    best = (distance, cue.rule.value)
        return best[1] if best else ""

    def _distance(self, rule: ScopeRule, low: str, start: int, end: int, candidate: Candidate) -> int | None:
        """Words between cue and candidate, or None where the scope does not reach. A cue inside it has distance 0."""
        if start < candidate.end and candidate.start < end:
            # inside the mention "not" or "reduce" is part of what is named ("not enough staff")
            inside = start >= candidate.start and end <= candidate.end
            return 0 if inside and rule.value not in ("negated", "resolved") else None
        if end <= candidate.start and rule.direction in ("forward", "both"):
            between = low[end : candidate.start]
        elif candidate.end <= start and rule.direction in ("backward", "both"):
            between = low[candidate.end : start]
        else:
            return None
        if _CLAUSE_END.search(between) or (self._terminator and self._terminator.search(between)):
            return None
        words = len(_WORD.findall(between))
        return words if words < rule.reach else None
