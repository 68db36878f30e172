"""Checks of a codebook beyond its shape: clashes, patterns that never match, examples that do not behave as stated."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import spacy
from spacy.errors import MatchPatternError
from spacy.matcher import Matcher

from corpus.codebook import Code, Codebook, Example, Rule
from corpus.codebook_patterns import Expression, PatternError, compile_pattern
from models.tagger import Tagger
from models.tagging.mentions import SentenceMention

_TAG = re.compile(r"[<>]")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong (``error``) or worth a look (``note``) at one place of the codebook."""

    kind: Literal["error", "note"]
    place: str
    message: str


def check_codebook(codebook: Codebook) -> list[Finding]:
    """All findings, errors first. Examples are tried only where every pattern compiles."""
    findings = [*_patterns(codebook), *_clashes(codebook), *_classes(codebook)]
    if not any(f.kind == "error" for f in findings):
        findings += _examples(codebook)
    return sorted(findings, key=lambda f: (f.kind != "error", f.place, f.message))


def _places(codebook: Codebook) -> Iterator[tuple[str, str]]:
    for code in codebook.codes:
        for rule in code.rules:
            yield from ((f"rule {rule.rule_id}", p) for p in rule.patterns)
        for veto in code.vetoes:
            yield from ((f"veto {veto.veto_id}", p) for p in veto.patterns)
        for sub in code.subcodes:
            yield from ((f"cues of {code.name}.{sub.name}", p) for p in sub.cues)
    for scope in codebook.scopes:
        yield from ((f"scope {scope.rule_id}", p) for p in scope.patterns)
    yield from (("pseudo", p) for p in codebook.pseudo)


def _patterns(codebook: Codebook) -> Iterator[Finding]:
    for place, pattern in _places(codebook):
        try:
            compile_pattern(pattern, codebook.classes)
        except PatternError as error:
            yield Finding("error", place, str(error))
    for rule in codebook.rules():
        yield from _token_patterns(rule)
        yield from _vetoed(codebook, rule)


def _token_patterns(rule: Rule) -> Iterator[Finding]:
    for tokens in rule.tokens:
        matcher = Matcher(spacy.blank("en").vocab, validate=True)
        try:
            matcher.add(rule.rule_id, [[dict(t) for t in tokens]])
        except (MatchPatternError, ValueError) as error:
            first = str(error).strip().splitlines()
            yield Finding("error", f"rule {rule.rule_id}", f"spaCy refuses the token pattern: {first[-1].strip()}")


def _vetoed(codebook: Codebook, rule: Rule) -> Iterator[Finding]:
    """Patterns of plain words that a veto of the same code always covers, so that they can never make a mention."""
    vetoes = [p for v in codebook.by_name[rule.code].vetoes for p in v.patterns]
    for pattern in rule.patterns:
        if re.fullmatch(r"[\w' -]+", pattern) is None:
            continue
        for veto in vetoes:
            try:
                expression = compile_pattern(veto, codebook.classes)
            except PatternError:
                continue
            if expression.regex.search(pattern):
                yield Finding(
                    "error", f"rule {rule.rule_id}", f"pattern {pattern!r} can never match: veto {veto!r} covers it"
                )


def _clashes(codebook: Codebook) -> Iterator[Finding]:
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rule in codebook.rules():
        for pattern in rule.patterns:
            seen[rule.code, " ".join(pattern.split())].append(rule.rule_id)
    for (name, pattern), rules in seen.items():
        if len(set(rules)) > 1:
            yield Finding("error", f"code {name}", f"pattern {pattern!r} stands in {' and '.join(sorted(set(rules)))}")
        elif len(rules) > 1:
            yield Finding("note", f"rule {rules[0]}", f"pattern {pattern!r} stands there twice")
    for code in codebook.codes:
        cues: dict[str, list[str]] = defaultdict(list)
        for sub in code.subcodes:
            for cue in sub.cues:
                cues[cue].append(sub.name)
        for cue, names in cues.items():
            if len(set(names)) > 1:
                yield Finding(
                    "error", f"code {code.name}", f"cue {cue!r} speaks for {' and '.join(sorted(set(names)))}"
                )


def _classes(codebook: Codebook) -> Iterator[Finding]:
    used = {name for _, pattern in _places(codebook) for name in re.findall(r"<([\w-]+)>", pattern)}
    for name, members in codebook.classes.items():
        if name not in used and name != "setting":
            yield Finding("note", f"class {name}", "no pattern uses it")
        twice = sorted(m for m, n in Counter(members).items() if n > 1)
        for member in twice:
            yield Finding("note", f"class {name}", f"{member!r} stands there twice")
        for member in members:
            if _TAG.search(member) or "[" in member or ".." in member:
                yield Finding("error", f"class {name}", f"{member!r}: members are words or phrases without signs")


def _examples(codebook: Codebook) -> Iterator[Finding]:
    tagger = Tagger(codebook)
    for code in codebook.codes:
        if not code.include:
            yield Finding("note", f"code {code.name}", "no inclusion example")
        for example in code.include:
            yield from _included(tagger, code, example)
        for example in code.exclude:
            found = [m for m in tagger.tag_sentences([example.text])[0] if m.code.partition(".")[0] == code.name]
            for m in found:
                quoted = example.text[m.start : m.end]
                yield Finding(
                    "error", f"exclusion example of {code.name}", f"{example.text!r} gives {quoted!r} by {m.rule}"
                )


def _included(tagger: Tagger, code: Code, example: Example) -> Iterator[Finding]:
    place = f"inclusion example of {code.name}"
    found = [m for m in tagger.tag_sentences([example.text])[0] if m.code.partition(".")[0] == code.name]
    for quoted in example.mentions:
        start = example.text.index(quoted)
        met = [m for m in found if m.start < start + len(quoted) and start < m.end]
        if not met:
            yield Finding("error", place, f"{example.text!r} gives no mention of {quoted!r}")
            continue
        yield from min((list(_attributes(place, code, example, m)) for m in met), key=len)


def _attributes(place: str, code: Code, example: Example, m: SentenceMention) -> Iterator[Finding]:
    pairs = (
        ("subcode", f"{code.name}.{example.subcode}" if example.subcode else "", m.code),
        ("locus", example.locus, m.locus),
        ("status", example.status, m.status),
    )
    for name, stated, value in pairs:
        if stated and stated != value:
            yield Finding("error", place, f"{example.text!r}: {name} is {value}, stated is {stated}")


def matching(expression: Expression, text: str) -> list[str]:
    """What a pattern matches in a text; for trying a pattern out."""
    low = text.lower()
    return [text[slice(*m.span("m"))] for m in expression.regex.finditer(low)]
