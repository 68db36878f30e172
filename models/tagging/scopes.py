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

from corpus.codebook import Codebook, ScopeRule
from corpus.codebook_patterns import Expression, compile_pattern
from models.tagging.candidates import Candidate

_CLAUSE_END = re.compile(r"[;:.!?()\u2013\u2014]")
_WORD = re.compile(r"[\w'\u2019-]+")


class Scopes:
    """The scope rules of a codebook, ready to ask."""

    def __init__(self, codebook: Codebook) -> None:
        self._rules: dict[str, list[tuple[ScopeRule, list[Expression]]]] = {}
        for rule in codebook.scopes:
            expressions = [compile_pattern(p, codebook.classes) for p in rule.patterns]
            self._rules.setdefault(rule.attribute, []).append((rule, expressions))
        words = "|".join(re.escape(t) for t in codebook.terminators)
        self._terminator = re.compile(rf"\b(?:{words})\b") if words else None
        self._pseudo = [compile_pattern(p, codebook.classes) for p in codebook.pseudo]

    def value(self, attribute: str, low: str, candidate: Candidate) -> str:
        """The value that the nearest cue in scope gives the candidate; ``""`` where no cue reaches it."""
        best: tuple[int, str] | None = None
        masked = [
            m.span()
            for expression in self._pseudo
            if any(a in low for a in expression.anchors)
            for m in expression.regex.finditer(low)
        ]
        for rule, expressions in self._rules.get(attribute, ()):
            for expression in expressions:
                if not any(a.removeprefix("-") in low for a in expression.anchors):
                    continue
                for match in expression.regex.finditer(low):
                    start, end = match.span("m")
                    if any(s <= start and end <= e for s, e in masked):
                        continue
                    distance = self._distance(rule, low, start, end, candidate)
                    if distance is not None and (best is None or distance < best[0]):
                        best = (distance, rule.value)
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
