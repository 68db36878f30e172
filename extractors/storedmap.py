"""A text map as two small arrays: what changes from character to character, in 16 bits.

A map has five numbers for each character. Told as the gap to the character before, the width, and what changed in top,
height and run, nearly all of them are small and alike, which a general compressor then likes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from extractors.textmap import GlyphMap

_LARGEST = 32_767

Arrays = dict[str, npt.NDArray[Any]]


def packed(text_map: GlyphMap) -> Arrays:
    """The arrays of a map of n characters: ``small`` int16, shape (5 n,); ``far`` places and values that do not fit."""
    x0, top, x1, bottom = text_map.box.astype(np.int64).T
    columns = (
        np.diff(text_map.run.astype(np.int64), prepend=0),
        np.diff(top, prepend=0),
        np.diff(bottom - top, prepend=0),
        x0 - np.concatenate((np.zeros(1, np.int64), x1))[:-1],
        x1 - x0,
    )
    whole = np.concatenate(columns)
    at = np.flatnonzero(np.abs(whole) > _LARGEST)
    far = np.stack((at, whole[at]))
    whole[at] = 0
    return {"small": whole.astype(np.int16), "far": far, "run_page": text_map.run_page}


def unpacked(arrays: Arrays) -> GlyphMap:
    """The map that was packed. Raises ValueError or KeyError where these are not its arrays."""
    whole = arrays["small"].astype(np.int64)
    at, values = arrays["far"]
    whole[at] = values
    run, top, height, gap, width = whole.reshape(5, -1)
    x1 = np.cumsum(gap + width)
    tops = np.cumsum(top)
    box = np.empty((len(x1), 4), np.int32)
    box[:, 0], box[:, 1], box[:, 2], box[:, 3] = x1 - width, tops, x1, tops + np.cumsum(height)
    return GlyphMap(run=np.cumsum(run, dtype=np.int64).astype(np.int32), run_page=arrays["run_page"], box=box)
