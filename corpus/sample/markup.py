"""The light markup of the sample's sources: text, key and layout come from one file.

A source starts with ``name: value`` lines up to ``---``. Blocks are separated by blank lines: ``#`` headings,
paragraphs (optionally led by a line with their number, ``3.14``), ``- `` list items, ``[^1]`` footnotes and
``::: box|quote|table|scan TITLE`` … ``:::``. Every sentence stands on a line of its own and starts with its label:
``N:`` neither, ``G:`` legitimation, ``L1p:`` learning (depth 1 single or 2 double loop; learner p policy,
r practitioner, u unspecified). ``#name`` after the label names the sentence; ``=source.name~source.other`` says that
it quotes another document's sentence and leaves a second one out. ``[text|code]`` marks a mention, nested where codes
overlap; barriers add locus and status: ``[late grants|F:pa]``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

CODES = {
    "F": "barrier.funding",
    "T": "barrier.time",
    "C": "barrier.competition",
    "A": "barrier.accountability",
    "L": "barrier.logistics",
    "U": "barrier.culture",
    "K": "barrier.capacity",
    "Q": "barrier.qualifications",
    "P": "barrier.policy_instability",
    "O": "barrier.other",
    "e": "best_practice.exemplar",
    "n": "best_practice.named",
    "d": "best_practice.dissemination",
    "t": "best_practice.transfer",
    "j": "best_practice.joint_development",
    "pb": "partnership.body",
    "pw": "partnership.working",
    "pm": "partnership.mandated",
    "pc": "partnership.condition",
    "pk": "partnership.weak",
    "la": "learning_mode.acquisitive",
    "lp": "learning_mode.participatory",
    "lc": "learning_mode.constructivist",
}
LOCUS = {"p": "policy", "l": "local", "u": "unclear"}
STATUS = {"a": "asserted", "n": "negated", "r": "resolved", "h": "hypothetical"}
LEARNER = {"r": "practitioner", "p": "policy", "u": "unspecified"}
NOTICE = "This is a fictional document, written for halfloop: the country, its programmes and its people do not exist."

Kind = Literal["heading", "body", "list_item", "footnote", "caption", "box", "table"]
_SENTENCE = re.compile(r"(N|G|L[12][rpu])(?:#(\w+))?(?:=([\w.-]+)(?:~([\w.-]+))?)?: (.*)")
_OPENING = set(" (–—‘“")
_WORD = re.compile(r"[A-Za-z]{5,}")


class MarkupError(ValueError):
    """A source that does not follow the markup; names the file and the offending line."""


@dataclass(frozen=True, slots=True)
class MarkedMention:
    """A span of a sentence: half-open code-point offsets into :attr:`Sentence.text`."""

    start: int
    end: int
    code: str
    locus: str
    status: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its text, the text as printed (with note calls), its reportlab markup, and its coding."""

    text: str
    printed: str
    xml: str
    mentions: tuple[MarkedMention, ...]
    notes: tuple[str, ...]
    label: str = "neither"
    depth: str = ""
    learner: str = ""
    name: str = ""
    quotes: str = ""
    leaves_out: str = ""


@dataclass(slots=True)
class Element:
    """A block: heading, paragraph, list item, footnote, caption, box or table, with the sentences it holds.

    ``children`` are the blocks inside a box or scan; ``rows`` a table's cells; ``notes`` the footnotes called.
    """

    kind: Kind
    sentences: list[Sentence] = field(default_factory=list)
    level: int = 0
    number: str = ""
    role: str = ""
    children: list[Element] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    notes: list[Element] = field(default_factory=list)

    @property
    def xml(self) -> str:
        """The block's text as reportlab paragraph markup."""
        return " ".join(s.xml for s in self.sentences)


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed source: its head and its blocks in order of appearance."""

    name: str
    head: dict[str, str]
    elements: tuple[Element, ...]


def curly(text: str) -> str:
    """Typographic quotes for straight ones."""
    out: list[str] = []
    for char in text:
        opening = not out or out[-1] in _OPENING
        out.append({"'": "‘" if opening else "’", '"': "“" if opening else "”"}.get(char, char))
    return "".join(out)


def tag_codes(tag: str) -> tuple[str, str, str]:
    """Code, locus and status of a tag such as ``F:pa`` or ``e``."""
    short, _, attributes = tag.partition(":")
    code = CODES[short]
    if code.startswith("barrier") != (len(attributes) == 2):
        raise KeyError(tag)
    return (code, LOCUS[attributes[0]], STATUS[attributes[1]]) if attributes else (code, "", "")


def read_inline(text: str, hyphens: dict[str, str]) -> Sentence:
    """Text with mentions, note calls, ``*italics*`` and ``**bold**`` → an uncoded :class:`Sentence`."""
    plain = printed = xml = ""
    mentions: list[MarkedMention] = []
    open_at: list[int] = []
    notes: list[str] = []
    fonts: list[str] = []
    for token in re.findall(r"\{\^\w+\}|\*\*|\*|\[|\|[\w:]+\]|[^*\[|{]+", text):
        if token.startswith("{^"):
            notes.append(token[2:-1])
            printed += token[2:-1]
            xml += f"<super>{token[2:-1]}</super>"
        elif token in ("*", "**"):
            font = "i" if token == "*" else "b"
            closing = font in fonts
            (fonts.remove if closing else fonts.append)(font)
            # reportlab drops a space that stands before an opening tag at the end of a fragment
            blank = "" if closing or not xml.endswith(" ") else " "
            xml = xml.removesuffix(blank) + (f"</{font}>" if closing else f"<{font}>{blank}")
        elif token == "[":
            open_at.append(len(plain))
        elif token.startswith("|"):
            mentions.append(MarkedMention(open_at.pop(), len(plain), *tag_codes(token[1:-1])))
        else:
            piece = curly(plain[-1:] + token)[len(plain[-1:]) :]
            plain, printed = plain + piece, printed + piece
            xml += _WORD.sub(lambda m: _soft(m.group(), hyphens), escape(piece))
    if open_at or fonts:
        raise KeyError(text)
    return Sentence(plain, printed, xml, tuple(sorted(mentions, key=lambda m: (m.start, -m.end))), tuple(notes))


def _soft(word: str, hyphens: dict[str, str]) -> str:
    """The word with soft hyphens where the list of words (or the word it is an inflection of) has them."""
    for cut in range(3):
        stem = word.lower()[: len(word) - cut]
        if stem in hyphens:
            pattern, at, out = hyphens[stem], 0, ""
            for char in pattern:
                if char == "-":
                    out += "\u00ad"
                else:
                    out += word[at]
                    at += 1
            return out + word[at:]
    return word


def read_hyphens(path: Path) -> dict[str, str]:
    """The list of words with their break points: ``part-ner-ship``."""
    return {w.replace("-", "").lower(): w for w in path.read_text(encoding="utf-8").split()}


def _sentence(line: str, hyphens: dict[str, str]) -> Sentence:
    match = _SENTENCE.fullmatch(line.strip())
    if match is None:
        raise KeyError(line)
    tag, name, quotes, left_out, text = match.groups()
    bare = read_inline(text, hyphens)
    label = {"N": "neither", "G": "legitimation", "L": "learning"}[tag[0]]
    depth, learner = ("", "") if len(tag) == 1 else ({"1": "single_loop", "2": "double_loop"}[tag[1]], LEARNER[tag[2]])
    coding = (label, depth, learner, name or "", quotes or "", left_out or "")
    return Sentence(bare.text, bare.printed, bare.xml, bare.mentions, bare.notes, *coding)


def _blocks(chunk: list[str], hyphens: dict[str, str], inside: Kind = "body") -> list[Element]:
    """One blank-line separated chunk: a heading, a paragraph with its list, or a footnote."""
    first = chunk[0]
    if first.startswith("#"):
        level = len(first) - len(first.lstrip("#"))
        return [Element("heading", [read_inline(first[level:].strip(), hyphens)], level=level)]
    if note := re.match(r"\[\^(\w+)\] ", first):
        lines = [first[note.end() :], *chunk[1:]]
        return [Element("footnote", [_sentence(line, hyphens) for line in lines], number=note.group(1))]
    number = first.strip() if re.fullmatch(r"\d+(\.\d+)*\.?", first.strip()) else ""
    elements: list[Element] = []
    for line in chunk[1:] if number else chunk:
        if line.startswith("- "):
            elements.append(Element("list_item", [_sentence(line[2:], hyphens)]))
        elif elements and (elements[-1].kind != "list_item" or line.startswith("  ")):
            elements[-1].sentences.append(_sentence(line, hyphens))
        else:
            elements.append(Element(inside, [_sentence(line, hyphens)], number=number if not elements else ""))
    return elements


def read_source(path: Path, hyphens: dict[str, str]) -> Source:
    """Parse one source file.

    Raises
    ------
    MarkupError
        Where a line does not follow the markup; the message names the file and quotes the line.
    """
    head_text, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    head = {k.strip(): curly(v.strip()) for k, _, v in (line.partition(":") for line in head_text.splitlines())}
    elements: list[Element] = []
    fence: Element | None = None
    try:
        for raw in re.split(r"\n\s*\n", body.strip()):
            chunk = raw.splitlines()
            if chunk[0].startswith("::: "):
                role, _, title = chunk.pop(0)[4:].partition(" ")
                kind: Kind = "table" if role == "table" else "box"
                fence = Element(kind, [read_inline(title, hyphens)] if title else [], role=role)
                elements.append(fence)
            closes = bool(chunk) and chunk[-1] == ":::"
            chunk = chunk[:-1] if closes else chunk
            if fence is not None and fence.kind == "table":
                fence.rows += [[curly(c.strip()) for c in line.split("|")] for line in chunk]
            elif fence is not None and chunk:
                fence.children += _blocks(chunk, hyphens, "box")
            elif chunk:
                for element in _blocks(chunk, hyphens):
                    if element.kind == "footnote":
                        next(e for e in reversed(elements) if e.sentences).notes.append(element)
                    else:
                        elements.append(element)
            fence = None if closes else fence
    except (KeyError, IndexError) as error:
        raise MarkupError(f"{path.name}: cannot read {error.args[0]!r}") from None
    return Source(path.stem, head, tuple(elements))
