"""From sentences to candidate mentions: a fast pass for anchors, then the patterns that those anchors belong to.

An Aho-Corasick automaton reads all sentences once and says which patterns could match in which sentence; only those
regular expressions run there, and only sentences with a token pattern's anchor are tokenised for spaCy's Matcher.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import ahocorasick_rs
import spacy
from spacy.matcher import Matcher

from corpus.codebook import Codebook, Rule
from corpus.codebook_patterns import Anchor, Expression, compile_pattern
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
    """Many compiled patterns, of which only those run on a text where their anchors occur."""

    def __init__(self, expressions: Sequence[Expression]) -> None:
        self.expressions = tuple(expressions)
        owners: dict[Anchor, set[int]] = defaultdict(set)
        for index, expression in enumerate(self.expressions):
            for anchor in expression.anchors:
                owners[anchor].add(index)
            for anchor in frozenset().union(*expression.further):
                owners.setdefault(anchor, set())
        anchors = sorted(owners)
        number = {anchor: place for place, anchor in enumerate(anchors)}
        self._owners = [tuple(sorted(owners[a])) for a in anchors]
        self._further = [[frozenset(number[a] for a in own) for own in e.further] for e in self.expressions]
        self._begins, self._ends = [a.begins for a in anchors], [a.ends for a in anchors]
        fast = ahocorasick_rs.Implementation.DFA
        self._automaton = ahocorasick_rs.AhoCorasick([a.letters for a in anchors], implementation=fast)

    def triggered(self, low_texts: Sequence[str]) -> dict[int, list[int]]:
        """Which patterns (indices into ``expressions``, ascending) may match in which text."""
        found = {}
        for text, anchors in self._anchors_in(low_texts).items():
            possible = set().union(*[self._owners[anchor] for anchor in anchors])
            kept = [p for p in possible if not any(map(anchors.isdisjoint, self._further[p]))]
            if kept:
                found[text] = sorted(kept)
        return found

    def _anchors_in(self, low_texts: Sequence[str]) -> dict[int, set[int]]:
        """The anchors that stand in each text, where there are any."""
        if not self._owners:
            return {}
        joined = "\n".join(low_texts) + "\n"
        starts = [0, *accumulate(len(t) + 1 for t in low_texts)]
        found: dict[int, set[int]] = {}
        begins, ends, last, here = self._begins, self._ends, -1, set[int]()
        for anchor, start, end in self._automaton.find_matches_as_indexes(joined, overlapping=True):
            if (ends[anchor] and joined[end].isalpha()) or (begins[anchor] and start and joined[start - 1].isalnum()):
                continue
            if start >= last:
                text = bisect_right(starts, start) - 1
                last, here = starts[text + 1], set()
                found[text] = here
            here.add(anchor)
        return found

    def matches(self, low_text: str, indices: Sequence[int]) -> list[tuple[int, int, int]]:
        """``(pattern, start, end)`` of the marked parts of all matches of the given patterns in one text."""
        out = []
        for index in indices:
            for match in self.expressions[index].regex.finditer(low_text):
                start, end = match.span("m")
                if end > start:
                    out.append((index, start, end))
        return out

    def found(self, low_text: str) -> list[tuple[int, int, int]]:
        """The matches in a text of all patterns, as :meth:`matches` gives them."""
        return self.matches(low_text, self.triggered([low_text]).get(0, ()))


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
                candidates[:] = self._spared(candidates, self._vetoes.matches(low_texts[text], vetoed[text]))
            candidates.sort(key=lambda c: (c.start, -c.end, c.rule.rule_id))
        return found

    def spared(self, text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those candidates that no veto of their code overlaps; for spans that no pattern proposed."""
        low = lowered(text)
        return self._spared(candidates, self._vetoes.found(low))

    def _spared(self, candidates: Sequence[Candidate], vetoes: Sequence[tuple[int, int, int]]) -> list[Candidate]:
        spans = [(self._veto_codes[index], start, end) for index, start, end in vetoes]
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
