"""Distinctive words as a page: voices against each other, and learning against legitimation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from reports.measures.distinctive import DistinctiveWord, distinctive_words, words_of
from reports.site.pages import Site
from reports.views import DocumentView

LEAST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class WordGroup:
    """A group and its distinctive words; ``longest`` is the z-score that fills the bar."""

    name: str
    words: tuple[DistinctiveWord, ...]
    longest: float


@dataclass(frozen=True, slots=True)
class WordPart:
    """A section of the page."""

    title: str
    note: str
    groups: tuple[WordGroup, ...]


def write_voices(site: Site, views: Mapping[str, DocumentView]) -> None:
    """Write ``voices.html``."""
    voices: dict[str, Counter[str]] = {}
    claims: dict[str, Counter[str]] = {}
    for view in views.values():
        for sentence in view.sentences:
            if sentence.kind == "heading":
                continue
            words = words_of(sentence.text)
            if view.text("voice"):
                voices.setdefault(view.text("voice"), Counter()).update(words)
            claim = view.claims.get(sentence.sentence_id)
            if claim is not None and claim.is_claim:
                claims.setdefault(claim.label, Counter()).update(words)
    enough = {name: counts for name, counts in voices.items() if sum(counts.values()) >= LEAST_WORDS}
    parts = [
        _part("By voice", f"Voices with at least {LEAST_WORDS:,} words, each against all the others.", enough),
        _part(
            "Learning against legitimation",
            "Sentences by the label that the classifier gave them: the words show its habits too.",
            claims,
        ),
    ]
    site.page("voices.html", "voices.html", parts=[part for part in parts if part.groups])


def _part(title: str, note: str, counts: Mapping[str, Counter[str]]) -> WordPart:
    found = distinctive_words(counts)
    groups = [
        WordGroup(name, tuple(words), max((word.z for word in words), default=1.0)) for name, words in found.items()
    ]
    return WordPart(title, note, tuple(group for group in groups if group.words))
