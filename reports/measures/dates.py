"""Dates that are known only to the year or the month, and what they allow to say about order."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Order = Literal["before", "after", "unknown"]
_FORM = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


@dataclass(frozen=True, slots=True)
class Published:
    """The first and the last day on which something may have been published."""

    stated: str
    earliest: date
    latest: date

    @property
    def exact(self) -> bool:
        """True where the day is known."""
        return self.earliest == self.latest


def published(stated: str) -> Published | None:
    """Read ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; None where it is empty or no date.

    >>> published("2021-02").latest
    datetime.date(2021, 2, 28)
    """
    found = _FORM.match(stated.strip())
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    try:
        first = date(year, month or 1, day or 1)
        last_month = month or 12
        last = date(year, last_month, day or calendar.monthrange(year, last_month)[1])
    except ValueError:
        return None
    return Published(stated, first, last)


def order(one: Published | None, other: Published | None) -> Order:
    """Whether ``one`` came out before or after ``other``; ``unknown`` where the dates do not settle it.

    >>> order(published("2021"), published("2021-06")), order(published("2020"), published("2021"))
    ('unknown', 'before')
    """
    if one is None or other is None:
        return "unknown"
    if one.latest < other.earliest:
        return "before"
    if one.earliest > other.latest:
        return "after"
    return "unknown"
