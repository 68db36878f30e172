"""File names and colours for things that come from a manifest or a codebook, and so may be called anything."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

LONGEST = 80
LANES = 8
TOP_CODES = ("barrier", "best_practice", "partnership", "learning_mode")


def file_name(name: str) -> str:
    """A name that is safe in every file system and in a link, the same for the same ``name``.

    Names of lower-case letters, digits, ``-`` and ``_`` stay as they are; others get a mark of their digest so that two
    of them never meet, not even where capitals do not count.
    """
    plain = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-")[:LONGEST]
    if plain == name and plain:
        return plain
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain or 'document'}-{mark}"


def words(name: str) -> str:
    """``best_practice`` as it is read: ``best practice``."""
    return name.replace("_", " ")


def code_words(code: str) -> str:
    """``barrier.policy_instability`` as it is read: ``barrier: policy instability``."""
    top, _, sub = code.partition(".")
    return f"{words(top)}: {words(sub)}" if sub else words(top)


def top_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """The top codes in the order in which they are shown: the codebook's first, others after them by name."""
    found = {code.partition(".")[0] for code in codes}
    return tuple(code for code in TOP_CODES if code in found) + tuple(sorted(found - set(TOP_CODES)))


def lane(top: str, tops: tuple[str, ...]) -> int:
    """Which of the eight colours (and of the four lines under the text) belongs to a top code."""
    order = TOP_CODES + tuple(code for code in tops if code not in TOP_CODES)
    return order.index(top) % LANES
