"""The straight edges drawn on a page, segment by segment, as the grid of a table needs them."""

from __future__ import annotations

from ctypes import c_int, c_void_p
from itertools import chain, repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from extractors.foreign import FloatArray, call_all, prototype
from extractors.paths import PATH, Matrix, page_objects, placed
from extractors.pdfium import displayed, page_bounds, page_rotation

MOST_SEGMENTS = 50_000
"""Of a page: more are a map or a picture."""

_SLANT = 0.01
_SHORTEST = 1.0
_LINE, _MOVE = 0, 2

_count = prototype(pdfium_c.FPDFPath_CountSegments, c_int, c_void_p)
_segment = prototype(pdfium_c.FPDFPath_GetPathSegment, c_void_p, c_void_p, c_int)
_point = prototype(pdfium_c.FPDFPathSegment_GetPoint, c_int, c_void_p, c_void_p, c_void_p)
_type = prototype(pdfium_c.FPDFPathSegment_GetType, c_int, c_void_p)
_closes = prototype(pdfium_c.FPDFPathSegment_GetClose, c_int, c_void_p)


class DrawnPage:
    """A page opened for what is drawn on it. Close it: PDFium's memory is not Python's."""

    def __init__(self, document: Any, index: int) -> None:
        """``document`` is PDFium's handle, ``index`` counts from 0. Raises ValueError for a page PDFium rejects."""
        self._page = pdfium_c.FPDF_LoadPage(document, index)
        if not self._page:
            raise ValueError("PDFium cannot read this page")

    def __enter__(self) -> DrawnPage:
        return self

    def __exit__(self, *_: object) -> None:
        pdfium_c.FPDF_ClosePage(self._page)

    def edges(self) -> FloatArray:
        """Horizontal and vertical edges: x0, top, x1, bottom on the displayed page, shape (n, 4)."""
        return _page_edges(self._page, page_bounds(self._page), page_rotation(self._page))


def _page_edges(page: Any, bounds: tuple[float, float, float, float], rotation: int) -> FloatArray:
    objects: list[int] = []
    matrices: list[Matrix] = []
    for group in page_objects(page):
        paths = group.of_kind(PATH)
        if paths:
            objects.extend(paths)
            matrices.append(placed(paths, group.matrix))
    counts = list(map(_count, objects))
    total = sum(counts)
    if not 0 < total <= MOST_SEGMENTS:
        return np.zeros((0, 4), np.float32)
    pairs = chain.from_iterable(map(zip, map(repeat, objects), map(range, counts)))
    segments = [_segment(item, at) for item, at in pairs]
    point = np.zeros((total, 2), np.float32)
    base, end = point.ctypes.data, point.ctypes.data + 8 * total
    call_all(_point, segments, range(base, end, 8), range(base + 4, end, 8))
    kind = np.fromiter(map(_type, segments), np.int8, total)
    closing = np.fromiter(map(_closes, segments), np.bool_, total)
    a, b, c, d, e, f = np.repeat(np.concatenate(matrices), counts, axis=0).T
    x, y = point.T
    point = np.stack((a * x + c * y + e, b * x + d * y + f), axis=1)
    return _straight(_joined(point, kind, closing), bounds, rotation)


def _joined(
    point: FloatArray, kind: npt.NDArray[np.int8], closing: npt.NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Where each straight segment begins and ends, also those that close a figure."""
    lines = np.flatnonzero(kind == _LINE)
    lines = lines[lines > 0]
    starts = np.maximum.accumulate(np.where(kind == _MOVE, np.arange(len(kind)), 0))
    ends = np.flatnonzero(closing)
    return (
        np.concatenate((point[lines - 1], point[ends])),
        np.concatenate((point[lines], point[starts[ends]])),
    )


def _straight(
    segments: tuple[FloatArray, FloatArray], bounds: tuple[float, float, float, float], rotation: int
) -> FloatArray:
    """Segments that are level or upright and long enough, as boxes without thickness on the displayed page."""
    one, other = segments
    low, high = np.minimum(one, other), np.maximum(one, other)
    size = high - low
    length = size.max(axis=1)
    flat = (size.min(axis=1) <= _SLANT * np.minimum(length, 50)) & (length >= _SHORTEST)
    box = displayed(np.concatenate((low, high), axis=1)[flat][:, (0, 3, 2, 1)], bounds, rotation)
    level = box[:, 3] - box[:, 1] <= box[:, 2] - box[:, 0]
    middle = (box[:, :2] + box[:, 2:]) / 2
    box[level, 1] = box[level, 3] = middle[level, 1]
    box[~level, 0] = box[~level, 2] = middle[~level, 0]
    return box
