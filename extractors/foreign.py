"""Quick calls of PDFium's functions.

One ctypes call per character is what makes PDFium slow from Python. `map` or `starmap` over re-declared prototypes runs
those calls without a line of Python in between, which is about ten times faster, and arguments that were converted
beforehand more than halve the rest.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Iterable, Iterator
from ctypes import c_void_p
from itertools import starmap
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]


def prototype(function: Any, result: Any, *arguments: Any) -> Any:
    """A PDFium function that takes and gives plain addresses: calls with Python integers need no conversion."""
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, c_void_p).value or 0)


def unchecked(function: Any, result: Any) -> Any:
    """A PDFium function that takes numbers of C's int, and addresses only as :func:`address` made them: the fastest."""
    return ctypes.PYFUNCTYPE(result)(ctypes.cast(function, c_void_p).value or 0)


def address(value: int | None) -> Any:
    """An address, converted once for many calls."""
    return c_void_p.from_param(value)


def results(function: Any, *arguments: Iterable[Any]) -> Iterator[Any]:
    """What calls of a function give, as `map`, an eighth faster: `zip` fills one and the same tuple again and again."""
    return starmap(function, zip(*arguments, strict=False))


def call_all(function: Any, *arguments: Iterable[Any]) -> None:
    """Call a function for each set of arguments, up to the end of the shortest, for what it writes."""
    deque(starmap(function, zip(*arguments, strict=False)), maxlen=0)


class Slots:
    """Room for boxes that is used again for page after page, and the addresses of its rows."""

    def __init__(self) -> None:
        self.addresses: list[Any] = []
        self.rows: FloatArray = np.zeros((0, 4), np.float32)

    def reserve(self, count: int) -> None:
        """Make room for so many boxes."""
        if count > len(self.rows):
            self.rows = np.zeros((max(4096, 2 * count), 4), np.float32)
            base = self.rows.ctypes.data
            self.addresses = list(map(address, range(base, base + self.rows.nbytes, 16)))
