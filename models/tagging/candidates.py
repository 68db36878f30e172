"""From sentences to candidate mentions: a fast pass for anchors, then the patterns that those anchors belong to.

An Aho-Corasick automaton reads all sentences once and says which patterns could match in which sentence; only those
regular expressions run there, and only sentences with a token pattern's anchor are tokenised for spaCy's Matcher.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import ahocorasick_rs
import spacy
from spacy.matcher import Matcher

from corpus.codebook import Codebook, Rule
from corpus.codebook_patterns import Expression, compile_pattern
from models.tagging.noun_phrases import grow


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible mention: offsets into the sentence's text, the rule that made it and the key of its pattern."""

    start: int
    end: int
    rule: Rule
    pattern: str = ""

    @property
    def code(self) -> str:
        """The top code."""
        return self.rule.code


def pattern_key(rule: Rule, pattern: str) -> str:
    """A short name of a pattern that changes when the pattern does."""
    return f"{rule.rule_id}#{hashlib.sha256(pattern.encode()).hexdigest()[:8]}"


def lowered(text: str) -> str:
    """``text`` in lower case with unchanged length, so that offsets hold (a capital dotted I would grow)."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _grown(candidate: Candidate, low: str) -> Candidate:
    start, end = grow(low, candidate.start, candidate.end, candidate.rule.extend)
    return Candidate(start, end, candidate.rule, candidate.pattern)


class AnchoredPatterns:
    """Many compiled patterns, of which only those run on a text whose anchors occur in it."""

    def __init__(self, expressions: Sequence[Expression]) -> None:
        self.expressions = tuple(expressions)
        owners: dict[str, set[int]] = defaultdict(set)
        for index, expression in enumerate(self.expressions):
            for anchor in expression.anchors:
                owners[anchor].add(index)
        self._anchors = sorted(owners)
        self._owners = [tuple(sorted(owners[a])) for a in self._anchors]
        self._inside = [a.startswith("-") for a in self._anchors]
        self._automaton = ahocorasick_rs.AhoCorasick([a.removeprefix("-") for a in self._anchors])

    def triggered(self, low_texts: Sequence[str]) -> dict[int, set[int]]:
        """Which patterns (indices into ``expressions``) may match in which text."""
        if not self._anchors:
            return {}
        joined = "\n".join(low_texts)
        starts = [0, *accumulate(len(t) + 1 for t in low_texts)]
        found: dict[int, set[int]] = defaultdict(set)
        inside, owners = self._inside, self._owners
        text, last = -1, -1
        for anchor, start, _ in self._automaton.find_matches_as_indexes(joined, overlapping=True):
            if start and not inside[anchor] and joined[start - 1].isalnum():
                continue
            if start >= last:
                text = bisect_right(starts, start) - 1
                last = starts[text + 1]
            found[text].update(owners[anchor])
        return found

    def matches(self, low_text: str, indices: Iterable[int]) -> list[tuple[int, int, int]]:
        """``(pattern, start, end)`` of the marked parts of all matches of the given patterns in one text."""
        out = []
        for index in sorted(indices):
            for match in self.expressions[index].regex.finditer(low_text):
                start, end = match.span("m")
                if end > start:
                    out.append((index, start, end))
        return out


class CandidateFinder:
    """All rules and vetoes of a codebook, ready to run over sentences."""

    def __init__(self, codebook: Codebook) -> None:
        pairs = [(rule, p) for rule in codebook.rules() for p in rule.patterns]
        self._rules = [rule for rule, _ in pairs]
        self._keys = [pattern_key(rule, p) for rule, p in pairs]
        self._patterns = AnchoredPatterns([compile_pattern(p, codebook.classes) for _, p in pairs])
        vetoes = [(v.code, p) for code in codebook.codes for v in code.vetoes for p in v.patterns]
        self._veto_codes = [code for code, _ in vetoes]
        self._vetoes = AnchoredPatterns([compile_pattern(p, codebook.classes) for _, p in vetoes])
        self._token_rules = {rule.rule_id: rule for rule in codebook.rules() if rule.tokens}
        if self._token_rules:
            self._nlp = spacy.blank("en")
            self._matcher = Matcher(self._nlp.vocab)
            for rule in self._token_rules.values():
                self._matcher.add(rule.rule_id, [list(map(dict, t)) for t in rule.tokens])

    def find(self, texts: Sequence[str]) -> list[list[Candidate]]:
        """Candidates of each text, by start; candidates of one rule that touch are one."""
        low_texts = [lowered(t) for t in texts]
        found: list[list[Candidate]] = [[] for _ in texts]
        vetoed = self._vetoes.triggered(low_texts)
        for text, indices in self._patterns.triggered(low_texts).items():
            for index, start, end in self._patterns.matches(low_texts[text], indices):
                found[text].append(Candidate(start, end, self._rules[index], self._keys[index]))
        if self._token_rules:
            self._find_tokens(texts, low_texts, found)
        for text, candidates in enumerate(found):
            candidates[:] = [_grown(c, low_texts[text]) if c.rule.extend else c for c in candidates]
            if candidates and text in vetoed:
                candidates[:] = self._spared(low_texts[text], candidates, vetoed[text])
            candidates.sort(key=lambda c: (c.start, -c.end, c.rule.rule_id))
        return found

    def spared(self, text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those candidates that no veto of their code overlaps; for spans that no pattern proposed."""
        low = lowered(text)
        return self._spared(low, candidates, self._vetoes.triggered([low]).get(0, set()))

    def _spared(self, low: str, candidates: Sequence[Candidate], vetoes: Iterable[int]) -> list[Candidate]:
        spans = [(self._veto_codes[i], start, end) for i, start, end in self._vetoes.matches(low, vetoes)]
        return [c for c in candidates if not any(v == c.code and s < c.end and c.start < e for v, s, e in spans)]

    def _find_tokens(self, texts: Sequence[str], low_texts: Sequence[str], found: list[list[Candidate]]) -> None:
        for text, low in enumerate(low_texts):
            if not any(a in low for rule in self._token_rules.values() for a in rule.anchors):
                continue
            doc = self._nlp.make_doc(texts[text])
            for key, start, end in self._matcher(doc):
                span = doc[start:end]
                rule = self._token_rules[self._nlp.vocab.strings[key]]
                found[text].append(Candidate(span.start_char, span.end_char, rule))
