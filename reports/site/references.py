"""Sentences as they are cited on other pages: text, place and link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.site.names import file_name
from reports.views import DocumentView, SentenceRow

LONGEST = 420


@dataclass(frozen=True, slots=True)
class Reference:
    """A sentence with its address from the site's root."""

    text: str
    href: str
    page: int
    document: str
    label: str
    probability: float

    @property
    def where(self) -> str:
        """The page, in words."""
        return f"p. {self.page}"


class References:
    """Looks up sentences of a run by document and number."""

    def __init__(self, views: Mapping[str, DocumentView]) -> None:
        self._views = views
        self._sentences: dict[str, dict[int, SentenceRow]] = {}

    def get(self, doc_id: str, sentence_id: int) -> Reference:
        """A sentence; a long one is cut at a word."""
        view = self._views[doc_id]
        if doc_id not in self._sentences:
            self._sentences[doc_id] = {sentence.sentence_id: sentence for sentence in view.sentences}
        sentence = self._sentences[doc_id][sentence_id]
        text = sentence.text
        if len(text) > LONGEST:
            text = text[:LONGEST].rsplit(" ", 1)[0] + " …"
        claim = view.claims.get(sentence_id)
        label = claim.label if claim is not None and claim.is_claim else ""
        href = f"documents/{file_name(doc_id)}.html#s{sentence_id}"
        return Reference(text, href, sentence.page, view.title, label, claim.probability if claim is not None else 0.0)

    def document(self, doc_id: str) -> str:
        """The address of a document's page from the site's root."""
        return f"documents/{file_name(doc_id)}.html"
