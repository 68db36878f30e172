"""How closely sentences are read, for mentions and for claims; chosen with ``--reading``.

``words``: by no reader; ``quick``: by a small one where words leave it open; ``usual``: by a careful one too where the
decision is close after that; ``thorough``: by the careful one wherever something is possible.
"""

from __future__ import annotations

from typing import Literal, get_args

Closeness = Literal["words", "quick", "usual", "thorough"]
READINGS: tuple[Closeness, ...] = get_args(Closeness)
WORDS, QUICK, USUAL, THOROUGH = READINGS
