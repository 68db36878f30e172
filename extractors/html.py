"""HTML, GOV.UK's above all: the main part of the page without navigation, banners and forms."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from extractors.document import BlockKind, Box, Cell, ExtractionError, Table
from extractors.plain import Markup, PlainBlock, fold

_DROP = (
    "script, style, noscript, template, svg, nav, header[role=banner], footer, form, button, iframe, object, "
    "[role=navigation], [role=search], [role=banner], [role=contentinfo], [aria-hidden=true], [hidden], "
    ".govuk-breadcrumbs, "
    ".govuk-skip-link, .gem-c-related-navigation, .gem-c-contextual-sidebar, .gem-c-print-link, .gem-c-feedback, "
    ".gem-c-contents-list, .gem-c-share-links, .gem-c-cookie-banner, .govuk-cookie-banner, .govuk-visually-hidden, "
    ".visually-hidden, .sr-only, .breadcrumb, .sidebar, .cookie-banner, .mw-editsection"
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "br",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "font",
        "big",
        "acronym",
        "-text",
        "-comment",
    ]
)


_DEEPEST = 5000
_NESTING = re.compile(
    rb"<(/?)(?:div|section|article|main|span|blockquote|ul|ol|dl|table|center|fieldset|figure)\b", re.IGNORECASE
)


def read_html(data: bytes, file: str = "") -> Markup:
    """Headings, paragraphs, list items and tables of the page's main part; its language and title.

    Raises
    ------
    ExtractionError
        Elements are nested deeper than any writer would: parsers take quadratic time with such pages.
    """
    depth = deepest = 0
    for match in _NESTING.finditer(data):
        depth = max(0, depth + (-1 if match.group(1) else 1))
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        raise ExtractionError(file, f"elements are nested {deepest:,} deep, more than the limit of {_DEEPEST:,}")
    tree = LexborHTMLParser(data)
    root = tree.root
    language = ((root.attributes.get("lang") if root else None) or "")[:2].lower()
    named = tree.css_first("title")
    title = fold(named.text()) if named else ""
    for separator in (" - GOV.UK", " | GOV.UK"):
        title = title.removesuffix(separator)
    for node in tree.css(_DROP):
        node.decompose()
    main = tree.css_first("main, [role=main], article, #content, #main") or tree.body or root
    reader = _Reader()
    if main is not None:
        reader.walk(main)
        reader.flush()
    first = tree.css_first("h1")
    if first is not None and fold(first.text()):
        title = fold(first.text()) if not title or len(reader.blocks) > 0 else title
    return Markup(title, tuple(reader.blocks), language, tuple(reader.tables))


class _Reader:
    """Collects inline text until a block element ends it."""

    def __init__(self) -> None:
        self.blocks: list[PlainBlock] = []
        self.tables: list[Table] = []
        self._parts: list[str] = []
        self._kind: BlockKind = "body"
        self._level = 0

    def flush(self) -> None:
        text = fold("".join(self._parts))
        self._parts.clear()
        if text:
            self.blocks.append(PlainBlock(text, self._kind, self._level))
            if self._kind == "list_item":
                self._kind = "body"

    def walk(self, root: LexborNode) -> None:
        """Depth first with a stack of our own: hostile pages nest deeper than Python recurses."""
        stack: list[tuple[LexborNode | None, tuple[BlockKind, int] | None]] = [(root, None)]
        while stack:
            node, restore = stack.pop()
            if node is None:
                self.flush()
                if restore:
                    self._kind, self._level = restore
                continue
            tag = node.tag or ""
            if tag == "-text":
                self._parts.append(node.text(deep=False) or node.text_content or "")
            elif tag == "br":
                self._parts.append(" ")
            elif tag == "table" and not _is_layout(node):
                self.flush()
                self.tables.append(_table(node))
            elif tag in _INLINE:
                stack.extend((child, None) for child in reversed(list(node.iter(include_text=True))))
            else:
                self.flush()
                stack.append((None, (self._kind, self._level)))
                self._enter(tag)
                stack.extend((child, None) for child in reversed(list(node.iter(include_text=True))))

    def _enter(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._kind, self._level = "heading", _HEADINGS[tag]
        elif tag in ("li", "dd", "dt"):
            self._kind, self._level = "list_item", 0
        elif tag in ("figcaption", "caption"):
            self._kind, self._level = "caption", 0
        elif tag in ("blockquote", "aside"):
            self._kind, self._level = "box", 0


def _is_layout(table: LexborNode) -> bool:
    """Whether a table only places things on the page: it says so, or holds other tables."""
    if (table.attributes.get("role") or "").lower() in ("presentation", "none"):
        return True
    return any(node.tag == "table" and node.mem_id != table.mem_id for node in table.traverse())


def _table(node: LexborNode) -> Table:
    nowhere = Box(1, 0.0, 0.0, 0.0, 0.0)
    caption = node.css_first("caption")
    cells = [
        Cell(row, column, fold(cell.text()), nowhere)
        for row, line in enumerate(node.css("tr"))
        for column, cell in enumerate(line.css("th, td"))
    ]
    return Table(1, nowhere, fold(caption.text()) if caption else "", tuple(cells))
