"""What a block's own words and print say of it: title, caption, or neither."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass

from extractors.assembly import TextBlock
from extractors.blocks import BULLET, MONTH, has_leaders
from extractors.lines import MARKER, Line

NUMBER = re.compile(
    r"(?:(?:chapter|part|section|annex|appendix|schedule)\s+)?(\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[A-Z])[.:)]?\s+", re.I
)
_NAMED_NUMBER = re.compile(
    r"(?:chapter|part|section|annex|appendix|schedule|recommendation|question|step|goal|priority|theme)\s*"
    r"(?:\d{1,2}(?:\.\d{1,2})*|[IVXLC]{1,6}|[A-Z])\s*[.:–—-]?",
    re.I,
)
_LABEL = (
    r"(?:(?:annex|appendix)\s+)?(?:table|figure|fig\.|box|chart|map|exhibit|graph|diagram|infographic)"
    r"\s*(?:[A-Z]?\d+(?:[.-]\d+)*|[IVX]+|[A-Z]\b)"
)
_CAPTION = re.compile(rf"(?i:{_LABEL})(?!\)?,?\s+[a-z])")
_LABEL_ALONE = re.compile(_LABEL + r"\s*[.:]?", re.I)
PAGE_AT_END = re.compile(r"(?:\.\s?){3,}\s*\d*$|\s\d{1,3}$")
_DATE = re.compile(rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{MONTH}\s+\d{{4}}", re.I)
_PERSON = re.compile(
    r"(?:prof\.|professor|dr\.?|mr\.?|mrs\.?|ms\.?|sir|dame|(?:the )?rt\.? hon|(?:the )?hon\.)\s", re.I
)
_APART = re.compile(r"(?:sources?|notes?|photographs?|photos?|credits?)\s*[:–—]", re.I)
_COLUMN_HEAD = re.compile(r"(?:(?:paragraph|para|page|section|chapter|no\.?|number)s?\s*)+$", re.I)
_SAYS = re.compile(r"\b(?:is|are|was|were|has|have|will|shall|must|should|can|may|following|below|includes?)\b")
_SENTENCE_END = re.compile(r"[a-z)]\.[”\"’]?\s?\d{0,3}$")
_ITEM = re.compile(r"\(?(?:[a-z]{1,2}|[ivx]{1,5}|\d{1,2})[.)]\s+[a-z]")
_OPENING, _CLOSING = '“‘"', '”’"'
_MOST_WORDS = 25


@dataclass(frozen=True, slots=True)
class Print:
    """The document's body print: height, whether it is bold, and how many characters each style has."""

    size: float
    bold: bool
    share: dict[tuple[float, bool, str], float]


def style(line: Line) -> tuple[float, bool, str]:
    """What makes two lines look alike."""
    return (round(line.size * 2) / 2, line.bold, line.font.name)


def body_print(pages: list[list[Line]]) -> Print:
    """The commonest print by number of characters."""
    counts: Counter[tuple[float, bool, str]] = Counter()
    for lines in pages:
        for line in lines:
            counts[style(line)] += len(line.text)
    total = max(1, counts.total())
    sizes: Counter[float] = Counter()
    for (size, _, _), count in counts.items():
        sizes[size] += count
    size = sizes.most_common(1)[0][0] if sizes else 12.0
    bold = sum(count for (_, heavy, _), count in counts.items() if heavy) > 0.5 * total
    return Print(size, bold, {key: count / total for key, count in counts.items()})


def is_caption(text: str) -> bool:
    """Whether a short block names a table, figure or box; a sentence that begins with its name does not."""
    return len(text) < 260 and text[0] in "TFBCMEGDIAtfbcmegdia" and bool(_CAPTION.match(text))


def is_date(text: str) -> bool:
    """Whether a text is a date: below a heading it may belong to it, elsewhere it says when somebody signed."""
    return len(text) < 24 and bool(_DATE.fullmatch(text))


def is_label(text: str) -> bool:
    """Whether a text is the label of a caption and nothing more: its title stands in the next line."""
    return len(text) < 24 and bool(_LABEL_ALONE.fullmatch(text))


def is_title_like(block: TextBlock) -> bool:
    """Whether a block's words could be those of a title, whatever its print: short, no sentence, no list, no row."""
    text = block.text
    if len(text) > 12 * _MOST_WORDS or text[-1] in ";,-\u00ad" or _SENTENCE_END.search(text) or _ITEM.match(text):
        return False
    words = text.split()
    letters = sum(map(str.isalpha, text))
    if letters < 3 or len(words) > _MOST_WORDS or letters < 0.4 * len(text.replace(" ", "")):
        return False
    if block.contents or text[0].islower() or BULLET.match(text) or has_leaders(text) or _APART.match(text):
        return False
    if text[0] in _OPENING and not any(sign in text[1:] for sign in _CLOSING):
        return False
    is_person = len(words) <= 8 and bool(_PERSON.match(text))
    is_stem = text[-1] == ":" and len(words) > 8 and bool(_SAYS.search(text))
    return not (is_person or is_stem or _COLUMN_HEAD.match(text) or _is_row(block.lines))


def _is_row(lines: list[Line]) -> bool:
    """Whether two pieces of a base line stand apart like cells of a table or words in a chart."""
    return any(
        abs(line.middle - before.middle) < 0.3 * line.size
        and line.x0 - before.x1 > 1.2 * line.size
        and not MARKER.match(before.text)
        and not _NAMED_NUMBER.fullmatch(before.text)
        and len(before.text) > 4
        for before, line in itertools.pairwise(lines)
    )


def looks_like_heading(block: TextBlock, body: Print, titles: frozenset[str], italics: frozenset[float]) -> bool:  # noqa: PLR0911
    """Decide from the block alone. ``italics`` are the heights of slanted print that is used for titles."""
    if not is_title_like(block):
        return False
    text, first = block.text, block.lines[0]
    words = text.split()
    bigger = first.size / body.size
    bold = all(line.bold for line in block.lines)
    rare = body.share.get(style(first), 0.0) < 0.12
    if bigger > 1.12 and rare:
        return True
    if len(words) <= 18 and plain(text) in titles:
        return True
    if bigger < 0.72 or (text[-1] == ":" and not bold):
        return False
    if bold and not body.bold and rare and len(words) <= 18:
        return True
    if rare and all(x.font.italic for x in block.lines):
        if round(first.size) in italics:
            return True
        return len(block.lines) == 1 and len(words) <= 14 and first.x1 - first.x0 < 400 and text[-1] not in '”"’).'
    number = NUMBER.match(text)
    if number and "." in number.group(1) and len(words) <= 14 and rare and (bigger > 1.03 or text.isupper()):
        return True
    return text.isupper() and len(words) <= 12 and len(words) > 1 and sum(map(str.isalpha, text)) > 8 and rare


def plain(text: str) -> str:
    """Letters and digits only, without the number in front and the page behind: titles are compared this way."""
    text = PAGE_AT_END.sub("", text.lower())
    return re.sub(r"[\W_]+", "", text)
