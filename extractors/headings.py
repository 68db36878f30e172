"""Which blocks are headings, and their levels: by size, weight, numbering, capitals and the table of contents."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from extractors.assembly import TextBlock
from extractors.blocks import BULLET, LEADERS, has_leaders
from extractors.lines import Line

_NUMBER = re.compile(
    r"(?:(?:chapter|part|section|annex|appendix|schedule)\s+)?(\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[A-Z])[.:)]?\s+", re.I
)
_CAPTION = re.compile(
    r"(?:table|figure|fig\.|box|chart|map|exhibit|graph|diagram|infographic)\s*(?:[A-Z]?\d+(?:[.-]\d+)*|[IVX]+|[A-Z]\b)",
    re.I,
)
_PAGE_AT_END = re.compile(r"(?:\.\s?){3,}\s*\d*$|\s\d{1,3}$")
_PERSON_OR_DATE = re.compile(
    r"(?:prof\.|dr\.?|mr\.?|mrs\.?|ms\.?|sir|hon\.?|the rt\.? hon|rt\.? hon)\s|"
    r"\d{1,2}(?:st|nd|rd|th)?\s+(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+\d{4}$",
    re.I,
)
_MOST_WORDS = 25
_OFTEN = 5


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


def plain(text: str) -> str:
    """Letters and digits only, without the number in front and the page behind: titles are compared this way."""
    text = _PAGE_AT_END.sub("", text.lower())
    return re.sub(r"[\W_]+", "", text)


def contents_titles(blocks: list[TextBlock]) -> frozenset[str]:
    """Titles listed in a table of contents: lines with leaders, or a run of lines that end in page numbers."""
    titles: set[str] = set()
    for block in blocks:
        if block.contents or has_leaders(block.text):
            titles.add(plain(LEADERS.split(block.text)[0]))
    titles.discard("")
    return frozenset(title for title in titles if len(title) > 3)


def is_caption(text: str) -> bool:
    """Whether a short block names a table, figure or box."""
    return len(text) < 260 and text[0] in "TFBCMEGDI" and bool(_CAPTION.match(text))


def looks_like_heading(block: TextBlock, body: Print, titles: frozenset[str]) -> bool:  # noqa: PLR0911
    """Decide from the block alone. Its neighbours are looked at by :func:`name_headings`."""
    text, first = block.text, block.lines[0]
    if len(text) > 12 * _MOST_WORDS or text[-1] in ";," or (text[-1] == "." and text[-2:-1].islower()):
        return False
    words = text.split()
    letters = sum(map(str.isalpha, text))
    if letters < 3 or len(words) > _MOST_WORDS or letters < 0.4 * len(text.replace(" ", "")):
        return False
    if (
        block.contents
        or BULLET.match(text)
        or has_leaders(text)
        or text[0].islower()
        or re.search(r"[a-z]\.$|[;,]$", text)
    ):
        return False
    bigger = first.size / body.size
    bold = all(line.bold for line in block.lines)
    rare = body.share.get(style(first), 0.0) < 0.12
    known = plain(text) in titles
    if bigger > 1.12 and rare:
        return True
    if known and len(words) <= 18:
        return True
    if text[-1] == ":" and not bold:
        return False
    if bold and not body.bold and rare and len(words) <= 18:
        return True
    if len(block.lines) == 1 and all(x.font.italic for x in block.lines) and rare and len(words) <= 14:
        return first.x1 - first.x0 < 400 and text[-1] not in '”"’).'
    number = _NUMBER.match(text)
    if number and "." in number.group(1) and len(words) <= 14 and rare and (bigger > 1.03 or text.isupper()):
        return True
    return text.isupper() and len(words) <= 12 and len(words) > 1 and letters > 8 and rare


def name_headings(blocks: list[TextBlock], body: Print) -> None:
    """Set kind and level of headings and captions; levels follow size, then weight, then numbering."""
    titles = contents_titles(blocks)
    covers = _cover_pages(blocks, body)
    listed = {line.page for block in blocks if block.contents for line in block.lines}
    times = Counter(block.text for block in blocks)
    found: list[TextBlock] = []
    for block in blocks:
        if block.drawn or block.lines[0].page in covers:
            continue
        if block.lines[0].page in listed and _PAGE_AT_END.search(block.text):
            continue
        if is_caption(block.text):
            if block.lines[0].bold or block.lines[0].size <= body.size * 1.02 or len(block.lines) < 3:
                block.kind = "caption"
        elif times[block.text] >= _OFTEN and not _NUMBER.match(block.text):
            continue  # the head of a table that goes on over many pages
        elif block.kind in ("body", "box", "list_item") and looks_like_heading(block, body, titles):
            found.append(block)
    styles = sorted({_rank(block) for block in found}, reverse=True)
    levels: dict[tuple[float, bool], int] = {}
    previous: float | None = None
    level = 0
    for rank in styles:
        if previous is None or previous - rank[0] > 0.9 or (previous - rank[0] < 0.9 and rank[1] is False):
            level += 1
        levels[rank] = min(level, 6)
        previous = rank[0]
    for block in found:
        block.kind, block.level = "heading", levels[_rank(block)]


def _cover_pages(blocks: list[TextBlock], body: Print) -> set[int]:
    """The first pages up to the first that holds a paragraph of body print: what is large there is a title page's."""
    covers: set[int] = set()
    for block in blocks:
        first = block.lines[0]
        if block.contents or (len(block.text) > 250 and abs(first.size - body.size) < 0.1 * body.size):
            covers.discard(first.page)
            break
        covers.add(first.page)
    return {page for page in covers if page <= 4}


def _rank(block: TextBlock) -> tuple[float, bool]:
    line = block.lines[0]
    return (round(line.size), line.bold)
