"""Distinctive words as a page: voices against each other, and learning against legitimation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass

from reports.measures.distinctive import DistinctiveWord, distinctive_words, words_of
from reports.site.pages import Site
from reports.views import DocumentView

LEAST_WORDS = 2000
LEAST_DOCUMENTS = 2


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
    documents: Counter[str] = Counter()
    for view in views.values():
        own: set[str] = set()
        for sentence in view.sentences:
            if sentence.kind == "heading":
                continue
            words = words_of(sentence.text)
            own.update(words)
            if view.text("voice"):
                voices.setdefault(view.text("voice"), Counter()).update(words)
            claim = view.claims.get(sentence.sentence_id)
            if claim is not None and claim.is_claim:
                claims.setdefault(claim.label, Counter()).update(words)
        documents.update(own)
    spread = {word for word, number in documents.items() if number >= LEAST_DOCUMENTS}
    enough = {name: counts for name, counts in voices.items() if sum(counts.values()) >= LEAST_WORDS}
    parts = [
        _part("By voice", f"Voices with at least {LEAST_WORDS:,} words, each against all the others.", enough, spread),
        _part(
            "Learning against legitimation",
            "Sentences by the label that the classifier gave them: the words show its habits too.",
            claims,
            spread,
        ),
    ]
    site.page("voices.html", "voices.html", parts=[part for part in parts if part.groups], least=LEAST_DOCUMENTS)


def _part(title: str, note: str, counts: Mapping[str, Counter[str]], shown: Set[str]) -> WordPart:
    found = distinctive_words(counts, shown=shown)
    groups = [
        WordGroup(name, tuple(words), max((word.z for word in words), default=1.0)) for name, words in found.items()
    ]
    return WordPart(title, note, tuple(group for group in groups if group.words))
