"""Which blocks are headings, and their levels: by size, weight, numbering, capitals and the table of contents."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict

from extractors.assembly import TextBlock
from extractors.blocks import LEADERS, has_leaders, marked
from extractors.headingsigns import (
    PAGE_AT_END,
    Print,
    is_caption,
    is_date,
    is_label,
    is_title_like,
    looks_like_heading,
    plain,
)

_CONTENTS = re.compile(r"(?:table of )?contents(?: page)?$", re.I)
_QUOTED = re.compile(r"[“\"‘].*[”\"’]\W*\d{0,3}$", re.S)
_OFTEN = 5


def contents_titles(blocks: list[TextBlock]) -> frozenset[str]:
    """Titles listed in a table of contents: lines with leaders, or a run of lines that end in page numbers."""
    titles: set[str] = set()
    for block in blocks:
        if block.contents or has_leaders(block.text):
            titles.add(plain(LEADERS.split(block.text)[0]))
    titles.discard("")
    return frozenset(title for title in titles if len(title) > 3)


def name_headings(blocks: list[TextBlock], body: Print) -> None:
    """Set kind and level of headings and captions; levels follow size, then weight, then numbering."""
    titles = contents_titles(blocks)
    italics = _title_italics(blocks, body)
    apart = _cover_pages(blocks, body)
    listed = {line.page for block in blocks if block.contents for line in block.lines}
    running = _running_heads(blocks)
    found: list[TextBlock] = []
    for at, block in enumerate(blocks):
        before = blocks[at - 1] if at else None
        after = blocks[at + 1] if at + 1 < len(blocks) else None
        page = block.lines[0].page
        if block.drawn or page in apart or id(block) in running:
            continue
        if page in listed and _in_contents(before, block, after):
            continue
        if is_caption(block.text):
            if block.lines[0].bold or block.lines[0].size <= body.size * 1.02 or len(block.lines) < 3:
                block.kind = "caption"
        elif block.kind in ("body", "box", "list_item") and looks_like_heading(block, body, titles, italics):
            if before is not None and _is_caption_title(before, block):
                block.kind = "caption"
            elif not (
                _goes_on(block, after, body)
                or _signs(before, block, body)
                or (is_date(block.text) and (not found or found[-1] is not before))
            ):
                found.append(block)
    _set_levels(found)


def _set_levels(found: list[TextBlock]) -> None:
    levels: dict[tuple[float, bool], int] = {}
    previous: float | None = None
    level = 0
    for rank in sorted({_rank(block) for block in found}, reverse=True):
        if previous is None or previous - rank[0] > 0.9 or (previous - rank[0] < 0.9 and rank[1] is False):
            level += 1
        levels[rank] = min(level, 6)
        previous = rank[0]
    for block in found:
        block.kind, block.level = "heading", levels[_rank(block)]


def _rank(block: TextBlock) -> tuple[float, bool]:
    line = block.lines[0]
    return (round(line.size), line.bold)


def _title_italics(blocks: list[TextBlock], body: Print) -> frozenset[float]:
    """Heights of slanted print in which a document sets titles: nearly all blocks in it could be titles."""
    seen: dict[float, list[bool]] = defaultdict(list)
    for block in blocks:
        first = block.lines[0]
        if first.font.italic and first.size > 0.9 * body.size and all(line.font.italic for line in block.lines):
            seen[round(first.size)].append(len(block.lines) <= 3 and is_title_like(block))
    return frozenset(size for size, good in seen.items() if len(good) >= 4 and sum(good) > 0.85 * len(good))


def _running_heads(blocks: list[TextBlock]) -> set[int]:
    """``id()`` of blocks whose words come back page after page at one height: heads of a table that goes on."""
    places: dict[str, list[tuple[int, float, int]]] = defaultdict(list)
    for block in blocks:
        if len(block.text) < 200:
            places[block.text].append((block.lines[0].page, block.lines[0].top, id(block)))
    result: set[int] = set()
    for found in places.values():
        if len(found) >= _OFTEN:
            runs = sum(
                page - last == 1 and abs(top - last_top) < 6
                for (last, last_top, _), (page, top, _) in itertools.pairwise(found)
            )
            if runs >= 0.5 * (len(found) - 1):
                result.update(which for _, _, which in found)
    return result


def _in_contents(before: TextBlock | None, block: TextBlock, after: TextBlock | None) -> bool:
    """Whether a block on a page of contents is a row of these, their title, or the first line of a longer row."""
    if PAGE_AT_END.search(block.text):
        return True
    if after is None or not after.contents:
        return False
    alike = abs(block.lines[0].size - after.lines[0].size) < 0.1 * after.lines[0].size
    return bool(_CONTENTS.match(block.text)) or (alike and before is not None and before.contents)


def _is_caption_title(before: TextBlock, block: TextBlock) -> bool:
    """Whether a block is the title that belongs to a label ("Box 1") right above it."""
    last, first = before.lines[-1], block.lines[0]
    return (
        before.kind == "caption"
        and last.page == first.page
        and -2 < first.top - last.bottom < 1.2 * first.size
        and is_label(before.text)
    )


def _goes_on(block: TextBlock, after: TextBlock | None, body: Print) -> bool:
    """Whether a block's sentence goes on in the next."""
    if after is None or block.lines[0].size > 1.12 * body.size or after.lines[0].page != block.lines[0].page:
        return False
    return after.text[0].islower() and not marked(after.text)


def _signs(before: TextBlock | None, block: TextBlock, body: Print) -> bool:
    """Whether a block names who said the quotation above it."""
    return (
        before is not None
        and before.kind == "box"
        and block.lines[0].size <= 1.12 * body.size
        and before.lines[-1].page == block.lines[0].page
        and block.lines[0].top - before.lines[-1].bottom < 2 * block.lines[0].size
        and bool(_QUOTED.match(before.text))
    )


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
