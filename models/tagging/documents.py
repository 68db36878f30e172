"""The documents in which coded passages stand, read one after the other, with an index to find the passages in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from corpus.records import ManifestRow
from corpus.standoff import TextIndex
from extractors.document import Document, ExtractionError

Passages = TypeVar("Passages")


def documents_of(
    passages: Mapping[str, Passages], rows: Sequence[ManifestRow], read: Callable[[ManifestRow], Document]
) -> Iterator[tuple[Passages, Document, TextIndex] | tuple[Passages, None, None]]:
    """Passages by the sha256 of their document, in its order; with None where it is not at hand or cannot be read.

    Parameters
    ----------
    read
        How a document is read; raises ExtractionError.
    """
    files = {row.sha256: row for row in rows if row.sha256}
    for digest, own in sorted(passages.items(), key=lambda item: item[0]):
        try:
            document = read(files[digest])
        except (KeyError, ExtractionError):
            yield own, None, None
            continue
        yield own, document, TextIndex(document.text, [page.start for page in document.pages])
