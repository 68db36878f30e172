"""Markdown by markdown-it's tokens."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from extractors.document import BlockKind, Box, Cell, Table
from extractors.plain import Markup, PlainBlock, fold

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.M | re.I)


def read_markdown(text: str) -> Markup:  # noqa: PLR0912
    """Headings, paragraphs, list items and tables of a CommonMark text; a YAML front matter gives the title."""
    title = ""
    front = _FRONT.match(text)
    if front:
        named = _FRONT_TITLE.search(front.group(1))
        title = named.group(1) if named else ""
        text = text[front.end() :]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    blocks: list[PlainBlock] = []
    tables: list[Table] = []
    heading, depth, fresh_item = 0, 0, False
    rows: list[list[str]] = []
    in_table = False
    for token in tokens:
        if token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type == "heading_close":
            heading = 0
        elif token.type in ("list_item_open", "list_item_close"):
            depth += token.nesting
            fresh_item = token.nesting > 0
        elif token.type == "table_open":
            in_table, rows = True, []
        elif token.type == "table_close":
            in_table = False
            tables.append(_table(rows))
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            plain = inline_text(token)
            if in_table:
                rows[-1].append(fold(plain))
                continue
            kind: BlockKind = "heading" if heading else "list_item" if depth and fresh_item else "body"
            fresh_item = False
            blocks.append(PlainBlock(plain, kind, heading))
        elif token.type in ("fence", "code_block"):
            blocks.append(PlainBlock(token.content))
        elif token.type == "html_block":
            plain = re.sub(r"<[^<>]*>", " ", token.content)
            if plain.strip():
                blocks.append(PlainBlock(plain))
    return Markup(title, tuple(blocks), tables=tuple(tables))


def inline_text(token: Token) -> str:
    """The words of an inline token; pictures and raw HTML tags give none."""
    parts: list[str] = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)


def _table(rows: list[list[str]]) -> Table:
    nowhere = Box(1, 0.0, 0.0, 0.0, 0.0)
    cells = tuple(Cell(r, c, text, nowhere) for r, row in enumerate(rows) for c, text in enumerate(row))
    return Table(1, nowhere, "", cells)
