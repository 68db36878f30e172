"""What is drawn on a page, as PDFium holds it: path and image objects, also those inside form XObjects."""

from __future__ import annotations

import ctypes
from ctypes import c_int, c_void_p
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from extractors.foreign import address, prototype, results, unchecked

PATH, IMAGE, _FORM = 2, 3, 5
_DRAWN = frozenset((PATH, IMAGE, _FORM))
_MOST_OBJECTS = 20_000

_object = unchecked(pdfium_c.FPDFPage_GetObject, c_void_p)
_form_object = unchecked(pdfium_c.FPDFFormObj_GetObject, c_void_p)
_form_count = prototype(pdfium_c.FPDFFormObj_CountObjects, c_int, c_void_p)
_type = prototype(pdfium_c.FPDFPageObj_GetType, c_int, c_void_p)
_matrix = prototype(pdfium_c.FPDFPageObj_GetMatrix, c_int, c_void_p, c_void_p)

Matrix = npt.NDArray[np.float32]
"""a, b, c, d, e, f as in the PDF standard: x' = ax + cy + e, y' = bx + dy + f."""


@dataclass(frozen=True, slots=True)
class Group:
    """Objects of the page itself, or of one form: ``matrix`` takes their bounds to the page, None where it need not."""

    objects: list[int]
    kinds: list[int]
    matrix: Matrix | None = None

    def of_kind(self, kind: int) -> list[int]:
        """The objects of one kind."""
        return [item for item, this in zip(self.objects, self.kinds, strict=True) if this == kind]


def page_objects(page: ctypes.c_void_p) -> list[Group]:
    """The objects of an open page (PDFium's handle) and those of its forms, but for forms that hold only text.

    Nothing where they are too many to be anything but a picture.
    """
    handle = address(ctypes.cast(page, c_void_p).value)
    total = int(pdfium_c.FPDFPage_CountObjects(page))
    if not 0 < total <= _MOST_OBJECTS:
        return []
    objects = list(results(_object, repeat(handle), range(total)))
    groups = [Group(objects, list(map(_type, objects)))]
    for group in groups:  # grows while it is gone through: forms hold forms
        if _FORM not in group.kinds:
            continue
        for form in group.of_kind(_FORM):
            count = max(0, int(_form_count(form)))
            total += count
            if total > _MOST_OBJECTS:
                return []
            objects = list(results(_form_object, repeat(address(form)), range(count)))
            kinds = list(map(_type, objects))
            if not _DRAWN.isdisjoint(kinds):  # most forms hold only text, and a matrix takes time
                groups.append(Group(objects, kinds, placed([form], group.matrix)[0]))
    return groups


def placed(items: list[int], matrix: Matrix | None) -> Matrix:
    """What takes points of each object to the page: its own matrix and then its group's, shape (n, 6)."""
    own = np.zeros((len(items), 6), np.float32)
    own[:, (0, 3)] = 1
    base = own.ctypes.data
    for at, item in enumerate(items):
        _matrix(item, base + 24 * at)
    if matrix is None:
        return own
    a, b, c, d, e, f = own.T
    p, q, r, s, t, u = matrix.tolist()
    return np.stack(
        (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u), axis=1
    )
