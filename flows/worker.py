"""A process that does documents one after the other. Started and, where need be, killed by :mod:`flows.pool`.

It ends when its input closes, so that it never outlives the run that started it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.records import ManifestRow
from extractors.killable import Message, serve
from extractors.memory import capped
from extractors.options import ExtractOptions
from flows.content_keys import StageKeys
from flows.loading import loading
from flows.stages import Job, Outcome, process
from flows.store import ResultStore
from flows.tools import Tools

if TYPE_CHECKING:
    from reports.evidence import Evidence


class _Server:
    """Answers requests with the tools that it was told to prepare."""

    def __init__(self) -> None:
        self._tools = Tools()

    def answer(self, request: Message, on_ocr_page: Callable[[int], None]) -> Message:
        """What is to be sent back."""
        if request["do"] == "prepare":
            self._tools = Tools(_path(request["codebook"]), _path(request["model"]), request["reading"])
            return {"done": _prepared(self._tools)}
        if request["do"] == "document":
            return _document(request, self._tools, on_ocr_page)
        return _FINISHING[request["do"]](request)


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def _prepared(tools: Tools) -> bool:
    """Load everything while the run is still starting."""
    with loading():
        import extractors.pdf  # noqa: F401
        from models.graphs import load_opened

        ready = tools.tagger is not None and tools.model is not None
        load_opened()
        return ready


def _document(request: Message, tools: Tools, on_ocr_page: Callable[[int], None]) -> Message:
    job = job_from(request["job"])
    try:
        with capped(request["memory_cap"]):
            outcome = process(job, ResultStore(Path(request["store"])), tools, on_ocr_page)
    except MemoryError:
        outcome = Outcome(job.row.doc_id, f"{job.row.file}: needed more memory than there is", lasting=False)
    except OSError as error:
        return {"fatal": f"{error.filename or request['store']}: {error.strerror or error}"}
    except Exception as error:  # whatever a strange document provokes must not stop the others
        what = f"{job.row.file}: unexpected {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        outcome = Outcome(job.row.doc_id, what.strip(), lasting=False)
    return {"outcome": asdict(outcome)}


_gathered: dict[Path, Evidence] = {}


def _measures(request: Message) -> Message:
    from flows.table_writing import write_measures
    from reports import load_run
    from reports.evidence import gather
    from reports.measures import measure_run

    folder = Path(request["folder"])
    run = load_run(folder)
    evidence = gather(run)
    _gathered.clear()
    _gathered[folder] = evidence  # the site, which is made next, rests on the same
    return {"count": write_measures(folder, measure_run(run, evidence))}


def _site(request: Message) -> Message:
    from reports.site import SiteOptions, build_site

    folder = Path(request["folder"])
    page = build_site(folder, SiteOptions(pictures=request["pictures"]), _gathered.pop(folder, None))
    return {"page": str(page)}


_FINISHING = {"measures": _measures, "site": _site}


def job_from(data: dict[str, Any]) -> Job:
    """The job that :func:`dataclasses.asdict` took apart."""
    row = ManifestRow(**{**data["row"], "guessed": tuple(data["row"]["guessed"])})
    options = ExtractOptions(**data["options"])
    return Job(row, data["path"], data["sha256"], StageKeys(**data["keys"]), options)


if __name__ == "__main__":
    serve(_Server().answer)
