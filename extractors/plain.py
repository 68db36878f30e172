"""Plain text, Markdown and HTML through the same Document: blocks without pages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.document import SEPARATOR, Block, BlockKind, Document, ExtractionError, Page, Sentence, Table
from extractors.language import guess_language
from extractors.sentences import split_sentences
from extractors.textmap import PlainMap

_ENOUGH = 200_000
"""Characters from which the language is guessed."""


@dataclass(frozen=True, slots=True)
class PlainBlock:
    """A block of text and what it is."""

    text: str
    kind: BlockKind = "body"
    level: int = 0


@dataclass(frozen=True, slots=True)
class Markup:
    """What a reader of one format makes of a file."""

    title: str
    blocks: tuple[PlainBlock, ...]
    language: str = ""
    tables: tuple[Table, ...] = ()


def extract_markup(data: bytes, file: str, doc_id: str, digest: str, kind: str) -> Document:
    """Read a file of text. ``kind`` is ``text``, ``markdown`` or ``html``."""
    if kind == "html":
        from extractors.html import read_html  # noqa: PLC0415

        markup = read_html(data, file)
    elif kind == "markdown":
        from extractors.markdown import read_markdown  # noqa: PLC0415

        markup = read_markdown(decode(data))
    else:
        markup = read_text(decode(data))
    if not any(block.text for block in markup.blocks):
        raise ExtractionError(file, "holds no text")
    return build(markup, doc_id, digest, kind)


def build(markup: Markup, doc_id: str, digest: str, extractor: str) -> Document:
    """A document of one page without boxes."""
    pieces: list[str] = []
    blocks: list[Block] = []
    sentences: list[Sentence] = []
    offset, section = 0, ""
    for block in markup.blocks:
        text = fold(block.text)
        if not text:
            continue
        ranges = [(0, len(text))] if block.kind == "heading" else split_sentences(text)
        for start, end in ranges:
            sentences.append(Sentence(len(sentences), offset + start, offset + end, 1, section, len(blocks)))
        if block.kind == "heading":
            section = text
        blocks.append(Block(offset, offset + len(text), block.kind, block.level))
        pieces.append(text)
        offset += len(text) + len(SEPARATOR)
    text = SEPARATOR.join(pieces)
    headings = [b for b in blocks if b.kind == "heading"]
    title = markup.title or (text[headings[0].start : headings[0].end] if headings else "")
    return Document(
        doc_id=doc_id,
        sha256=digest,
        text=text,
        pages=(Page(1, 0, len(text), 0.0, 0.0, "plain"),),
        blocks=tuple(blocks),
        sentences=tuple(sentences),
        extractor=extractor,
        text_map=PlainMap(),
        tables=markup.tables,
        title=fold(title),
        language=markup.language or guess_language(text[:_ENOUGH]),
    )


_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_BLANKS = "".join(c for c in map(chr, range(0x3001)) if (c.isspace() or c < " " or c == "\x7f") and c != " ")


def fold(text: str) -> str:
    """Runs of white space become one blank; characters that stand for nothing visible go."""
    # one pass of C code for each character is thirty times faster than a regular expression on a file of one line
    for invisible in _INVISIBLE:
        text = text.replace(invisible, "")
    for blank in _BLANKS:
        text = text.replace(blank, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text.strip()


def decode(data: bytes) -> str:
    """Text from bytes: a byte order mark decides, then UTF-8, then Windows-1252, where every byte means something."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


_ITEM = re.compile(r"\s*(?:[•●○▪■◦‣∙*·–—-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)])\s+\S")
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,}|~{3,})\s*$")


def read_text(text: str) -> Markup:
    """Paragraphs by blank lines; where there are none, every line that ends a sentence ends a paragraph."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    groups = [group for group in re.split(r"\n[ \t]*\n", text) if group.strip()]
    blocks: list[PlainBlock] = []
    for group in groups:
        lines = [line for line in group.split("\n") if line.strip()]
        if len(lines) == 2 and _UNDERLINE.match(lines[1]):
            blocks.append(PlainBlock(lines[0], "heading", 1))
            continue
        for paragraph in _paragraphs(lines):
            joined = _join(paragraph)
            if _ITEM.match(joined):
                blocks.append(PlainBlock(joined, "list_item"))
            elif len(paragraph) == 1 and _looks_like_heading(joined):
                blocks.append(PlainBlock(joined, "heading", 2))
            else:
                blocks.append(PlainBlock(joined))
    while blocks and blocks[-1].kind == "heading" and len(blocks) > 1:
        blocks[-1] = PlainBlock(blocks[-1].text)
        break
    return Markup("", tuple(blocks))


def _join(lines: list[str]) -> str:
    parts = [lines[0].strip()]
    for line in map(str.strip, lines[1:]):
        if parts[-1].endswith("\u00ad"):
            parts[-1] = parts[-1][:-1]
        else:
            parts.append(" ")
        parts.append(line)
    return "".join(parts)


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """Lines of one group to paragraphs: wrapped lines are nearly as long as the longest; others stand alone."""
    longest = max(len(line) for line in lines)
    wrapped = longest <= 120
    result: list[list[str]] = []
    for line in lines:
        previous = result[-1][-1] if result else ""
        if not result or _ITEM.match(line) or not wrapped or (len(previous) < 0.7 * longest and _ends(previous)):
            result.append([line])
        else:
            result[-1].append(line)
    return result


def _ends(line: str) -> bool:
    return line.rstrip()[-1:] in ".:;!?"


def _looks_like_heading(line: str) -> bool:
    return (
        len(line) <= 90
        and len(line.split()) <= 12
        and line[-1] not in ".:;,!?…\"”'’"
        and line[:1].isupper() | line[:1].isdigit()
    )
