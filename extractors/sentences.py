"""Sentences fit for policy prose.

A sentence never crosses a block. Within one, a full stop ends a sentence unless it belongs to an abbreviation, an
initial, a number or a reference; a semicolon does not; a paragraph's number belongs to the sentence it introduces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ABBREVIATIONS = frozenset(
    [
        "e.g",
        "i.e",
        "eg",
        "ie",
        "cf",
        "viz",
        "vs",
        "v",
        "etc",
        "al",
        "ibid",
        "op",
        "cit",
        "loc",
        "p",
        "pp",
        "para",
        "paras",
        "no",
        "nos",
        "vol",
        "vols",
        "ch",
        "chap",
        "chaps",
        "sec",
        "sect",
        "s",
        "ss",
        "art",
        "arts",
        "cl",
        "reg",
        "regs",
        "fig",
        "figs",
        "tab",
        "app",
        "annex",
        "ed",
        "eds",
        "edn",
        "rev",
        "ver",
        "approx",
        "est",
        "dept",
        "gov",
        "govt",
        "dr",
        "mr",
        "mrs",
        "ms",
        "prof",
        "st",
        "mt",
        "ft",
        "rt",
        "hon",
        "sir",
        "rev",
        "sen",
        "rep",
        "gen",
        "col",
        "capt",
        "lt",
        "sgt",
        "maj",
        "cmd",
        "cm",
        "cmnd",
        "cp",
        "hc",
        "hl",
        "wp",
        "st",
        "no",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "inc",
        "ltd",
        "co",
        "corp",
        "plc",
        "bros",
        "u.s",
        "u.k",
        "u.n",
        "e.u",
        "ph.d",
        "m.a",
        "b.a",
        "ave",
        "rd",
        "blvd",
        "n.d",
        "n.p",
        "q.v",
        "c",
        "ca",
        "incl",
        "excl",
        "max",
        "min",
        "avg",
        "ref",
        "refs",
        "tel",
        "ext",
        "nr",
        "ref",
        "cont",
        "contd",
        "ff",
    ]
)
_ALWAYS_INSIDE = frozenset(
    [
        "e.g",
        "i.e",
        "eg",
        "ie",
        "cf",
        "viz",
        "vs",
        "v",
        "pp",
        "p",
        "para",
        "paras",
        "nos",
        "vol",
        "fig",
        "figs",
        "dr",
        "mr",
        "mrs",
        "ms",
        "prof",
        "ch",
        "approx",
        "cmnd",
    ]
)
"""Abbreviations that no sentence ends with: what follows belongs to them, even with a capital letter."""

_STOP = re.compile(r"[.!?…][.!?…]*[\"'”’»)\]]*(?=\s)")
_WORD_BEFORE = re.compile(r"[\w.&]*\w$")
_NUMBER_ONLY = re.compile(r"\(?(?:\d+(?:\.\d+)*|[A-Za-z]|[ivxlcIVXLC]+)[.)]*$")
_OPENERS = "\"'“‘«([–—-•"


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Half-open ranges of the sentences of one block, without surrounding blanks. The block has no line breaks."""
    start = 0
    for match in _STOP.finditer(text):
        if _ends_sentence(text, start, match):
            yield from _trimmed(text, start, match.end())
            start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    inside = piece.strip()
    if inside:
        start += len(piece) - len(piece.lstrip())
        yield start, start + len(inside)


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    mark = stop.group()
    rest = text[stop.end() : stop.end() + 40].lstrip()
    if not rest:
        return True
    following = rest.lstrip(_OPENERS).lstrip()[:1]
    if following.islower():
        return False
    if mark[0] != ".":
        return not (mark[-1] in ")]" and following.islower())
    before = text[start : stop.start()]
    if _NUMBER_ONLY.fullmatch(before.strip()):
        return False
    word = _WORD_BEFORE.search(before)
    last = word.group().lower() if word else ""
    if mark == ".":
        if last in _ALWAYS_INSIDE:
            return False
        if last in (
            "no",
            "art",
            "s",
            "c",
            "sec",
            "sect",
            "reg",
            "cl",
            "app",
            "annex",
            "tab",
            "ch",
            "cm",
            "cp",
            "hc",
            "hl",
            "wp",
        ):
            return not following.isdigit() and not (len(last) == 1)
        if last in _ABBREVIATIONS:
            return following.isupper() and last in (
                "etc",
                "al",
                "inc",
                "ltd",
                "co",
                "corp",
                "plc",
                "u.s",
                "u.k",
                "u.n",
                "e.u",
            )
        if len(last) == 1 and last.isalpha() and before[-1:].isupper():
            return False
    return True
