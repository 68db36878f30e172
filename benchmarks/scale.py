"""How runs grow: PDFs made by permuting paragraphs of the sample (and of ../shared/corpus).

    python benchmarks/scale.py            10 and 100 documents, printed
    python benchmarks/scale.py --full     10, 100, 1,000, 10,000: about half an hour; writes benchmarks/results/scale.*
                                          and the section of docs/performance.md that stands between its marks
    python benchmarks/scale.py --full --sizes 10000    this size only; the others stay as they were measured
    python benchmarks/scale.py --text     writes the texts anew from benchmarks/results/scale.json

For every size: a cold run, the same again with nothing new, one with one document changed, and a cold run with two
workers. What each size consists of stands in ``SIZES`` and in the results. Wall times of a busy machine mean little:
compare them within one output; the load average before each run is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.scaling.corpora import make_corpus, write_pdf
from benchmarks.scaling.telling import results_page, written_into
from benchmarks.scaling.watching import Watched, bytes_below, watched_run
from models.readings import READINGS, USUAL, WORDS, Closeness

ROOT = Path(__file__).resolve().parents[1]
RESULTS, PERFORMANCE = ROOT / "benchmarks" / "results", ROOT / "docs" / "performance.md"
CHANGED = ["Trust is what partnerships need. Lack of funding was a barrier."]


@dataclass(frozen=True, slots=True)
class Size:
    """How many documents, of how many paragraphs each (12 give about two pages), with a site or without, how read.

    What memory and orchestration cost does not depend on how closely sentences are read.
    """

    documents: int
    paragraphs: int = 12
    site: bool = True
    reading: Closeness = USUAL


SIZES = (Size(10), Size(100), Size(1000), Size(10_000, paragraphs=2, site=False, reading=WORDS))


def measured(size: Size, scratch: Path) -> dict[str, Any]:
    """The runs of one size."""
    corpus, out, second = scratch / "corpus", scratch / "runs", scratch / "two"
    make_corpus(corpus, size.documents, size.paragraphs)
    options = ["--reading", size.reading, "--pictures", "0", *([] if size.site else ["--no-site"])]
    cold = watched_run(corpus, out, "--workers", "1", *options)
    folder = Path(cold.summary["folder"])
    kept = {"store": bytes_below(out / ".halfloop" / "store"), "site": bytes_below(folder / "site")}
    kept["tables"] = bytes_below(folder) - kept["site"]
    again = watched_run(corpus, out, "--workers", "1", *options)
    if not again.summary["nothing_new"]:
        raise SystemExit("the second run found something new: did somebody change the code meanwhile?")
    write_pdf(corpus / "paper-00000.pdf", CHANGED)
    changed = watched_run(corpus, out, "--workers", "1", *options)
    if changed.summary["documents_worked_on"] != 1:
        raise SystemExit("the third run read more than the changed document: did somebody change the code meanwhile?")
    shutil.rmtree(out)
    make_corpus(corpus := scratch / "again", size.documents, size.paragraphs)
    two = watched_run(corpus, second, "--workers", "2", *options)
    return {
        **asdict(size),
        "pages": cold.summary["totals"]["pages"],
        "words": cold.summary["totals"]["words"],
        "sentences": cold.summary["totals"]["sentences"],
        "bytes": kept,
        "cold": _told(cold),
        "again": _told(again),
        "changed": _told(changed),
        "two_workers": _told(two),
    }


def _told(run: Watched) -> dict[str, Any]:
    told = {"seconds": round(run.seconds, 2), "load": run.load, "memory_mb": run.memory, "cpu_seconds": run.cpu}
    if run.summary["nothing_new"]:
        return told
    return {
        **told,
        "steps": run.record["seconds"],
        "stages": run.record["stage_seconds"],
        "around": round(run.around, 2),
        "orchestration": round(run.orchestration, 4),
        "orchestration_of_reading": round(run.orchestration_of_reading, 4),
    }


def machine() -> dict[str, Any]:
    """Where this was measured, and on which code."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    return {"cores": os.cpu_count(), "python": platform.python_version(), "commit": commit.stdout.strip()}


def write_results(results: dict[str, Any]) -> None:
    """The figures as JSON and for people."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "scale.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "scale.md").write_text(results_page(results), encoding="utf-8")
    PERFORMANCE.write_text(written_into(PERFORMANCE.read_text(encoding="utf-8"), results), encoding="utf-8")


def _known(wanted: set[int]) -> list[dict[str, Any]]:
    """What was measured earlier of the sizes that are not measured now."""
    path = RESULTS / "scale.json"
    known = json.loads(path.read_text(encoding="utf-8"))["sizes"] if path.is_file() else []
    return [size for size in known if size["documents"] not in wanted]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", help="some of the sizes only")
    parser.add_argument(
        "--reading", choices=READINGS, help="how closely sentences are read, instead of what SIZES says"
    )
    parser.add_argument("--scratch", type=Path, help="a folder with room for some GB (default: the system's)")
    arguments = parser.parse_args()
    if arguments.text:
        write_results(json.loads((RESULTS / "scale.json").read_text(encoding="utf-8")))
        return
    wanted = set(arguments.sizes or ([size.documents for size in SIZES] if arguments.full else [10, 100]))
    results: dict[str, Any] = {"machine": machine(), "sizes": _known(wanted) if arguments.full else []}
    for size in SIZES:
        if size.documents in wanted:
            chosen = replace(size, reading=arguments.reading or size.reading)
            with tempfile.TemporaryDirectory(prefix="halfloop-scale-", dir=arguments.scratch) as scratch:
                results["sizes"].append(measured(chosen, Path(scratch)))
            print(json.dumps(results["sizes"][-1]), flush=True)
            results["sizes"].sort(key=lambda one: one["documents"])
            if arguments.full:
                write_results(results)  # what is measured stays, whatever happens to the next size
    print(results_page(results))


if __name__ == "__main__":
    main()
