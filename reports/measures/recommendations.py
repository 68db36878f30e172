"""What a response does with the recommendations it answers: accepts them, in part, rejects them, or neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reports.views import DocumentView, SentenceRow

Answer = Literal["accepted", "in_part", "rejected", "noted", "no_plain_answer"]
ANSWERS: tuple[Answer, ...] = ("accepted", "in_part", "rejected", "noted", "no_plain_answer")
RESPONSE_KINDS = ("government_response", "response")

ITEM = re.compile(
    r"^\W*(?:\w+\s+){0,3}?(?:recommendations?|conclusions?(?: and recommendations?)?)\s+(\d+(?:\.\d+)*|[A-Z]\d+)\b[.:)]?",
    re.IGNORECASE,
)
_WHO = r"(?:we|government|governments|department|ministers?|ministry|council|administration|agency|cabinet secretary|authority|DfE|HMG)"
_ADVERB = r"(?:\s+(?:also|fully|strongly|broadly|entirely|warmly|therefore|has|have|had|is|are|do|does|did|would|will|can|cannot|not|n't|partly|partially|only|welcomes?|and|the|chair's|findings))*"
_OBJECT = r"(?:recommend|conclusion|principle|need|with the|with this|that\b|this\b|it\b|in part|in full|point|proposal|finding)"
IN_PART = re.compile(
    rf"\b{_WHO}\b[^.;]{{0,60}}\b(?:partially|partly|in part|in principle|with (?:some )?(?:modification|reservation|qualification)s?)\b"
    rf"|\b(?:accept\w*|agree\w*)\s+(?:\w+\s+){{0,4}}?(?:in part|in principle|partially|partly|subject to|with (?:a )?(?:reservation|qualification)s?)\b"
    r"|^\W*(?:response:?\s*)?(?:partially|partly) (?:accepted|agreed)\b|\baccepted in (?:part|principle)\b",
    re.IGNORECASE,
)
REJECTED = re.compile(
    rf"\b{_WHO}\b[^.;]{{0,40}}\b(?:rejects?|rejected|disagrees?|disagreed)\b"
    rf"|\b{_WHO}\b[^.;]{{0,25}}\b(?:do|does|did|is|are|will|can|could|would)(?:\s+not|n[’']t)\s+(?:\w+\s+)?(?:accept|agree|support|believe it|consider it|persuaded|convinced|intend to|plan to)\b"
    rf"|\b{_WHO}\b[^.;]{{0,25}}\b(?:cannot|can not)\s+(?:accept|agree)\b"
    r"|^\W*(?:response:?\s*)?(?:rejected|not accepted|not agreed)\b",
    re.IGNORECASE,
)
ACCEPTED = re.compile(
    rf"\b{_WHO}\b{_ADVERB}\s+(?:accepts?|accepted|agrees?|agreed|endorses?|supports?|concurs?)\s+(?:\w+[’']?\w*\s+){{0,5}}?{_OBJECT}"
    r"|^\W*(?:response:?\s*)?(?:fully )?(?:accepted|agreed|accept|agree)\b[.:]?"
    r"|\brecommendations?\b[^.;]{0,30}\b(?:is|are|was|were|has been|have been) (?:fully )?accepted\b",
    re.IGNORECASE,
)
NOTED = re.compile(
    rf"\b{_WHO}\b{_ADVERB}\s+(?:notes?|noted|acknowledges?|recognises?|recognizes?|welcomes?|appreciates?|shares?|will consider)\b|^\W*noted\b",
    re.IGNORECASE,
)
QUOTED_VOICE = re.compile(
    r"\b(?:we|the committee|the inquiry) (?:recommends?|urges?|calls? (?:on|for))\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """A recommendation as it stands in a response, and what the response does with it.

    ``sentence_id`` is where the item starts, ``answer_sentence`` where the deciding words stand (None without any).
    """

    doc_id: str
    number: str
    sentence_id: int
    answer: Answer
    answer_sentence: int | None


def answered_items(view: DocumentView) -> list[AnsweredItem]:
    """The items of a response in reading order, none where it does not mark its recommendations.

    A recommendation that is listed more than once (a table of contents, a summary) counts once: the listing with a
    plain answer decides, else the longest.
    """
    if view.text("kind") not in RESPONSE_KINDS:
        return []
    best: dict[str, tuple[int, AnsweredItem]] = {}
    for number, sentences in _sections(view.sentences):
        item = _answer(view.doc_id, number, sentences)
        plain = item.answer not in ("no_plain_answer", "noted")
        weight = (10_000 if plain else 0) + len(sentences)
        if number not in best or weight > best[number][0]:
            best[number] = (weight, item)
    return sorted((item for _, item in best.values()), key=lambda item: item.sentence_id)


def _sections(sentences: tuple[SentenceRow, ...]) -> Iterator[tuple[str, list[SentenceRow]]]:
    number = ""
    held: list[SentenceRow] = []
    for sentence in sentences:
        found = ITEM.match(sentence.text)
        if found:
            if number:
                yield number, held
            number, held = found.group(1), []
        held.append(sentence)
    if number:
        yield number, held


def _answer(doc_id: str, number: str, sentences: list[SentenceRow]) -> AnsweredItem:
    noted: int | None = None
    for sentence in sentences:
        verdict = read_answer(sentence.text)
        if verdict == "noted":
            noted = sentence.sentence_id if noted is None else noted
        elif verdict is not None:
            return AnsweredItem(doc_id, number, sentences[0].sentence_id, verdict, sentence.sentence_id)
    answer: Answer = "no_plain_answer" if noted is None else "noted"
    return AnsweredItem(doc_id, number, sentences[0].sentence_id, answer, noted)


def read_answer(text: str) -> Answer | None:
    """What one sentence of a response does with a recommendation; None where it does nothing plainly.

    >>> read_answer("The Government accepts this recommendation in part.")
    'in_part'
    >>> read_answer("We do not accept the recommendation.")
    'rejected'
    """
    if QUOTED_VOICE.search(text):
        return None
    for answer, pattern in (("in_part", IN_PART), ("rejected", REJECTED), ("accepted", ACCEPTED), ("noted", NOTED)):
        if pattern.search(text):
            return answer  # type: ignore[return-value]
    return None
