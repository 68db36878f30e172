"""The ruling lines and boxes drawn on a page, from PDFium's path objects."""

from __future__ import annotations

import ctypes
from collections import deque
from ctypes import c_int, c_void_p
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np
import pypdfium2.raw as pdfium_c

from extractors.foreign import FloatArray, address, prototype, unchecked
from extractors.lines import Line
from extractors.pdfium import TextPage, displayed

_PATH = 2
_IMAGE = 3
_MOST_OBJECTS = 20_000
_MOST_PATHS = 3_000
_THIN = 2.6

_object = unchecked(pdfium_c.FPDFPage_GetObject, c_void_p)
_type = prototype(pdfium_c.FPDFPageObj_GetType, c_int, c_void_p)
_bounds = prototype(pdfium_c.FPDFPageObj_GetBounds, c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)

Rectangle = tuple[float, float, float, float]


def _none() -> FloatArray:
    return np.zeros((0, 4), np.float32)


@dataclass(slots=True)
class Rules:
    """Boxes (x0, top, x1, bottom) of thin horizontal strokes, thin vertical strokes, and rectangles; shape (n, 4)."""

    horizontal: FloatArray = field(default_factory=_none)
    vertical: FloatArray = field(default_factory=_none)
    areas: FloatArray = field(default_factory=_none)


NO_RULES = Rules()


def page_rules(page: TextPage) -> Rules:
    """What is ruled on an open page. Pages with very many paths (maps, charts) are taken as having none."""
    handle = address(ctypes.cast(page.page, c_void_p).value)
    count = int(pdfium_c.FPDFPage_CountObjects(page.page))
    if not 0 < count <= _MOST_OBJECTS:
        return NO_RULES
    objects = list(map(_object, repeat(handle, count), range(count)))
    kinds = list(map(_type, objects))
    if not 0 < kinds.count(_PATH) <= _MOST_PATHS:
        return NO_RULES
    paths = [item for item, kind in zip(objects, kinds, strict=True) if kind == _PATH]
    box = _boxes(page, paths)
    width, height = box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]
    inside = (box[:, 2] > 0) & (box[:, 0] < page.width) & (box[:, 3] > 0) & (box[:, 1] < page.height)
    horizontal = inside & (height <= _THIN) & (width >= 12)
    vertical = inside & (width <= _THIN) & (height >= 5)
    whole = (width > 0.92 * page.width) & (height > 0.92 * page.height)
    areas = inside & (width > 12) & (height > 6) & ~whole
    return Rules(box[horizontal], box[vertical], box[areas])


def _boxes(page: TextPage, objects: list[int]) -> FloatArray:
    raw = np.zeros((len(objects), 4), np.float32)  # left, bottom, right, top
    base, size = raw.ctypes.data, 16 * len(objects)
    deque(map(_bounds, objects, *[range(base + 4 * k, base + 4 * k + size, 16) for k in range(4)]), maxlen=0)
    return displayed(raw[:, (0, 3, 2, 1)], page.bounds(), page.rotation)


def picture_share(page: TextPage) -> float:
    """Share of an open page that its largest image covers."""
    handle = address(ctypes.cast(page.page, c_void_p).value)
    count = min(_MOST_OBJECTS, max(0, int(pdfium_c.FPDFPage_CountObjects(page.page))))
    objects = list(map(_object, repeat(handle, count), range(count)))
    images = [item for item, kind in zip(objects, map(_type, objects), strict=True) if kind == _IMAGE]
    if not images:
        return 0.0
    box = _boxes(page, images)
    area = (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])
    return float(area.max()) / max(page.width * page.height, 1.0)


def without_underlines(rules: Rules, lines: list[Line]) -> Rules:
    """The rules that do not run under words of a line: links and emphasis are underlined."""
    flat = rules.horizontal
    if not len(flat) or not lines:
        return rules
    x0 = np.array([line.x0 for line in lines]) - 3
    x1 = np.array([line.x1 for line in lines]) + 3
    top = np.array([line.middle for line in lines])
    bottom = np.array([line.bottom for line in lines]) + 0.5
    y = (flat[:, 1] + flat[:, 3]) / 2
    under = ((flat[:, None, 0] >= x0) & (flat[:, None, 2] <= x1) & (y[:, None] > top) & (y[:, None] < bottom)).any(
        axis=1
    )
    return Rules(flat[~under], rules.vertical, rules.areas)
