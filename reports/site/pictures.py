"""Pictures of the pages on which something was found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A page's picture: its address from ``documents/`` and the page's size in points."""

    href: str
    width: float
    height: float
