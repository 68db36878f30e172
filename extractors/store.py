"""Documents on disk: one ``.npz`` file of arrays and JSON, read without unpickling anything.

The same document always gives the same bytes (numpy's archive carries no times).
"""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from extractors.document import (
    Block,
    Box,
    Cell,
    Document,
    ExtractionError,
    Furniture,
    Page,
    Problem,
    Sentence,
    Table,
    TextMap,
)
from extractors.storedmap import packed, unpacked
from extractors.textmap import GlyphMap, PlainMap

FORMAT = 2
_EFFORT = 3
"""Of the compressor, 1 to 9: what the usual 6 saves on numbers is a tenth, for three times the time."""


def write_document(document: Document, path: Path) -> None:
    """Write a document; the file appears whole or not at all."""
    head = {
        "format": FORMAT,
        "doc_id": document.doc_id,
        "sha256": document.sha256,
        "extractor": document.extractor,
        "title": document.title,
        "language": document.language,
        "pages": [[p.number, p.start, p.end, p.width, p.height, p.source] for p in document.pages],
        "blocks": [[b.start, b.end, b.kind, b.level, b.anchor] for b in document.blocks],
        "sentences": [[s.sentence_id, s.start, s.end, s.page, s.section, s.block] for s in document.sentences],
        "tables": [
            [_box_row(t.box), t.caption, [[c.row, c.column, c.text, *_box_row(c.box)] for c in t.cells]]
            for t in document.tables
        ],
        "furniture": [[f.text, *_box_row(f.box)] for f in document.furniture],
        "problems": [[p.message, p.page] for p in document.problems],
    }
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "head": np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), np.uint8),
        "text": np.frombuffer(document.text.encode("utf-8", "surrogatepass"), np.uint8),
    }
    if isinstance(document.text_map, GlyphMap):
        arrays |= packed(document.text_map)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=_EFFORT) as archive:
            for name, array in arrays.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                    np.lib.format.write_array(file, array, allow_pickle=False)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_document(path: Path) -> Document:
    """Read what :func:`write_document` wrote; its rectangles need nothing but this file.

    Raises
    ------
    ExtractionError
        The file is not such a document, or is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            head: dict[str, Any] = json.loads(archive["head"].tobytes())
            if head["format"] != FORMAT:
                raise ExtractionError(path.name, f"stored document of format {head['format']}, expected {FORMAT}")
            text = archive["text"].tobytes().decode("utf-8", "surrogatepass")
            text_map: TextMap = PlainMap()
            if "small" in archive:
                text_map = unpacked({name: archive[name] for name in ("small", "far", "run_page")})
    except (OSError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
        raise ExtractionError(path.name, f"not a stored document ({error})") from error
    return Document(
        doc_id=head["doc_id"],
        sha256=head["sha256"],
        text=text,
        pages=tuple(Page(*row) for row in head["pages"]),
        blocks=tuple(Block(*row) for row in head["blocks"]),
        sentences=tuple(Sentence(*row) for row in head["sentences"]),
        extractor=head["extractor"],
        text_map=text_map,
        tables=tuple(_table(row) for row in head["tables"]),
        problems=tuple(Problem(*row) for row in head["problems"]),
        title=head["title"],
        language=head["language"],
        furniture=tuple(Furniture(text, Box(*box)) for text, *box in head["furniture"]),
    )


def _box_row(box: Box) -> list[float]:
    return [box.page, box.x0, box.top, box.x1, box.bottom]


def _table(row: list[Any]) -> Table:
    place, caption, cells = row
    box = Box(*place)
    return Table(box.page, box, caption, tuple(Cell(at, column, text, Box(*of)) for at, column, text, *of in cells))
