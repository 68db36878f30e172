"""PDFium's text page as arrays.

One ctypes call per character is what makes PDFium slow from Python; `map` over re-declared prototypes runs those calls
without a line of Python in between, which is about ten times faster. PDFium must only ever be called from one thread.
"""

from __future__ import annotations

import ctypes
import math
from collections import deque
from ctypes import c_float, c_int, c_void_p
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float32]


def prototype(function: Any, result: Any, *arguments: Any) -> Any:
    """A PDFium function that takes and gives plain addresses: calls with Python integers need no conversion."""
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, c_void_p).value or 0)


_loose_box = prototype(pdfium_c.FPDFText_GetLooseCharBox, c_int, c_void_p, c_int, c_void_p)
_text_object = prototype(pdfium_c.FPDFText_GetTextObject, c_void_p, c_void_p, c_int)
_font = prototype(pdfium_c.FPDFTextObj_GetFont, c_void_p, c_void_p)
_weight = prototype(pdfium_c.FPDFFont_GetWeight, c_int, c_void_p)
_flags = prototype(pdfium_c.FPDFFont_GetFlags, c_int, c_void_p)
_name = prototype(pdfium_c.FPDFFont_GetBaseFontName, ctypes.c_size_t, c_void_p, c_void_p, ctypes.c_size_t)
_angle = prototype(pdfium_c.FPDFText_GetCharAngle, c_float, c_void_p, c_int)
_unicode = prototype(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint, c_void_p, c_int)

HYPHEN_AT_LINE_END = 0xFFFE
"""What PDFium gives for a hyphen at a line end when a word continues on the next line; it then omits the line break."""

JOINED, SPACE, BREAK = 0, 1, 2
"""What stands between a glyph and the one before it in PDFium's text."""

_IGNORED = 0x200B


@dataclass(frozen=True, slots=True)
class Font:
    """What can be known of a font: its name without the subset's prefix, whether it is bold or italic."""

    name: str
    bold: bool
    italic: bool


NO_FONT = Font("", False, False)


@dataclass(slots=True)
class Glyphs:
    """The visible characters of a page in PDFium's order, which is close to the order of the content stream.

    ``code`` code points, shape (n,); ``box`` x0, top, x1, bottom in points of the displayed page, shape (n, 4), as
    high as the font (ascent to descent); ``before`` one of JOINED, SPACE, BREAK; ``index`` PDFium's index of the
    character; ``hyphen`` true where PDFium took the glyph for a hyphen that splits a word at a line end.
    """

    width: float
    height: float
    code: npt.NDArray[np.uint32]
    box: FloatArray
    before: npt.NDArray[np.uint8]
    index: IntArray
    hyphen: npt.NDArray[np.bool_]


def _codes(text_page: int, handle: Any, count: int) -> npt.NDArray[np.uint32]:
    units = (ctypes.c_ushort * (count + 1))()
    written = int(pdfium_c.FPDFText_GetText(handle, 0, count, units))
    if written - 1 == count:
        return np.frombuffer(memoryview(units).cast("B"), np.uint16, count).astype(np.uint32)
    return np.fromiter(map(_unicode, repeat(text_page), range(count)), np.uint32, count)


def _join_surrogates(code: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Replace the high half of each surrogate pair by the whole code point and the low half by an ignored one."""
    high = np.flatnonzero((code[:-1] & 0xFC00) == 0xD800)
    high = high[(code[high + 1] & 0xFC00) == 0xDC00]
    if len(high):
        code = code.copy()
        code[high] = 0x10000 + ((code[high] & 0x3FF) << 10) + (code[high + 1] & 0x3FF)
        code[high + 1] = _IGNORED
    lone = (code & 0xF800) == 0xD800
    return np.where(lone, np.uint32(0xFFFD), code) if lone.any() else code


def displayed(box: FloatArray, bounds: tuple[float, float, float, float], rotation: int) -> FloatArray:
    """Turn boxes in user space (left, top, right, bottom, y upwards) into boxes of the displayed page.

    ``bounds`` is the page's left, bottom, right, top in user space; ``rotation`` is clockwise in degrees.
    """
    left, bottom, right, top = bounds
    x0, y1, x1, y0 = box.T
    if rotation == 90:
        columns = (y0 - bottom, x0 - left, y1 - bottom, x1 - left)
    elif rotation == 180:
        columns = (right - x1, y0 - bottom, right - x0, y1 - bottom)
    elif rotation == 270:
        columns = (top - y1, right - x1, top - y0, right - x0)
    else:
        columns = (x0 - left, top - y1, x1 - left, top - y0)
    result = np.stack(columns, axis=1)
    result[:, 2] = np.maximum(result[:, 2], result[:, 0])
    result[:, 3] = np.maximum(result[:, 3], result[:, 1])
    return result


class TextPage:
    """One open page of a PDF. Close it: PDFium's memory is not Python's."""

    def __init__(self, document: Any, index: int) -> None:
        """``document`` is PDFium's handle, ``index`` counts from 0. Raises ValueError for a page PDFium rejects."""
        self._page = pdfium_c.FPDF_LoadPage(document, index)
        if not self._page:
            raise ValueError("PDFium cannot read this page")
        self._text = pdfium_c.FPDFText_LoadPage(self._page)
        if not self._text:
            pdfium_c.FPDF_ClosePage(self._page)
            raise ValueError("PDFium cannot read the text of this page")
        self._handle: int = ctypes.cast(self._text, c_void_p).value or 0
        self._fonts: dict[int, Font] = {}
        self.count = max(0, int(pdfium_c.FPDFText_CountChars(self._text)))
        self.rotation = 90 * max(0, int(pdfium_c.FPDFPage_GetRotation(self._page)))
        self.width = float(pdfium_c.FPDF_GetPageWidthF(self._page))
        self.height = float(pdfium_c.FPDF_GetPageHeightF(self._page))

    @property
    def page(self) -> Any:
        """PDFium's page handle."""
        return self._page

    def close(self) -> None:
        """Free PDFium's memory."""
        pdfium_c.FPDFText_ClosePage(self._text)
        pdfium_c.FPDF_ClosePage(self._page)

    def __enter__(self) -> TextPage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of the displayed part of the page in user space."""
        rect = pdfium_c.FS_RECTF()
        if not pdfium_c.FPDF_GetPageBoundingBox(self._page, rect):
            return (0.0, 0.0, self.width, self.height)
        return (rect.left, rect.bottom, rect.right, rect.top)

    def glyphs(self) -> Glyphs:
        """The page's visible characters; those outside the displayed page are left out."""
        count = self.count
        code = _codes(self._handle, self._text, count) if count else np.zeros(0, np.uint32)
        if count:
            code = _join_surrogates(code)
        line_break = (code == 10) | (code == 13)
        space = (code == 32) | (code == 0xA0) | (code == 9)
        hyphen = code == HYPHEN_AT_LINE_END
        visible = code > 32
        visible &= ~space
        if count and int(code.max()) >= 0x2000:
            space |= ((code >= 0x2000) & (code <= 0x200A)) | (code == 0x202F) | (code == 0x3000)
            ignored = ((code >= 0x200B) & (code <= 0x200D)) | (code == 0xFEFF) | (code == 0xFFFF) | (code == 0x2060)
            visible &= ~(space | ignored)
        at = np.flatnonzero(visible).astype(np.int32)
        box = self._boxes(at.tolist())
        inside = (box[:, 2] > 0) & (box[:, 0] < self.width) & (box[:, 3] > 0) & (box[:, 1] < self.height)
        if not inside.all():
            at, box = at[inside], box[inside]
        breaks = np.cumsum(line_break)[at]
        spaces = np.cumsum(space)[at]
        before = np.zeros(len(at), np.uint8)
        if len(at):
            before[1:] = np.where(np.diff(breaks) > 0, BREAK, np.where(np.diff(spaces) > 0, SPACE, JOINED))
            before[0] = BREAK
            before[1:][hyphen[at][:-1]] = BREAK
        shown = np.where(hyphen, np.uint32(0x2D), code)[at]
        return Glyphs(self.width, self.height, shown, box, before, at, hyphen[at])

    def _boxes(self, indices: list[int]) -> FloatArray:
        raw = np.zeros((len(indices), 4), np.float32)
        base = raw.ctypes.data
        deque(map(_loose_box, repeat(self._handle), indices, range(base, base + raw.nbytes, 16)), maxlen=0)
        return displayed(raw, self.bounds(), self.rotation)

    def font(self, index: int) -> Font:
        """The font of a character."""
        text_object = _text_object(self._handle, index)
        if not text_object:
            return NO_FONT
        handle = _font(text_object)
        if not handle:
            return NO_FONT
        known = self._fonts.get(handle)
        if known is None:
            known = self._fonts[handle] = _describe(handle)
        return known

    def text_objects(self, indices: list[int]) -> list[int | None]:
        """Addresses of the text objects that characters belong to."""
        return list(map(_text_object, repeat(self._handle), indices))

    def angle(self, index: int) -> int:
        """Clockwise turn of a character on the displayed page in degrees, 0 to 359."""
        turn = _angle(self._handle, index)
        return round(math.degrees(max(turn, 0.0)) + self.rotation) % 360


def _describe(handle: int) -> Font:
    buffer = ctypes.create_string_buffer(128)
    _name(handle, buffer, 128)
    name = buffer.value.decode("latin-1").split("+")[-1]
    low = name.lower()
    bold = _weight(handle) >= 600 or any(part in low for part in ("bold", "black", "heavy", "semibd", "demi"))
    italic = bool(_flags(handle) & 64) or "italic" in low or "oblique" in low
    return Font(name, bold, italic)
