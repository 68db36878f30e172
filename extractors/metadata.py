"""The title of a PDF: what its makers say, checked against what it says itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from extractors.document import Block

_NO_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint)|untitled|document\d*|powerpoint|slide|layout|title|report|print)\b|"
    r"\.(?:docx?|indd|pdf|rtf|cdr|qxd|pptx?|pmd|p65|xlsx?|tmp)\b|^[\d\W_]*$|_",
    re.I,
)


def document_title(pdf: Any, text: str, blocks: Sequence[Block]) -> str:
    """The title in the metadata where it is one and not a file name; else the largest heading of the first pages."""
    stated = re.sub(r"\s+", " ", pdf.get_metadata_dict().get("Title") or "").strip()
    if len(stated) > 5 and not _NO_TITLE.search(stated):
        return stated
    first = [block for block in blocks[:40] if block.kind == "heading"]
    if not first:
        return stated if not _NO_TITLE.search(stated) else ""
    best = min(first, key=lambda block: (block.level, block.start))
    return text[best.start : best.end]
