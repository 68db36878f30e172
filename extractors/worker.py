"""The process in which files of others are parsed. Started by :mod:`extractors.isolated`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from extractors.document import ExtractionError
from extractors.extract import extract
from extractors.killable import Message, serve
from extractors.memory import capped
from extractors.options import ExtractOptions
from extractors.store import write_document


def _extracted(request: Message, on_ocr_page: Callable[[int], None]) -> Message:
    path = Path(request["path"])
    try:
        with capped(request["memory_cap"]):
            document = extract(path, request["doc_id"], ExtractOptions(**request["options"]), on_ocr_page)
            write_document(document, Path(request["result"]))
    except ExtractionError as error:
        return {"file": error.file, "error": error.message, "page": error.page}
    except MemoryError:
        return {"file": path.name, "error": "needed more memory than there is", "page": None}
    except Exception as error:  # whatever a hostile file provokes must not stop the run
        return {"file": path.name, "error": f"unexpected {type(error).__name__}: {error}", "page": None}
    return {"done": True}


if __name__ == "__main__":
    serve(_extracted)
