"""Sentences fit for policy prose.

A sentence never crosses a block. Within one, a full stop ends a sentence unless it belongs to an abbreviation, an
initial, a number or a reference; a semicolon does not; a paragraph's number belongs to the sentence it introduces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_SENTENCE = 5000
"""Characters. The longest sentences of statutes and treaties have some 3,000."""


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", text))


_NEVER_LAST = _words(
    """e.g i.e eg ie cf viz vs v p pp para paras nos vol vols fig figs dr mr mrs ms mx prof st mt ft rt hon rev sen gen
    col capt lt sgt approx cmnd esp incl excl ed eds edn trans ibid op loc cit jan feb mar apr jun jul aug sept oct nov
    dec tel ext"""
)
"""Abbreviations that no sentence ends with: what follows belongs to them, even with a capital letter."""

_BEFORE_NUMBER = _words(
    "no art arts s ss c cl sec sect reg regs app annex tab ch chap cm cp hc hl wp r rr sch col ref refs"
)
"""Abbreviations that belong to a number that follows, but may be the last word of a sentence otherwise."""

_EITHER = _words(
    "etc al inc ltd co corp plc u.s u.k u.n e.u u.s.a n.d n.p ph.d m.a b.a b.sc m.sc a.m p.m ave rd dept est"
)
"""Abbreviations that may end a sentence: then a word follows that often begins one."""

_BEGINNERS = _words(
    """the a an this that these those it its we our they their he she his her in on at for from to with by as if when
    while where what who how why there here however but and or so yet thus therefore moreover furthermore although
    though because since after before during under over among between across all some many most each both no not
    such other another one two three many more also only even"""
)

# the first stop of several: looked back at from behind it, since an expression that begins with a set is sought faster
_STOP = re.compile(r"[.!?…](?<![.!?…]{2})[.!?…]*[\"'”’»)\]]*(?:\d{1,3})?(?=\s)")
_WORD_REVERSED = re.compile(r"\w[\w.&]*")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_LOOK_BACK = 300
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_NUMBER_ONLY = re.compile(
    r"[(\[]?(?:\d+(?:\.\d+)*|[A-Za-z]|[ivxlcIVXLC]{1,6}|[•●○▪–-]|"
    r"(?:[Aa]nnex|[Bb]ox|[Tt]able|[Ff]igure) \w+)[.)\]]*"
)
_OPENERS = "\"'“‘«([–—-•"


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Half-open ranges of the sentences of one block, without surrounding blanks. The block has no line breaks."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    for match in _STOP.finditer(text):
        stop = match.end()
        if stop < end and _ends_sentence(text, start, match):
            if stop - start > LONGEST_SENTENCE:
                yield from _bearable(text, start, stop)
            else:
                yield start, stop
            start = stop
            while text[start] == " ":
                start += 1
    if start < end:
        yield from _bearable(text, start, end)


def _bearable(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """One sentence, cut at blanks where it is longer than any: a text without stops must not become one sentence."""
    while end - start > LONGEST_SENTENCE:
        blank = text.rfind(" ", start + 1, start + LONGEST_SENTENCE)
        cut = blank if blank > 0 else start + LONGEST_SENTENCE
        yield start, cut
        start = cut + 1 if blank > 0 else cut
    yield start, end


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    mark = stop.group()
    before = text[max(start, stop.start() - _LOOK_BACK) : stop.start()]
    if mark[-1].isdigit() and not (before[-1:].isalpha() or mark[1] in "\"'”’)"):
        return False  # a decimal number, not the call of a note
    rest = text[stop.end() : stop.end() + 60].lstrip().lstrip(_OPENERS).lstrip()
    if not rest:
        return True
    if rest[0].islower() or rest[0] in ".…" or not _ALPHANUMERIC.search(before):
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    if _NUMBER_ONLY.fullmatch(before.strip()):
        return False
    return mark != "." or _full_stop(before, rest)


def _full_stop(before: str, rest: str) -> bool:
    """Whether a lone full stop between two texts ends a sentence rather than an abbreviation or initial."""
    found = _WORD_REVERSED.match(before[:-31:-1])
    word = found.group()[::-1] if found else ""
    low = word.lower()
    if low in _NEVER_LAST:
        return False
    if low in _BEFORE_NUMBER:
        return not rest[0].isdigit() and len(word) > 1
    if low in _EITHER:
        following = _FIRST_WORD.match(rest)
        return following is not None and following.group().lower() in _BEGINNERS
    initial = len(word) == 1 and word.isupper() and word != "I"
    return not (initial and not before[:-1].rstrip().endswith(("Annex", "Appendix", "Schedule", "Part", "Option")))
