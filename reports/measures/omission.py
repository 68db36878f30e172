"""What a quotation leaves out of its source: a barrier, a limit, or nothing of the kind."""

from __future__ import annotations

import re
from typing import Literal

from rapidfuzz import fuzz

from reports.measures.wording import wording
from reports.views import ClaimRow, DocumentView, MentionRow, SentenceRow

SAID_TOO = 70.0
OPENING = 3
LIMIT_CUES = (
    r"however|but|although|though|whereas|elsewhere|except|unless|provided that|only (?:where|when|if|in|for)",
    r"(?:did|does|do|was|were|could|would|had|has) not|cannot|never|no (?:evidence|effect|difference|gain|longer)",
    r"limited|less|fewer|lower|worse|fell|dropped|fail\w*|cost\w* more|too (?:early|few|little|small)",
    r"uncertain|unclear",
    r"depend(?:s|ed)? on|in the other|the others?|compared (?:with|to)|as long as|where \w+ had",
)
LOST_SPACE = re.compile(r"(?<=[a-z0-9)\]”’\"])[.!?][”’\"]?(?=[A-Z“‘(])")
LIMIT = re.compile(rf"\b(?:{'|'.join(LIMIT_CUES)})\b", re.IGNORECASE)

LeftOut = Literal["barrier", "limit", "nothing"]


def left_out(
    view: DocumentView, sentence: SentenceRow, source_view: DocumentView, source: SentenceRow, quoted: tuple[int, int]
) -> tuple[LeftOut, int | None]:
    """A barrier before a limit; the source sentence itself before the one that follows it in its paragraph."""
    paragraph = [one for one in view.sentences if one.block == sentence.block and one.kind != "heading"]
    said = {m.code for m in view.mentions if m.top == "barrier" and m.sentence_id in {s.sentence_id for s in paragraph}}
    told = " ".join(wording(one.text).text for one in paragraph)
    around = [s for s in source_view.sentences if s.block == source.block and s.sentence_id == source.sentence_id + 1]
    near = {one.sentence_id for one in (source, *around)}
    barriers = [
        m for m in source_view.mentions if m.sentence_id in near and m.top == "barrier" and m.status in ("asserted", "")
    ]
    within = _own_sentence(source.text, quoted)
    barriers = [m for m in barriers if m.sentence_id != source.sentence_id or _inside(m, source, within)]
    places = [(source, quoted), *((one, (0, 0)) for one in around)]
    for place, (start, end) in places:
        if any(_outside(mention, place, start, end) and mention.code not in said for mention in barriers):
            return "barrier", place.sentence_id
    for place, (start, end) in places:
        first, last = within if place is source else (0, len(place.text))
        rest = f"{place.text[first:start]} {place.text[end:last]}"
        if _limits(rest, place is source, source_view.claims.get(place.sentence_id)) and not _told(rest, told):
            return "limit", place.sentence_id
    return "nothing", None


def _own_sentence(text: str, quoted: tuple[int, int]) -> tuple[int, int]:
    """The quoted part's own sentence: PDFs lose the space after a full stop, so that two sentences look like one."""
    ends = [match.end() for match in LOST_SPACE.finditer(text)]
    first = max((end for end in ends if end <= quoted[0] + 1), default=0)
    return min(first, quoted[0]), min((end for end in ends if end >= quoted[1]), default=len(text))


def _inside(mention: MentionRow, sentence: SentenceRow, within: tuple[int, int]) -> bool:
    return within[0] <= mention.start - sentence.start and mention.end - sentence.start <= within[1]


def _limits(rest: str, same_sentence: bool, claim: ClaimRow | None) -> bool:
    """Whether what is left out limits what is quoted: any cue in the same sentence; in the one beside it a cue that
    opens it, or a cue in a learning claim."""
    found = LIMIT.search(rest)
    if found is None or same_sentence:
        return found is not None
    learns = claim is not None and claim.label == "learning"
    return learns or len(rest[: found.start()].split()) <= OPENING


def _outside(mention: MentionRow, sentence: SentenceRow, start: int, end: int) -> bool:
    if mention.sentence_id != sentence.sentence_id:
        return False
    return mention.end - sentence.start <= start or mention.start - sentence.start >= end or start == end


def _told(rest: str, told: str) -> bool:
    """Whether the quoting paragraph says the rest of the source too."""
    words = wording(rest).text
    return len(words) < 12 or fuzz.partial_ratio(words, told) >= SAID_TOO
