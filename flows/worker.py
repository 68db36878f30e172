"""A process that does documents one after the other. Started and, where need be, killed by :mod:`flows.pool`.

It reads requests as lines of JSON and answers with lines of JSON, and ends when its input closes, so that it never
outlives the run that started it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.records import ManifestRow
from extractors.memory import capped
from extractors.options import ExtractOptions
from flows.content_keys import StageKeys
from flows.stages import Job, Outcome, process
from flows.store import ResultStore
from flows.tools import Tools


def main() -> None:
    """Serve requests until the input closes."""
    # parsers print to the standard output: keep a private copy for the answers
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def answer(content: dict[str, Any]) -> None:
        answers.write(json.dumps(content).encode() + b"\n")

    tools = Tools()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if request["do"] == "prepare":
            tools = Tools(_path(request["codebook"]), _path(request["model"]))
            answer({"done": _prepared(tools)})
        elif request["do"] == "document":
            # a page read by OCR takes long: the time limit starts anew with each
            answer(_document(request, tools, lambda page: answer({"ocr_page": page})))
        else:
            answer(_FINISHING[request["do"]](request))


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def _prepared(tools: Tools) -> bool:
    """Load everything while the run is still starting."""
    import extractors.pdf  # noqa: F401

    return tools.tagger is not None and tools.model is not None


def _document(request: dict[str, Any], tools: Tools, on_ocr_page: Callable[[int], None]) -> dict[str, Any]:
    job = job_from(request["job"])
    try:
        with capped(request.get("memory_cap", 0)):
            outcome = process(job, ResultStore(Path(request["store"])), tools, on_ocr_page)
    except MemoryError:
        outcome = Outcome(job.row.doc_id, f"{job.row.file}: needed more memory than there is", lasting=False)
    except OSError as error:
        return {"fatal": f"{error.filename or request['store']}: {error.strerror or error}"}
    except Exception as error:  # whatever a strange document provokes must not stop the others
        what = f"{job.row.file}: unexpected {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        outcome = Outcome(job.row.doc_id, what.strip(), lasting=False)
    return {"outcome": asdict(outcome)}


def _measures(request: dict[str, Any]) -> dict[str, Any]:
    from flows.table_writing import write_measures
    from reports import load_run
    from reports.measures import measure_run

    folder = Path(request["folder"])
    return {"count": write_measures(folder, measure_run(load_run(folder)))}


def _site(request: dict[str, Any]) -> dict[str, Any]:
    from reports.site import SiteOptions, build_site

    return {"page": str(build_site(Path(request["folder"]), SiteOptions(pictures=request["pictures"])))}


_FINISHING = {"measures": _measures, "site": _site}


def job_from(data: dict[str, Any]) -> Job:
    """The job that :func:`dataclasses.asdict` took apart."""
    row = ManifestRow(**{**data["row"], "guessed": tuple(data["row"]["guessed"])})
    options = ExtractOptions(**data["options"])
    return Job(row, data["path"], data["sha256"], StageKeys(**data["keys"]), options)


if __name__ == "__main__":
    main()
