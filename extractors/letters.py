"""Ligatures as letters, and the symbols of private fonts as Unicode's."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from extractors.pdfium import Glyphs

_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
    0x132: "IJ",
    0x133: "ij",
}
_PLAIN = {0xF0B7: 0x2022, 0xF0A7: 0x25AA, 0xF0D8: 0x27A2, 0xF0FC: 0x2713, 0xF071: 0x2751, 0xF076: 0x2756, 0x2011: 0x2D}


def among(codes: Iterable[int]) -> npt.NDArray[np.bool_]:
    """A table that says of each code point whether it is one of these; its last entry stands for all that follow."""
    listed = list(codes)
    table = np.zeros(max(listed) + 2, bool)
    table[listed] = True
    return table


_TO_EXPAND = among([*_LIGATURES, *_PLAIN])


def expand(glyphs: Glyphs) -> Glyphs:
    """Ligatures become letters that share their glyph's box; symbols of private fonts become Unicode's."""
    code = glyphs.code
    if not _TO_EXPAND.take(code, mode="clip").any():
        return glyphs
    for private, plain in _PLAIN.items():
        code = np.where(code == private, np.uint32(plain), code)
    lengths = np.ones(len(code), np.int64)
    for ligature, letters in _LIGATURES.items():
        lengths[code == ligature] = len(letters)
    if int(lengths.max()) == 1:
        glyphs.code = code
        return glyphs
    source = np.repeat(np.arange(len(code)), lengths)
    first = np.concatenate(([True], source[1:] != source[:-1]))
    code = code[source]
    for ligature, letters in _LIGATURES.items():
        at = np.flatnonzero((code == ligature) & first)
        for offset, letter in enumerate(letters):
            code[at + offset] = ord(letter)
    last = np.concatenate((source[1:] != source[:-1], [True]))
    return Glyphs(
        glyphs.width,
        glyphs.height,
        code,
        glyphs.box[source],
        np.where(first, glyphs.before[source], 0).astype(np.uint8),
        glyphs.index[source],
        glyphs.hyphen[source] & last,
    )
