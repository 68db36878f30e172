"""The structure tree of a tagged PDF: which piece of marked content is what, in the author's reading order.

Source: ISO 32000-1, 14.7 and 14.8; PDFium gives the part of the tree that concerns one page, with types after the
role map.
"""

from __future__ import annotations

import ctypes
from ctypes import c_int, c_void_p
from dataclasses import dataclass
from itertools import repeat

import pypdfium2.raw as pdfium_c

from extractors.foreign import prototype
from extractors.pdfium import TextPage

_MOST_NODES = 50_000

_count = prototype(pdfium_c.FPDF_StructElement_CountChildren, c_int, c_void_p)
_child = prototype(pdfium_c.FPDF_StructElement_GetChildAtIndex, c_void_p, c_void_p, c_int)
_child_content = prototype(pdfium_c.FPDF_StructElement_GetChildMarkedContentID, c_int, c_void_p, c_int)
_type = prototype(pdfium_c.FPDF_StructElement_GetType, ctypes.c_ulong, c_void_p, c_void_p, ctypes.c_ulong)
_object_content = prototype(pdfium_c.FPDFPageObj_GetMarkedContentID, c_int, c_void_p)

INLINE = frozenset("Span Link Reference Em Strong Quote Code Annot Lbl Ruby Warichu BibEntry".split())  # noqa: SIM905
NOTES = frozenset(("Note", "Footnote", "FENote", "Endnote"))


@dataclass(slots=True)  # not frozen: that makes it four times as slow, and there is one for each word of some files
class Marked:
    """One piece of marked content in the author's order.

    ``path`` holds the types of the elements around it, outermost first; ``block`` numbers the innermost element that
    is not inline, so that pieces of one paragraph share it; ``item``, ``row``, ``cell`` and ``table`` number the
    innermost list item, table row, table cell and table, or are -1.
    """

    content: int
    path: tuple[str, ...]
    block: int
    item: int = -1
    row: int = -1
    cell: int = -1
    table: int = -1


_buffer = ctypes.create_string_buffer(128)
_place = ctypes.addressof(_buffer)
_names: dict[bytes, str] = {}


def _name(element: int) -> str:
    size = min(_type(element, _place, 128), 128)
    raw = ctypes.string_at(_place, max(0, size - 2))
    name = _names.get(raw)
    if name is None:
        name = raw.decode("utf-16-le", "replace")
        if len(_names) < 1000:
            _names[raw] = name
    return name


def read_tags(page: TextPage) -> list[Marked]:
    """The marked content of an open page in the order of its structure tree; empty where there is none."""
    tree = pdfium_c.FPDF_StructTree_GetForPage(page.page)
    if not tree:
        return []
    try:
        result: list[Marked] = []
        # elements still to be entered, with what is known of their parents; Marked where content stands between them
        stack: list[Marked | tuple[int, Marked]] = []
        for index in reversed(range(max(0, pdfium_c.FPDF_StructTree_CountChildren(tree)))):
            root = pdfium_c.FPDF_StructTree_GetChildAtIndex(tree, index)
            if root:
                stack.append((ctypes.cast(root, c_void_p).value or 0, Marked(-1, (), -1)))
        _walk(stack, result)
        return result
    finally:
        pdfium_c.FPDF_StructTree_Close(tree)


def _walk(stack: list[Marked | tuple[int, Marked]], result: list[Marked]) -> None:
    nodes = 0
    while stack and nodes < _MOST_NODES:
        nodes += 1
        entry = stack.pop()
        if isinstance(entry, Marked):
            result.append(entry)
            continue
        element, above = entry
        if len(above.path) > 100:
            continue
        name = _name(element)
        here = Marked(
            -1,
            (*above.path, name),
            above.block if name in INLINE else nodes,
            nodes if name == "LI" else above.item,
            nodes if name == "TR" else above.row,
            nodes if name in ("TD", "TH") else above.cell,
            nodes if name == "Table" else above.table,
        )
        size = min(_MOST_NODES, _count(element))
        below: list[Marked | tuple[int, Marked]] = []
        for index, child in enumerate(map(_child, repeat(element, size), range(size))):
            if child:
                below.append((child, here))
            else:
                content = _child_content(element, index)
                if content >= 0:
                    below.append(Marked(content, here.path, here.block, here.item, here.row, here.cell, here.table))
        below.reverse()
        stack += below


def contents(page: TextPage, indices: list[int]) -> list[int]:
    """The marked content each character belongs to, -1 for none (an artifact, or untagged)."""
    known: dict[int | None, int] = {None: -1}
    result = []
    for text_object in page.text_objects(indices):
        content = known.get(text_object)
        if content is None:
            content = known[text_object] = int(_object_content(text_object))
        result.append(content)
    return result
