"""The unit that is classified: a sentence with what stands around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.records import ManifestRow
from extractors.document import Document, sentence_texts
from models.records import Mention

BEFORE_CHARACTERS = 400
AFTER_CHARACTERS = 300
SENTENCES_BEFORE = 2


@dataclass(frozen=True, slots=True)
class SentenceInContext:
    """A sentence and its context. Every field but ``text`` may be unknown (``""``, ``()`` or ``None``).

    ``before`` and ``after`` are the neighbouring text, ``section`` the nearest heading, ``block`` the kind of block,
    ``position`` where in the document it stands (0 first, 1 last sentence), ``voice`` and ``kind`` come from the
    manifest, ``codes`` are the mentions' codes with their attributes (``barrier.funding``, ``barrier:negated``).
    """

    text: str
    before: str = ""
    after: str = ""
    section: str = ""
    block: str = ""
    position: float | None = None
    voice: str = ""
    kind: str = ""
    codes: tuple[str, ...] = ()


def mention_codes(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """The codes of a sentence's mentions, each with its top code and attributes, in a fixed order."""
    codes: list[str] = []
    for mention in mentions:
        codes.append(mention.top)
        if mention.code != mention.top:
            codes.append(mention.code)
        if mention.locus is not None:
            codes.append(f"{mention.top}@{mention.locus}")
        if mention.status is not None:
            codes.append(f"{mention.top}:{mention.status}")
    return tuple(sorted(codes))


def contexts_of(document: Document, mentions: Sequence[Mention], row: ManifestRow) -> list[SentenceInContext]:
    """One :class:`SentenceInContext` per sentence of ``document``, in its order."""
    by_sentence: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_sentence.setdefault(mention.sentence_id, []).append(mention)
    texts = sentence_texts(document)
    last = max(1, len(texts) - 1)
    return [
        SentenceInContext(
            text=texts[index],
            before=" ".join(texts[max(0, index - SENTENCES_BEFORE) : index])[-BEFORE_CHARACTERS:],
            after=texts[index + 1][:AFTER_CHARACTERS] if index + 1 < len(texts) else "",
            section=sentence.section,
            block=document.blocks[sentence.block].kind,
            position=index / last,
            voice=row.voice,
            kind=row.kind,
            codes=mention_codes(by_sentence.get(sentence.sentence_id, ())),
        )
        for index, sentence in enumerate(document.sentences)
    ]
