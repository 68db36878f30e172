"""PDFium's text page as arrays.

PDFium must only ever be called from one thread.
"""

from __future__ import annotations

import ctypes
import math
from ctypes import c_float, c_int, c_void_p
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from extractors.foreign import FloatArray, Slots, address, call_all, prototype, results, unchecked

IntArray = npt.NDArray[np.int32]

_loose_box = unchecked(pdfium_c.FPDFText_GetLooseCharBox, None)
_text_object = unchecked(pdfium_c.FPDFText_GetTextObject, c_void_p)
_get_text = prototype(pdfium_c.FPDFText_GetText, c_int, c_void_p, c_int, c_int, c_void_p)
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
_SHOWN, _HYPHEN = 3, 4


def _kinds() -> npt.NDArray[np.uint8]:
    """For each code point what it is between glyphs (JOINED where it is nothing), or that it is a glyph."""
    kinds = np.full(0x110000, _SHOWN, np.uint8)
    kinds[:33] = JOINED
    kinds[[9, 32, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000]] = SPACE
    kinds[[10, 13]] = BREAK
    kinds[[0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFFFF]] = JOINED
    kinds[HYPHEN_AT_LINE_END] = _HYPHEN
    return kinds


_KINDS = _kinds()
_slots = Slots()


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


def _codes(text_page: int, count: int) -> npt.NDArray[np.uint32]:
    units = np.zeros(count + 1, np.uint16)
    if _get_text(text_page, 0, count, units.ctypes.data) - 1 == count:
        return units[:count].astype(np.uint32)
    return np.fromiter(results(_unicode, repeat(text_page), range(count)), np.uint32, count)


def _join_surrogates(code: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Replace the high half of each surrogate pair by the whole code point and the low half by an ignored one."""
    lone = (code & 0xF800) == 0xD800
    if not lone.any():
        return code
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

    ``bounds`` is the page's left, bottom, right, top in user space; ``rotation`` is clockwise in degrees. The result
    lies column by column in memory, since what follows compares columns.
    """
    left, bottom, right, top = bounds
    a, b, c, d = columns = np.array(box.T, np.float32, order="C")
    if rotation == 90:
        columns = np.stack((d - bottom, a - left, b - bottom, c - left))
    elif rotation == 180:
        columns = np.stack((right - c, d - bottom, right - a, b - bottom))
    elif rotation == 270:
        columns = np.stack((top - b, right - c, top - d, right - a))
    else:
        a -= left
        c -= left
        np.subtract(top, b, out=b)
        np.subtract(top, d, out=d)
    np.maximum(columns[2:], columns[:2], out=columns[2:])
    return columns.T


def page_rotation(page: Any) -> int:
    """How far a page (PDFium's handle) is turned when displayed, clockwise in degrees."""
    return 90 * max(0, int(pdfium_c.FPDFPage_GetRotation(page)))


def page_bounds(page: Any) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of the displayed part of a page (PDFium's handle) in user space."""
    rect = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDF_GetPageBoundingBox(page, rect):
        return (0.0, 0.0, float(pdfium_c.FPDF_GetPageWidthF(page)), float(pdfium_c.FPDF_GetPageHeightF(page)))
    return (rect.left, rect.bottom, rect.right, rect.top)


class TextPage:
    """One open page of a PDF. Close it: PDFium's memory is not Python's."""

    def __init__(self, document: Any, index: int, before: TextPage | None = None) -> None:
        """``document`` is PDFium's handle, ``index`` counts from 0; ``before`` is a page that is still open.

        PDFium keeps a font as long as an open page uses it, so that fonts of ``before`` need not be read again.
        Raises ValueError for a page PDFium rejects.
        """
        self._page = pdfium_c.FPDF_LoadPage(document, index)
        if not self._page:
            raise ValueError("PDFium cannot read this page")
        self._text = pdfium_c.FPDFText_LoadPage(self._page)
        if not self._text:
            pdfium_c.FPDF_ClosePage(self._page)
            raise ValueError("PDFium cannot read the text of this page")
        self._handle: int = ctypes.cast(self._text, c_void_p).value or 0
        self._address = address(self._handle)
        self._fonts: dict[int | None, Font] = {None: NO_FONT}
        self._fonts_before = before._fonts if before else {}
        self.count = max(0, int(pdfium_c.FPDFText_CountChars(self._text)))
        self.rotation = page_rotation(self._page)
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
        return page_bounds(self._page)

    def glyphs(self) -> Glyphs:
        """The page's visible characters; those outside the displayed page are left out."""
        count = self.count
        code = _codes(self._handle, count) if count else np.zeros(0, np.uint32)
        if count:
            code = _join_surrogates(code)
        kind = _KINDS.take(code, mode="clip")
        at = np.flatnonzero(kind >= _SHOWN)
        box = self._boxes(at.tolist())
        x0, top, x1, bottom = box.T
        inside = (x1 > 0) & (x0 < self.width) & (bottom > 0) & (top < self.height)
        if not inside.all():
            at, box = at[inside], box[inside]
        shown = code[at]
        hyphen = kind[at] == _HYPHEN
        before = np.zeros(len(at), np.uint8)
        if len(at):
            kind[kind >= _SHOWN] = JOINED
            gaps = np.flatnonzero(at[1:] - at[:-1] > 1)  # between most glyphs nothing stands
            if len(gaps):
                before[gaps + 1] = np.maximum.reduceat(kind[: at[-1]], at[gaps])
            before[0] = BREAK
            if hyphen.any():
                before[1:][hyphen[:-1]] = BREAK
                shown[hyphen] = 0x2D
        return Glyphs(self.width, self.height, shown, box, before, at.astype(np.int32), hyphen)

    def _boxes(self, indices: list[int]) -> FloatArray:
        _slots.reserve(len(indices))
        raw = _slots.rows[: len(indices)]
        raw[:] = 0
        call_all(_loose_box, repeat(self._address), indices, _slots.addresses)
        return displayed(raw, self.bounds(), self.rotation)

    def fonts(self, indices: list[int]) -> list[Font]:
        """The fonts of characters."""
        handles = list(map(_font, results(_text_object, repeat(self._address), indices)))
        known = self._fonts
        for handle in set(handles) - known.keys():
            known[handle] = self._fonts_before.get(handle) or _describe(handle)
        return [known[handle] for handle in handles]

    def text_objects(self, indices: list[int]) -> list[int | None]:
        """Addresses of the text objects that characters belong to."""
        return list(results(_text_object, repeat(self._address), indices))

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
