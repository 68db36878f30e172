"""The ruling lines and boxes drawn on a page, from PDFium's path objects."""

from __future__ import annotations

from ctypes import c_int, c_void_p
from dataclasses import dataclass, field

import numpy as np
import pypdfium2.raw as pdfium_c

from extractors.foreign import FloatArray, call_all, prototype
from extractors.lines import Line
from extractors.paths import IMAGE, PATH, Group, Matrix, page_objects
from extractors.pdfium import TextPage, displayed

_MOST_PATHS = 3_000
_THIN = 2.6

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
    """What is ruled on an open page, also in its forms; pages with very many paths (maps, charts) have none."""
    groups = page_objects(page.page)
    if not 0 < sum(group.kinds.count(PATH) for group in groups) <= _MOST_PATHS:
        return NO_RULES
    box = _boxes(page, groups, PATH)
    width, height = box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]
    inside = (box[:, 2] > 0) & (box[:, 0] < page.width) & (box[:, 3] > 0) & (box[:, 1] < page.height)
    horizontal = inside & (height <= _THIN) & (width >= 12)
    vertical = inside & (width <= _THIN) & (height >= 5)
    whole = (width > 0.92 * page.width) & (height > 0.92 * page.height)
    areas = inside & (width > 12) & (height > 6) & ~whole
    return Rules(box[horizontal], box[vertical], box[areas])


def _boxes(page: TextPage, groups: list[Group], kind: int) -> FloatArray:
    """Where the objects of a kind stand on the displayed page."""
    found = [_bounds_of(group.of_kind(kind), group.matrix) for group in groups]
    raw = found[0] if len(found) == 1 else np.concatenate(found)
    return displayed(raw[:, (0, 3, 2, 1)], page.bounds(), page.rotation)


def _bounds_of(objects: list[int], matrix: Matrix | None) -> FloatArray:
    """Left, bottom, right, top in user space; ``matrix`` is that of the form around the objects."""
    raw = np.zeros((len(objects), 4), np.float32)
    base, size = raw.ctypes.data, 16 * len(objects)
    call_all(_bounds, objects, *[range(base + 4 * k, base + 4 * k + size, 16) for k in range(4)])
    if matrix is None:
        return raw
    a, b, c, d, e, f = matrix.tolist()
    x, y = raw[:, (0, 0, 2, 2)], raw[:, (1, 3, 1, 3)]  # the corners
    across, up = a * x + c * y + e, b * x + d * y + f
    return np.stack((across.min(axis=1), up.min(axis=1), across.max(axis=1), up.max(axis=1)), axis=1)


def picture_share(page: TextPage) -> float:
    """Share of an open page that its largest image covers."""
    groups = page_objects(page.page)
    if not any(IMAGE in group.kinds for group in groups):
        return 0.0
    box = _boxes(page, groups, IMAGE)
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
