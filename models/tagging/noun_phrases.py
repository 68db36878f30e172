"""How far a noun phrase reaches, by the closed classes of English: no parser, so that it costs next to nothing."""

from __future__ import annotations

import re

_STOP = frozenset(
    """a an the this that these those some any each every no all both either neither such its their our his her my your
    i we you they he she it who which what whose when where why how if whether as than then so and or but nor yet of in
    on at by to for from with without within into onto over under between among across through during after before
    since until about against towards upon via per is are was were be been being am has have had do does did will would
    shall should can could may might must not also only however therefore thus because although though while there here
    including such like due despite given following who's it's more most very too""".split()  # noqa: SIM905
)
_VERBS = frozenset(
    """remove reduce face become overcome tackle address identify produce undertake mitigate help make cause create
    raise pose present bring see find get give take highlight solve avoid prevent develop use build share promote adopt
    run launch pilot support establish strengthen provide encourage form join lead deliver improve eliminate resolve
    ease meet report explain describe discuss consider remain issue publish""".split()  # noqa: SIM905
)
_RIGHT = re.compile(r"[\s\-\u2010\u2011\u2013]+([^\W\d_][\w'\u2019]*)")
_LEFT = re.compile(r"([^\W\d_][\w'\u2019]*)[\s\-\u2010\u2011\u2013]+$")
MOST_LEFT, MOST_RIGHT = 2, 4


def grow(low: str, start: int, end: int, direction: str) -> tuple[int, int]:
    """The span with the words of its noun phrase.

    Parameters
    ----------
    low
        The sentence in lower case.
    start, end
        The span to grow.
    direction
        ``right``: up to four words that follow, to the first function word or sign; function words that the pattern's
        own gap took at the end are given back. ``left``: up to two words that precede, to the first function word,
        verb or word in -ly, -ing, -ed or -s, since a noun is described by what stands before it. ``both``.
    """
    if direction in ("right", "both"):
        shortest = end
        for _ in range(MOST_RIGHT):
            match = _RIGHT.match(low, end)
            if match is None or match.group(1) in _STOP:
                break
            end = match.end()
        while end > shortest and (match := _LEFT.search(low[start:end] + " ")) and match.group(1) in _STOP:
            end = start + len(low[start : start + match.start()].rstrip())
    if direction in ("left", "both"):
        for _ in range(MOST_LEFT):
            match = _LEFT.search(low, max(0, start - 40), start)
            if match is None or _ends_left(match.group(1)):
                break
            start = match.start()
    return start, end


def _ends_left(word: str) -> bool:
    return word in _STOP or word in _VERBS or word.endswith(("ly", "ing", "ed", "s"))
