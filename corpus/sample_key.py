"""The answer key of the sample corpus: what a careful reader codes in its six fictional documents.

The key was made by reading, with the project's codebook, while the documents were written; its text is ours, so it may
hold sentences. Offsets of mentions are code points into the key's own sentence; :func:`match_sentences` and
:func:`place_mention` carry them over to what an extractor made of the PDF.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rapidfuzz import fuzz, process

SAMPLE = Path(__file__).parent / "sample"
CLOSE_ENOUGH = 88.0  # ratio in percent; OCR of the scanned page stays above it


@dataclass(frozen=True, slots=True)
class KeySentence:
    """One sentence and its coding. ``sentence`` is the key's number (``s001``), unique within ``doc_id``.

    ``kind`` is heading, body, list_item, footnote, caption or box. ``scan`` says that the page is only a picture.
    ``depth`` and ``learner`` are None unless ``label`` is ``learning``.
    """

    doc_id: str
    sentence: str
    page: int
    kind: str
    section: str
    scan: bool
    label: str
    depth: str | None
    learner: str | None
    text: str


@dataclass(frozen=True, slots=True)
class KeyMention:
    """A span of a key sentence, half open; ``locus`` and ``status`` are None unless the code is a barrier."""

    doc_id: str
    sentence: str
    page: int
    start: int
    end: int
    text: str
    code: str
    locus: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class KeyQuotation:
    """A sentence that quotes or closely paraphrases another document's.

    ``leaves_out_sentence`` is the sentence of the quoted document whose limit the quotation leaves out, or None.
    """

    doc_id: str
    sentence: str
    quotes_doc: str
    quotes_sentence: str
    leaves_out_sentence: str | None


@dataclass(frozen=True, slots=True)
class KeyMeasure:
    """Something that can be counted by hand: ``value`` of ``measure`` for ``doc_id`` (against ``other_doc``)."""

    doc_id: str
    measure: str
    value: str
    other_doc: str | None
    detail: str


@dataclass(frozen=True)
class SampleKey:
    """The whole key, in the order of the files."""

    sentences: tuple[KeySentence, ...]
    mentions: tuple[KeyMention, ...]
    quotations: tuple[KeyQuotation, ...]
    measures: tuple[KeyMeasure, ...]

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """The ids of the documents, in the order of the key."""
        return tuple(dict.fromkeys(s.doc_id for s in self.sentences))

    @cached_property
    def _mentions(self) -> dict[tuple[str, str], tuple[KeyMention, ...]]:
        found: dict[tuple[str, str], list[KeyMention]] = defaultdict(list)
        for mention in self.mentions:
            found[mention.doc_id, mention.sentence].append(mention)
        return {place: tuple(m) for place, m in found.items()}

    def of(self, doc_id: str) -> tuple[KeySentence, ...]:
        """The sentences of one document."""
        return tuple(s for s in self.sentences if s.doc_id == doc_id)

    def mentions_in(self, sentence: KeySentence) -> tuple[KeyMention, ...]:
        """The mentions of one sentence, by start."""
        return self._mentions.get((sentence.doc_id, sentence.sentence), ())


def read_key(folder: Path = SAMPLE) -> SampleKey:
    """Read the four key files of a folder.

    Raises
    ------
    FileNotFoundError
        Where the folder has no key.
    """
    return SampleKey(
        tuple(
            KeySentence(
                r["doc_id"],
                r["sentence"],
                int(r["page"]),
                r["kind"],
                r["section"],
                r["scan"] == "yes",
                r["label"],
                r["depth"] or None,
                r["learner"] or None,
                r["text"],
            )
            for r in _rows(folder / "key_claims.csv")
        ),
        tuple(
            KeyMention(
                r["doc_id"],
                r["sentence"],
                int(r["page"]),
                int(r["start"]),
                int(r["end"]),
                r["text"],
                r["code"],
                r["locus"] or None,
                r["status"] or None,
            )
            for r in _rows(folder / "key_mentions.csv")
        ),
        tuple(
            KeyQuotation(
                r["doc_id"], r["sentence"], r["quotes_doc"], r["quotes_sentence"], r["leaves_out_sentence"] or None
            )
            for r in _rows(folder / "key_quotations.csv")
        ),
        tuple(
            KeyMeasure(r["doc_id"], r["measure"], r["value"], r["other_doc"] or None, r["detail"])
            for r in _rows(folder / "key_measures.csv")
        ),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _bare(text: str) -> str:
    """Letters and digits, lower case: what survives line ends, hyphens and quotation marks."""
    return re.sub(r"[\W_]+", "", text).lower()


def match_sentences(
    key: Sequence[KeySentence], texts: Sequence[str], pages: Sequence[int] | None = None
) -> dict[str, int]:
    """Which of a document's sentences is which of the key's.

    Parameters
    ----------
    key
        The key's sentences of one document.
    texts
        The sentences that an extractor found in it, in reading order. Paragraph numbers, note calls and bullets that
        were left in do no harm; a sentence found in two pieces is not matched.
    pages
        Their pages, from 1; without them a heading may be taken for its line in the list of contents.

    Returns
    -------
    dict
        Key sentence number → index into ``texts``; each index at most once. What has no partner is absent.
    """
    bare = [_bare(t) for t in texts]
    places: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(bare):
        places[text].append(index)
    matched: dict[str, int] = {}
    rest: list[KeySentence] = []
    for sentence in key:
        same = places.get(_bare(sentence.text))
        if same:
            nearest = min(same, key=lambda i: abs(pages[i] - sentence.page)) if pages else same[0]
            same.remove(nearest)
            matched[sentence.sentence] = nearest
        else:
            rest.append(sentence)
    taken = set(matched.values())
    free = {i: t for i, t in enumerate(bare) if t and i not in taken}
    for sentence in rest:
        found = process.extractOne(_bare(sentence.text), free, scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH)
        if found is not None:
            matched[sentence.sentence] = found[2]
            del free[found[2]]
    return matched


def place_mention(mention: KeyMention, key_text: str, text: str) -> tuple[int, int] | None:
    """Where a mention stands in an extractor's version of its sentence; None where its words are not there.

    The same words may occur twice: the n-th occurrence in the key's sentence is the n-th in ``text``.
    """
    nth = key_text.count(mention.text, 0, mention.start)
    at = -1
    for _ in range(nth + 1):
        at = text.find(mention.text, at + 1)
        if at < 0:
            return None
    return at, at + len(mention.text)
