"""Extraction beside its peers, in one run: speed, memory, and likeness to the authors' structure tags.

python benchmarks/extraction.py               everything, on ../shared/corpus and on the sample (peers are slow)
python benchmarks/extraction.py --pages 200   peers read so many pages of each corpus; ours are always read whole
python benchmarks/extraction.py --quality     our quality and lost words only; not written to results/

Writes benchmarks/results/extraction.json and .md. What the figures mean: docs/decisions/015.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from extracting.engines import ENGINES, counts
from extracting.lostwords import reach
from extracting.quality import Reference, read_reference, score, similarity_of_pages, words_lost
from extracting.tagsanity import MOST_CONTRADICTED, MOST_OUT_OF_ORDER, contradicted, out_of_order

from extractors import ExtractionError, ExtractOptions, extract

ROOT = Path(__file__).resolve().parents[1]
REAL, SAMPLE, RESULTS = ROOT.parent / "shared" / "corpus", ROOT / "corpus" / "sample", ROOT / "benchmarks" / "results"
PACKAGES = ("pypdfium2", "pdfplumber", "pdfminer.six", "pypdf", "numpy", "rapidfuzz")
BASE = "pdfplumber extract_text"
Row = dict[str, Any]


def has_text_layer(path: Path) -> bool:
    """Scans are left out: without OCR no engine reads anything there."""
    try:
        extract(path, path.stem, ExtractOptions(tables=False, ocr="never"))
    except ExtractionError:
        return False
    return True


def run_engine(name: str, files: list[Path], pages: int, processes: int, texts: Path) -> Row:
    """Files dealt out to so many processes, each measured by itself: the one that is longest at work sets the pace."""
    totals = dict(zip(files, counts(files), strict=True))
    shares: list[list[Path]] = [[] for _ in range(processes)]
    for path in sorted(files, key=lambda path: -totals[path]):
        min(shares, key=lambda share: sum(totals[p] for p in share)).append(path)
    script = [sys.executable, str(ROOT / "benchmarks" / "extracting" / "engines.py"), name, str(pages), str(texts)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    started = [
        subprocess.Popen(
            [*script, str(sum(totals.values())), *map(str, share)], stdout=subprocess.PIPE, text=True, env=environment
        )
        for share in shares
        if share
    ]
    told = [[json.loads(line) for line in process.communicate()[0].splitlines()] for process in started]
    if any(process.returncode for process in started):
        raise SystemExit(f"{name}: ended with an error")
    of_each = [[line for line in lines if "file" in line] for lines in told]
    files_read = list(chain.from_iterable(of_each))
    all_pages = sum(line["total"] for line in files_read)
    # every document counts by all its pages, whether they were all read or some: then engines did the same work
    busy = [sum(line["total"] * (line["ended"] - line["begun"]) / line["pages"] for line in lines) for lines in of_each]
    return {
        "engine": name,
        "pages_read": sum(line["pages"] for line in files_read),
        "pages_per_second": all_pages / max(busy),
        "cpu_ms_per_page": 1000 * sum(line["total"] * line["cpu"] / line["pages"] for line in files_read) / all_pages,
        "peak_megabytes": max(lines[-1]["peak_megabytes"] for lines in told),
    }


def speed(files: list[Path], pages: int, references: dict[str, Reference]) -> list[Row]:
    """Every engine with one process and with two, and its likeness to the tags on pages that all can be asked for."""
    rows = []
    read: dict[str, dict[str, dict[int, str]]] = {}
    for name in ENGINES:
        if name.startswith("pdftotext") and shutil.which("pdftotext") is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            row = run_engine(name, files, pages, 1, Path(folder))
            for path in files:
                known = json.loads((Path(folder) / f"{path.stem}.json").read_text())
                read.setdefault(name, {})[path.stem] = {int(page): text for page, text in known.items()}
            two = run_engine(name, files, pages, 2, Path(folder))
        row["pages_per_second_two_processes"] = two["pages_per_second"]
        liked = [
            similarity_of_pages(reference, read[name][stem])
            for stem, reference in references.items()
            if stem in read[name]
        ]
        row["similarity_clean_pages"] = _mean([None if math.isnan(value) else value for _, value in liked])
        row["clean_pages"] = sum(count for count, _ in liked)
        print(row, flush=True)
        rows.append(row)
    for row in rows:
        counted = [words_lost(text, read[row["engine"]][stem]) for stem, text in read["pdfium plain text"].items()]
        row["words_lost"] = sum(lost for lost, _ in counted) / max(1, sum(total for _, total in counted))
    base = next((row["cpu_ms_per_page"] for row in rows if row["engine"] == BASE), None)
    return [{**row, "times_pdfplumber": base / row["cpu_ms_per_page"] if base else None} for row in rows]


def quality(files: list[Path], references: dict[str, Reference]) -> list[Row]:
    """Ours, from geometry alone, against the tags of each tagged document."""
    rows = []
    for path in files:
        if path.stem not in references:
            continue
        document = extract(path, path.stem, ExtractOptions(ignore_tags=True, tables=False, ocr="never"))
        reference = references[path.stem]
        got = score(reference, document)
        text = ("text", "heading", "contents")
        lost, all_of = sum(got.lost[kind] for kind in text), sum(got.lost[kind] + got.kept[kind] for kind in text)
        left_plain = contradicted(reference.pieces)
        row = {
            "document": path.stem,
            "words": got.words,
            "similarity": got.similarity,
            "out_of_order": out_of_order(reference.pieces),
            # where the author tagged no heading there is nothing to compare with
            "heading_f1": got.headings.f1,
            "heading_f1_sane": got.sane.f1,
            "heading_precision": got.sane.precision if got.sane.wanted else None,
            "heading_recall": got.sane.recall if got.sane.wanted else None,
            "contradicted": None if math.isnan(left_plain) else left_plain,
            "text_characters_lost": lost / max(1, all_of),
            "lost_by_kind": dict(sorted(got.lost.items())),
        }
        print({key: value if not isinstance(value, float) else round(value, 4) for key, value in row.items()})
        rows.append(row)
    return rows


def losses(files: list[Path]) -> list[Row]:
    """Where a Document holds the words that PDFium shows, both routes, tables on."""
    rows = []
    for path in files:
        row: Row = {"document": path.stem}
        for route, ignore in (("geometry", True), ("tags", False)):
            found = reach(path, extract(path, path.stem, ExtractOptions(ignore_tags=ignore, ocr="never")))
            total = max(1, found.words.total())
            row["words"] = found.words.total()
            row |= {f"{route}_{kind}": found.words[kind] / total for kind in ("text", "table", "furniture", "lost")}
        print({key: value if not isinstance(value, float) else round(value, 4) for key, value in row.items()})
        rows.append(row)
    return rows


def machine() -> Row:
    poppler = shutil.which("pdftotext") and subprocess.run(["pdftotext", "-v"], capture_output=True, check=False).stderr
    versions = {name: version(name) for name in PACKAGES}
    if poppler:
        versions["poppler"] = poppler.decode().split()[2]
    return {"cores": os.cpu_count(), "python": platform.python_version(), "packages": versions}


def table(rows: list[Row], columns: dict[str, tuple[str, str]]) -> list[str]:
    """A Markdown table; ``columns`` maps a key to its title and format."""
    out = ["| " + " | ".join(title for title, _ in columns.values()) + " |", "|" + "---|" * len(columns)]
    for row in rows:
        cells = ("–" if row[key] is None else format(row[key], form) for key, (_, form) in columns.items())
        out.append("| " + " | ".join(cells) + " |")
    return [*out, ""]


SPEED_COLUMNS = {
    "engine": ("engine", ""),
    "pages_read": ("pages read", ","),
    "pages_per_second": ("pages/s, one process", ",.1f"),
    "pages_per_second_two_processes": ("pages/s, two", ",.1f"),
    "cpu_ms_per_page": ("CPU ms/page", ".2f"),
    "times_pdfplumber": ("times pdfplumber (CPU)", ".1f"),
    "peak_megabytes": ("peak MB", ",.0f"),
    "similarity_clean_pages": ("similarity, clean pages", ".3f"),
    "words_lost": ("PDFium's words lost", ".2%"),
}
QUALITY_COLUMNS = {
    "document": ("document", ""),
    "words": ("words", ","),
    "similarity": ("similarity", ".4f"),
    "out_of_order": ("tagged out of order", ".1%"),
    "heading_f1": ("heading F1, all tags", ".2f"),
    "heading_f1_sane": ("heading F1", ".2f"),
    "heading_precision": ("precision", ".2f"),
    "heading_recall": ("recall", ".2f"),
    "contradicted": ("titles not tagged", ".0%"),
    "text_characters_lost": ("tagged text lost", ".2%"),
}
LOSS_COLUMNS = {
    "document": ("document", ""),
    "words": ("words", ","),
    "geometry_text": ("in the text", ".1%"),
    "geometry_table": ("in tables", ".1%"),
    "geometry_furniture": ("furniture", ".1%"),
    "geometry_lost": ("lost, geometry", ".2%"),
    "tags_lost": ("lost, tags", ".2%"),
}


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _means(rows: list[Row]) -> list[Row]:
    """The mean over all documents, and over those whose tags can serve as a yardstick of order and of headings."""
    means: list[Row] = []
    ordered = [row for row in rows if row["out_of_order"] <= MOST_OUT_OF_ORDER]
    agreed = [row for row in rows if row["contradicted"] is not None and row["contradicted"] <= MOST_CONTRADICTED]
    for title, of_order, of_headings in (("mean", rows, rows), ("mean, sane tags", ordered, agreed)):
        mean: Row = {key: _mean([row[key] for row in of_order]) for key in QUALITY_COLUMNS if key != "document"}
        for key in ("heading_f1", "heading_f1_sane", "heading_precision", "heading_recall", "contradicted"):
            mean[key] = _mean([row[key] for row in of_headings])
        means.append({**mean, "document": title, "words": round(mean["words"])})
    return means


def report(result: Row) -> str:
    facts = result["machine"]
    lines = ["# Extraction beside its peers", "", f"{facts['cores']} cores, Python {facts['python']}; "]
    lines[-1] += ", ".join(f"{name} {number}" for name, number in facts["packages"].items()) + "."
    asked = result["pages_asked"]
    if "quality_only" not in result:
        lines += [f"Peers read {'every page' if not asked else f'about {asked} pages of each corpus, evenly spread'}."]
    lines += ["The definitions are in docs/decisions/015.", ""]
    for name, rows in result["speed"].items():
        lines += [f"## Speed and memory: {name}", "", *table(rows, SPEED_COLUMNS)]
    rows = result["quality"]
    if rows:
        lines += ["## Geometry route against the authors' tags", "", *table([*rows, *_means(rows)], QUALITY_COLUMNS)]
    if result["losses"]:
        everything: Row = {"document": "all words", "words": sum(row["words"] for row in result["losses"])}
        for key in list(LOSS_COLUMNS)[2:]:
            everything[key] = sum(row[key] * row["words"] for row in result["losses"]) / max(1, everything["words"])
        lines += ["## Where PDFium's words are", "", *table([*result["losses"], everything], LOSS_COLUMNS)]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=0, help="pages of each corpus that peers read (default: all)")
    parser.add_argument("--quality", action="store_true", help="our quality only, no speed")
    asked = parser.parse_args()
    result: Row = {"machine": machine(), "pages_asked": asked.pages, "speed": {}, "quality": [], "losses": []}
    if asked.quality:
        result["quality_only"] = True
    for name, folder in (("reference corpus", REAL), ("sample", SAMPLE)):
        files = [path for path in sorted(folder.glob("*.pdf")) if has_text_layer(path)]
        if not files:
            print(f"{name}: no documents, left out")
            continue
        references = {path.stem: found for path in files if (found := read_reference(path)) is not None}
        result["quality"] += quality(files, references)
        result["losses"] += losses(files)
        if not asked.quality:
            result["speed"][name] = speed(files, asked.pages, references)
    text = report(result)
    print(text)
    if asked.quality:
        return
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "extraction.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "extraction.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
