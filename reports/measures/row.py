"""One measured figure with its interval, its denominator and the way it was got."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

MINIMUM_N = 10
"""Under this denominator no share or rate is given, only the counts."""

Scope = Literal["document", "group", "corpus"]


@dataclass(frozen=True, slots=True, order=True)
class MeasureRow:
    """A row of ``measures.parquet``.

    ``estimate``, ``low`` and ``high`` are NaN where the figure must not be given; ``method`` then says why and how
    the count stands. ``n`` is the denominator: what the estimate is a share of, or the number of sentences or
    documents it was counted over.
    """

    scope: Scope
    doc_id: str
    measure: str
    estimate: float
    low: float
    high: float
    n: int
    method: str

    @property
    def withheld(self) -> bool:
        """True where the figure is not given."""
        return math.isnan(self.estimate)
