"""From the lines of all pages to blocks in reading order."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from extractors.assembly import PageFrame, TextBlock
from extractors.lines import Line

_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_MARKED = re.compile(r"(?:[•●○▪■◦‣∙·❑➢✓❖►]|[–—-]\s|\(?(?:[a-z]|[ivx]{1,5}|\d{1,3})[.)]\s|o\s)")
_NUMBERED = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,3}\.?\s|\d{1,3}\.\s")


def arrange(frames: list[PageFrame], pages: list[list[Line]]) -> list[TextBlock]:
    """Blocks of running text."""
    furniture = _furniture(frames, pages)
    body = _body_size(pages)
    blocks: list[TextBlock] = []
    for frame, lines in zip(frames, pages, strict=True):
        current: TextBlock | None = None
        for line in lines:
            if id(line) in furniture or line.angle:
                continue
            if current is None or not _continues(current.lines[-1], line):
                current = TextBlock([line])
                blocks.append(current)
            else:
                current.lines.append(line)
        for block in blocks:
            if block.lines[0].page == frame.number:
                _name(block, body)
    return blocks


def _furniture(frames: list[PageFrame], pages: list[list[Line]]) -> set[int]:
    seen: dict[tuple[str, int], list[Line]] = defaultdict(list)
    for frame, lines in zip(frames, pages, strict=True):
        for line in lines:
            if line.top < 0.11 * frame.height or line.bottom > 0.9 * frame.height:
                key = _DIGITS.sub("#", line.text.lower())
                seen[key, round(line.middle / 6)].append(line)
    least = max(2, min(4, len(pages) // 4))
    return {id(line) for lines in seen.values() if len({x.page for x in lines}) >= least for line in lines}


def _body_size(pages: list[list[Line]]) -> float:
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 12.0


def _continues(before: Line, line: Line) -> bool:
    if abs(line.middle - before.middle) < 0.4 * line.size and line.x0 >= before.x1 - 2:
        return True
    if line.top < before.top or line.top - before.bottom > 0.55 * before.size:
        return False
    if abs(line.size - before.size) > 0.12 * before.size or line.bold != before.bold:
        return False
    if _MARKED.match(line.text) or _NUMBERED.match(line.text):
        return False
    return line.x0 < before.x1 and line.x1 > before.x0


def _name(block: TextBlock, body: float) -> None:
    first = block.lines[0]
    text = " ".join(line.text for line in block.lines)
    if _MARKED.match(text):
        block.kind = "list_item"
    elif len(text) < 150 and text[-1] not in ".,;:" and (first.size > 1.15 * body or all(x.bold for x in block.lines)):
        if any(c.isalpha() for c in text):
            block.kind = "heading"
            block.level = 1 if first.size > 1.6 * body else 2 if first.size > 1.15 * body else 3
