"""From the lines of all pages to blocks in reading order, with notes and tables set apart."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from extractors.assembly import PageFrame, TextBlock
from extractors.blocks import BULLET, LEADERS, LETTERED, Pitches, continues, flow_blocks, line_pitches
from extractors.columns import Flow, read_order
from extractors.footnotes import Note, separators, split_notes
from extractors.furniture import find_furniture
from extractors.grids import Region
from extractors.headings import name_headings
from extractors.headingsigns import NUMBER, Print, body_print, is_caption
from extractors.lines import Cells, Line
from extractors.pdfium import NO_FONT
from extractors.rules import Rules, without_underlines
from extractors.tablefind import Regions, find_regions
from extractors.tagged import TaggedLines, tagged_page

Place = Literal["body", "box", "figure"]


@dataclass(slots=True)
class PageLayout:
    """What stands on one page."""

    frame: PageFrame
    flows: list[tuple[Flow, Place]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    tables: list[Region] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """What stands in the whole document: blocks in reading order, tables by page, what is in neither.

    ``tagged`` counts the pages whose tags were trusted.
    """

    blocks: list[TextBlock]
    tables: list[tuple[int, Region]]
    furniture: list[Line]
    tagged: int = 0


def arrange(
    frames: list[PageFrame], pages: list[list[Line]], rules: list[Rules], tags: list[TaggedLines | None] | None = None
) -> Layout:
    """Structure from geometry, and from tags on the pages where these are given and can be trusted."""
    furniture = find_furniture(frames, pages)
    running = [[line for line in lines if id(line) not in furniture and not line.angle] for lines in pages]
    body = body_print(running)
    trusted = [
        tagged_page(lines, furniture, page) if page else None
        for lines, page in zip(pages, tags or [None] * len(pages), strict=True)
    ]
    layouts: list[PageLayout] = []
    unfinished = False
    for frame, lines, ruled, tagged in zip(frames, running, rules, trusted, strict=True):
        if tagged:
            layout = PageLayout(frame, [], tagged.notes, tagged.tables)
            _skip_calls([line for block in tagged.main for line in block.lines], tagged.notes)
        else:
            layout = _page(frame, lines, ruled, body, unfinished)
        unfinished = bool(layout.notes)
        layouts.append(layout)
    pitches = line_pitches((flow for layout in layouts for flow, _ in layout.flows), body.size)
    per_page = [page.main if page else _main(layout, pitches) for layout, page in zip(layouts, trusted, strict=True)]
    told = any(block.kind == "heading" for page in trusted if page for block in page.main)
    name_headings([b for main, page in zip(per_page, trusted, strict=True) if not (page and told) for b in main], body)
    blocks: list[TextBlock] = []
    for layout, main, following in zip(layouts, per_page, [*per_page[1:], []], strict=True):
        _join_page(blocks, main, layout.notes, following)
    tables = [(layout.frame.number, region) for layout in layouts for region in layout.tables]
    aside = [
        line
        for lines, page in zip(pages, trusted, strict=True)
        for line in (page.rest if page else (each for each in lines if id(each) in furniture or each.angle))
    ]
    return Layout(blocks, tables, aside, sum(page is not None for page in trusted))


def _main(layout: PageLayout, pitches: Pitches) -> list[TextBlock]:
    """A page's blocks of running text, from its flows."""
    main: list[TextBlock] = []
    for flow, place in layout.flows:
        for block in flow_blocks(flow, pitches):
            block.settle()
            block.drawn = place == "figure"
            block.kind = "list_item" if _is_item(block) else "body" if place == "body" else "box"
            if block.contents:
                block.kind = "box"
                _drop_leaders(block, layout.frame.cells)
                block.settle()
            main.append(block)
    for region in layout.tables:
        for block in main:
            if len(block.text) < 120 and _adjoins(block, region):
                block.kind, block.drawn = "box", True
    return main


def _adjoins(block: TextBlock, region: Region) -> bool:
    """Whether a few words stand right beside or right above a table: a cell without a frame, or a table's head."""
    x0, top, x1, bottom = region.box
    first, last = block.lines[0], block.lines[-1]
    if first.top > bottom or last.bottom < top - 0.6 * first.size:
        return False
    if last.bottom <= top + 2:
        return first.x1 > x0 and first.x0 < x1 and not (is_caption(block.text) or NUMBER.match(block.text))
    left, right = min(line.x0 for line in block.lines), max(line.x1 for line in block.lines)
    return top < first.middle < bottom and (0 <= x0 - right + 2 < 14 or 0 <= left - x1 + 2 < 14)


def _drop_leaders(block: TextBlock, cells: Cells) -> None:
    """Take the dots between a title and its page number out of the text."""
    pieces: list[Line] = []
    for line in block.lines:
        edges = [line.start]
        for found in LEADERS.finditer(cells.text, line.start, line.end):
            edges.extend(found.span())
        edges.append(line.end)
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            text = cells.text[start:end]
            first, last = start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
            if first < last:
                pieces.append(replace(line, start=first, end=last, text=text.strip()) if len(edges) > 2 else line)
    block.lines = pieces or block.lines


def _skip_calls(lines: list[Line], notes: list[Note]) -> None:
    """Take the calls of a page's notes out of its text."""
    labels = {note.label for note in notes}
    for line in lines:
        for call in line.calls:
            if call.label in labels:
                line.skips += ((call.start, call.end),)


def _is_item(block: TextBlock) -> bool:
    text = block.text
    numbered_paragraph = text[0].isdigit() and len(text) > 250
    return bool(BULLET.match(text) or LETTERED.match(text)) and not numbered_paragraph


def _page(frame: PageFrame, lines: list[Line], rules: Rules, body: Print, unfinished: bool) -> PageLayout:
    rules = without_underlines(rules, lines)
    regions = find_regions(lines, frame.cells, rules, frame.height)
    inside = {id(line) for region in regions.tables for line in region.lines}
    free = [line for line in lines if id(line) not in inside]
    framed = [*regions.tables, *regions.boxes, *regions.figures]
    free, notes = split_notes(free, separators(rules, [region.box for region in framed]), body.size, unfinished)
    _skip_calls(free, notes)
    return PageLayout(frame, _flows(free, frame.cells, regions), notes, regions.tables)


def _flows(lines: list[Line], cells: Cells, regions: Regions) -> list[tuple[Flow, Place]]:
    """Flows in reading order; a box or diagram is read as a whole where its top stands among them."""
    boxes, framed = regions.boxes, [*regions.boxes, *regions.figures]
    place = {id(line): at for at, region in reversed(list(enumerate(framed))) for line in region.lines}
    inner: dict[int, list[Line]] = {}
    outline: list[Line] = []
    for line in lines:
        number = place.get(id(line), -1)
        if number < 0:
            outline.append(line)
            continue
        if number not in inner:
            x0, top, x1, bottom = framed[number].box
            stands_in = Line(line.page, -1, number, x0, top, x1, bottom, line.size, "x" * 200, NO_FONT, False, False)
            outline.append(stands_in)
        inner.setdefault(number, []).append(line)
    result: list[tuple[Flow, Place]] = []
    for flow in read_order(outline, cells):
        for framed_one, lines_of in groupby(flow.lines, key=lambda line: line.end if line.start == -1 else -1):
            part = list(lines_of)
            if framed_one < 0:
                result.append((Flow(part, flow.x0, flow.x1), "body"))
            elif framed_one < len(boxes):
                result.extend((each, "box") for each in read_order(inner[framed_one], cells))
            else:
                result.append((Flow(inner[framed_one], part[0].x0, part[0].x1), "figure"))
    return result


def _join_page(blocks: list[TextBlock], main: list[TextBlock], notes: list[Note], following: list[TextBlock]) -> None:
    """Append a page's blocks, joining paragraphs that go on from column to column and from the page before."""
    joined: list[TextBlock] = []
    resumed = _resumed(blocks[-1], main) if blocks else None
    for block in main:
        before = blocks[-1] if block is resumed else joined[-1] if joined else None
        if before is not None and (
            block is resumed or (continues(before, block) and _apart(before.lines[-1], block.lines[0]))
        ):
            before.lines.extend(block.lines)
            before.settle()
        else:
            joined.append(block)
    footnotes = [TextBlock(note.lines, "footnote", label=note.label) for note in notes]
    for note in footnotes:
        note.settle()
    if joined and footnotes and _resumed(joined[-1], following):
        # notes come before the paragraph that goes on over the page, so that pages stay in order in the text
        blocks.extend([*joined[:-1], *footnotes, joined[-1]])
    else:
        blocks.extend([*joined, *footnotes])


def _resumed(last: TextBlock, main: list[TextBlock]) -> TextBlock | None:
    """The block of a page that goes on with the last block before it; figures and boxes may stand above it."""
    for at, block in enumerate(main):
        if block.kind in ("caption", "box"):
            continue
        goes_on = continues(last, block) and (at == 0 or block.text[:1].islower())
        return block if goes_on else None
    return None


def _apart(last: Line, first: Line) -> bool:
    """Whether a column ends between two lines; what follows below in one column is a paragraph of its own."""
    return first.page != last.page or first.top < last.top
