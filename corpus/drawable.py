"""Which sentences the draws of this project take from: what is estimated from coded sentences holds for these."""

from __future__ import annotations

import re

SHORTEST, LONGEST = 8, 70
BLOCKS = ("body", "list_item", "box", "footnote")
_ENDS_LIKE_A_SENTENCE = re.compile(r"[.!?:;][\"”’')\]]*\d{0,3}$")


def could_be_drawn(text: str, block: str) -> bool:
    """Whether the draws of this project take in such a sentence: running text of 8 to 70 words that ends like one."""
    return (
        block in BLOCKS and SHORTEST <= len(text.split()) <= LONGEST and _ENDS_LIKE_A_SENTENCE.search(text) is not None
    )
