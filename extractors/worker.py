"""The process in which files of others are parsed. Started by :mod:`extractors.isolated`; speaks lines of JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

from extractors.document import ExtractionError
from extractors.extract import extract
from extractors.memory import capped
from extractors.options import ExtractOptions
from extractors.store import write_document


def main() -> None:
    """Serve requests until the input closes."""
    # PDFium and OCR print to the standard output: keep a private copy for the answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        answers.write(json.dumps(_serve(request, answers)).encode() + b"\n")
        answers.flush()


def _serve(request: dict[str, object], answers: BinaryIO) -> dict[str, object]:
    path = Path(str(request["path"]))
    try:
        options = ExtractOptions(**request["options"])  # type: ignore[arg-type]
        with capped(int(str(request["memory_cap"]))):
            document = extract(path, str(request["doc_id"]), options, lambda page: _announce(answers, page))
            write_document(document, Path(str(request["result"])))
    except ExtractionError as error:
        return {"file": error.file, "error": error.message, "page": error.page}
    except MemoryError:
        return {"file": path.name, "error": "needed more memory than there is", "page": None}
    except Exception as error:  # whatever a hostile file provokes must not stop the run
        return {"file": path.name, "error": f"unexpected {type(error).__name__}: {error}", "page": None}
    return {"done": True}


def _announce(answers: BinaryIO, page: int) -> None:
    """An OCR page begins: the time limit starts anew for it."""
    answers.write(json.dumps({"ocr_page": page}).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
