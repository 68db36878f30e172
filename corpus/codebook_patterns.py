"""The pattern language of the codebook: one line of words that a researcher can read.

==============  ===================================================================================
``word``        that word, in any case; a hyphen in it may be missing in the text (``co-operate``)
``word+``       that word and its inflected forms (``hinder+``: hinders, hindered, hindering)
``word*``       every word that begins so
``<name>``      any member of the word class ``name`` of the codebook
``(a|b c)``     either
``item?``       may be missing
``..3``         up to three other words, not across punctuation
``...3``        up to three other words, also across commas, brackets and quotation marks
``[ ]``         around the part that is the mention; without them all of it is
==============  ===================================================================================

A pattern becomes one regular expression over lower-case text and a set of *anchors*: strings of which at least one
occurs in every match. Anchors are what the fast pass looks for (see :mod:`models.tagging.candidates`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

from corpus.inflection import forms

_HYPHEN = "[-\u2010\u2011\u2013 ]?"
_APOSTROPHE = "['\u2018\u2019]"
SEPARATOR = "[\\s\\-\u2010\u2011\u2013/]{1,3}[\"'\u2018\u201c(]?"
_CLOSE = "[\"'\u2019\u201d)]?"
_WORD = "[\\w'\u2019&]+"
_TIGHT = f"(?:[\\s\\-\u2010\u2011\u2013]+{_WORD})"
_LOOSE = f'(?:[\\s\\-\u2010\u2011\u2013,()"\u2018\u2019\u201c\u201d]+{_WORD})'
_SIGN = '[,)"\u2019\u201d]?'
_COMMON = frozenset(
    """the and for are was but not all any can had has have been were with from that this they will their there which
    these those such would should could must may other more its our into than also being between""".split()  # noqa: SIM905
)
_TOKEN = re.compile(r"\s*(?:(\.{2,3})(\d+)|<([\w-]+)>|([\[\]()|?])|([^\s\[\]()|?<>]+))")


class PatternError(ValueError):
    """A pattern that cannot be read; ``str()`` quotes it and says what is wrong."""


class Anchor(NamedTuple):
    """Letters of a match, and whether they stand at the beginning and at the end of a word.

    "operate" of "co-operate" does not begin a word where the text has "cooperate".
    """

    letters: str
    begins: bool = True
    ends: bool = True


Anchors: TypeAlias = frozenset[Anchor]


@dataclass(frozen=True)
class Expression:
    """A compiled pattern: its regular expression (group ``m`` is the mention) and its anchors.

    ``further`` are other sets of anchors: of each of them, too, one occurs in every match.
    """

    source: str
    expression: str
    anchors: Anchors
    further: tuple[Anchors, ...] = ()

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Compiled at first use: most patterns of a codebook never meet their anchor in a document."""
        return re.compile(self.expression)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a regular expression and the strings of which one must occur in it (None: nothing certain)."""

    regex: str
    anchors: Anchors | None
    optional: bool = False
    gap: bool = False
    mark: str = ""


def compile_pattern(source: str, classes: Mapping[str, Sequence[str]]) -> Expression:
    """Compile one pattern.

    Parameters
    ----------
    source
        A pattern of the language above.
    classes
        Word classes: name to members, which are patterns without brackets or gaps.

    Raises
    ------
    PatternError
        If the pattern is empty, unbalanced, names an unknown class, or has nothing but optional parts and gaps.
    """
    pieces, rest = _sequence(_tokens(source), source, classes)
    if rest:
        raise PatternError(f"pattern {source!r}: unexpected {rest[0][1]!r}")
    required = [p.anchors for p in pieces if not p.optional and not p.gap]
    anchors = _best(required)
    if anchors is None:
        raise PatternError(f"pattern {source!r}: every part may be missing, so it would match anywhere")
    body = _join(pieces, source)
    if "(?P<m>" not in body:
        body = f"(?P<m>{body})"
    further = tuple(s for s in required if s and s != anchors and not _is_common(s))
    return Expression(source, f"(?<![\\w]){body}(?![^\\W\\d_])", anchors, further)


def _tokens(source: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position = 0
    while source[position:].strip():
        match = _TOKEN.match(source, position)
        if match is None:
            raise PatternError(f"pattern {source!r}: cannot read {source[position:].strip()!r}")
        dots, number, name, sign, word = match.groups()
        if dots:
            found.append(("gap" if dots == ".." else "loose", number))
        elif name:
            found.append(("class", name))
        elif sign:
            found.append(("sign", sign))
        else:
            found.append(("word", word))
        position = match.end()
    return found


def _sequence(
    tokens: list[tuple[str, str]], source: str, classes: Mapping[str, Sequence[str]]
) -> tuple[list[_Piece], list[tuple[str, str]]]:
    pieces: list[_Piece] = []
    while tokens:
        kind, value = tokens[0]
        if kind == "sign" and value in "|)":
            break
        tokens = tokens[1:]
        if kind == "sign" and value == "(":
            piece, tokens = _alternatives(tokens, source, classes)
        elif kind == "sign" and value in "[]":
            pieces.append(_Piece("", None, mark=value))
            continue
        elif kind == "sign":
            raise PatternError(f"pattern {source!r}: {value!r} follows nothing")
        else:
            piece = _simple(kind, value, source, classes)
        if tokens and tokens[0] == ("sign", "?"):
            piece = _Piece(piece.regex, None, optional=True)
            tokens = tokens[1:]
        pieces.append(piece)
    if not any(not p.mark for p in pieces):
        raise PatternError(f"pattern {source!r}: an empty part")
    return pieces, tokens


def _alternatives(
    tokens: list[tuple[str, str]], source: str, classes: Mapping[str, Sequence[str]]
) -> tuple[_Piece, list[tuple[str, str]]]:
    options: list[list[_Piece]] = []
    while True:
        pieces, tokens = _sequence(tokens, source, classes)
        options.append(pieces)
        if not tokens:
            raise PatternError(f"pattern {source!r}: a bracket is not closed")
        sign, tokens = tokens[0][1], tokens[1:]
        if sign == ")":
            break
    anchors: Anchors | None = frozenset()
    for pieces in options:
        own = _best([p.anchors for p in pieces if not p.optional and not p.gap])
        anchors = None if own is None or anchors is None else anchors | own
    return _Piece("(?:" + "|".join(_join(p, source) for p in options) + ")", anchors), tokens


def _simple(kind: str, value: str, source: str, classes: Mapping[str, Sequence[str]]) -> _Piece:
    if kind == "gap":
        return _Piece(f"{_TIGHT}{{0,{value}}}?", None, gap=True)
    if kind == "loose":
        return _Piece(f"{_LOOSE}{{0,{value}}}?{_SIGN}", None, gap=True)
    if kind == "word":
        if not re.search(r"\w", value):
            raise PatternError(f"pattern {source!r}: {value!r} is no word")
        words = expand(value)
        return _Piece(_either(words), _anchor_set(words))
    if value not in classes:
        raise PatternError(f"pattern {source!r}: there is no word class <{value}>")
    plain: list[str] = []
    for member in classes[value]:
        parts = [expand(word) for word in member.split()]
        if len(parts) == 1:
            plain.extend(parts[0])
        else:
            plain.extend(" ".join(choice) for choice in _product(parts))
    return _Piece(_either(plain), _anchor_set(plain))


def _product(parts: list[list[str]]) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    for part in parts:
        rows = [[*row, word] for row in rows for word in part]
    return rows


def expand(word: str) -> list[str]:
    """The forms a pattern's word stands for; ``*`` is kept as a last character."""
    if word.endswith("+"):
        return forms(word[:-1].lower())
    return [word.lower()]


def _either(words: Sequence[str]) -> str:
    """Alternatives, longest first, with a boundary after each so that a shorter form cannot hide a longer one."""
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    body = "|".join(_literal(w) for w in ordered)
    return f"(?:{body})(?![^\\W\\d_])"


def _literal(word: str) -> str:
    prefix = word.endswith("*")
    out = []
    for part in word.rstrip("*").split(" "):
        text = re.escape(part).replace("\\-", _HYPHEN)
        out.append(text.replace("'", _APOSTROPHE))
    return SEPARATOR.join(out) + ("\\w*" if prefix else "")


def _anchor_set(words: Sequence[str]) -> Anchors:
    """For each word its longest stretch of letters, since hyphens and apostrophes vary in the text."""
    found = set()
    for word in words:
        plain = word.removesuffix("*")
        longest = max(re.finditer(r"\w+", plain), key=lambda part: part.end() - part.start())
        before, after = plain[: longest.start()], plain[longest.end() :]
        ends = not after.startswith("-") if after else plain == word  # a hyphen may be missing
        found.add(Anchor(longest.group(), not before.endswith("-"), ends))
    return frozenset(found)


def _best(sets: Sequence[Anchors | None]) -> Anchors | None:
    """The most telling required set: no member that is frequent or short, then as few members as possible."""
    certain = [s for s in sets if s]
    if not certain:
        return None
    shortest = {s: min(len(anchor.letters) for anchor in s) for s in certain}
    return max(certain, key=lambda s: (not _is_common(s), shortest[s] >= 5, -len(s), shortest[s]))


def _is_common(anchors: Anchors) -> bool:
    """Whether one of the words is in every other sentence, so that to have one of them says next to nothing."""
    return any(len(a.letters) <= 2 or (a.ends and a.letters in _COMMON) for a in anchors)


def _join(pieces: Sequence[_Piece], source: str) -> str:
    out: list[str] = []
    pending = False
    opened = closed = 0
    for piece in pieces:
        if piece.mark == "[":
            out.append(f"{_CLOSE}{SEPARATOR}(?P<m>" if pending else "(?P<m>")
            pending, opened = False, opened + 1
        elif piece.mark == "]":
            out.append(")")
            closed += 1
        elif piece.gap:
            # a gap at the end takes what it can get, one in the middle as little as it must
            last = all(p.mark or p.gap for p in pieces[pieces.index(piece) :])
            out.append(
                (piece.regex.removesuffix(_SIGN).removesuffix("?") if last else piece.regex)
                if pending
                else f"(?:{_WORD}{SEPARATOR})" + "{0,1}?"
            )
        elif piece.optional:
            out.append(f"(?:{_CLOSE}{SEPARATOR}{piece.regex})?" if pending else f"(?:{piece.regex}{SEPARATOR})?")
        else:
            out.append(f"{_CLOSE}{SEPARATOR}{piece.regex}" if pending else piece.regex)
            pending = True
    if opened != closed or opened > 1:
        raise PatternError(f"pattern {source!r}: one pair of square brackets at most, both signs of it")
    return "".join(out)
