"""One engine over files, in a process of its own, so that its peak memory is its own.

python benchmarks/extracting/engines.py ENGINE PAGES TEXTS FILE...    prints a line of JSON for each file, and one at
the end. PAGES is how many pages of all files together to read (0: all), spread evenly; TEXTS is a folder for texts.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pypdfium2 as pdfium

Texts = dict[int, str]
Engine = Callable[[Path, list[int]], Texts]


def _halfloop(ignore_tags: bool) -> Engine:
    from extracting.quality import page_texts

    from extractors import ExtractOptions, extract

    options = ExtractOptions(ignore_tags=ignore_tags, tables=False, ocr="never")

    def run(path: Path, pages: list[int]) -> Texts:
        document = extract(path, path.stem, options)
        clock.stop()  # dividing the text among pages serves the comparison only
        texts = page_texts(document)
        return {page: texts.get(page, "") for page in pages}

    run.whole = True  # furniture is found by repetition: a document is read whole or not at all
    return run


def _pdfplumber() -> Engine:
    import pdfplumber

    def run(path: Path, pages: list[int]) -> Texts:
        out = {}
        with pdfplumber.open(path) as pdf:
            for page in pages:
                out[page] = pdf.pages[page - 1].extract_text()
                pdf.pages[page - 1].close()
        return out

    return run


def _pdfminer() -> Engine:
    from pdfminer.high_level import extract_text

    def run(path: Path, pages: list[int]) -> Texts:
        text = extract_text(str(path), page_numbers=[page - 1 for page in pages])
        return dict(zip(pages, text.split("\f"), strict=False))

    return run


def _pypdf() -> Engine:
    from pypdf import PdfReader

    def run(path: Path, pages: list[int]) -> Texts:
        reader = PdfReader(path)
        return {page: reader.pages[page - 1].extract_text() for page in pages}

    return run


def _pdfium() -> Engine:
    def run(path: Path, pages: list[int]) -> Texts:
        out = {}
        pdf = pdfium.PdfDocument(path)
        for number in pages:
            page = pdf[number - 1]
            text = page.get_textpage()
            out[number] = text.get_text_range()
            text.close()
            page.close()
        pdf.close()
        return out

    return run


def _poppler() -> Engine:
    def run(path: Path, pages: list[int]) -> Texts:
        out: Texts = {}
        whole = pages == list(range(1, len(pages) + 1))
        for first, last in [(pages[0], pages[-1])] if whole else [(page, page) for page in pages]:
            command = ["pdftotext", "-f", str(first), "-l", str(last), str(path), "-"]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
                assert process.stdout is not None
                data = b""
                while piece := process.stdout.read(1 << 16):
                    data += piece
                    peaks.append(peak_of(process.pid))
            text = data.decode("utf-8", "replace")
            out |= dict(zip(range(first, last + 1), text.split("\f"), strict=False))
        return out

    return run


ENGINES: dict[str, Callable[[], Engine]] = {
    "halfloop, geometry": lambda: _halfloop(ignore_tags=True),
    "halfloop, tags": lambda: _halfloop(ignore_tags=False),
    "pdfium plain text": _pdfium,
    "pdftotext (poppler)": _poppler,
    "pypdf": _pypdf,
    "pdfminer.six": _pdfminer,
    "pdfplumber extract_text": _pdfplumber,
}


peaks = [0.0]
"""Megabytes of processes that an engine started."""


def peak_of(process: int | str) -> float:
    """The greatest resident memory of a process in MB. Not getrusage's, which a child inherits from its parent."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    return max((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:")), default=0.0)


class Clock:
    """Wall and CPU seconds of this process and the processes it waited for."""

    _stopped = True

    def start(self) -> None:
        self._stopped = False
        self._wall, self._cpu = time.time(), self._used()

    def stop(self) -> None:
        if not self._stopped:
            self.begun, self.ended, self.cpu = self._wall, time.time(), self._used() - self._cpu
            self._stopped = True

    @staticmethod
    def _used() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + children.ru_utime + children.ru_stime


clock = Clock()


def counts(files: list[Path]) -> list[int]:
    """Pages of each file."""
    out = []
    for path in files:
        pdf = pdfium.PdfDocument(path)
        out.append(len(pdf))
        pdf.close()
    return out


def chosen(total: int, all_pages: int, wanted: int) -> list[int]:
    """Pages of a document of ``total``, so that ``wanted`` of ``all_pages`` are read; at least one, evenly spread."""
    if not wanted or wanted >= all_pages:
        return list(range(1, total + 1))
    some = max(1, round(total * wanted / all_pages))
    return sorted({1 + int((k + 0.5) * total / some) for k in range(some)})


def main() -> None:
    name, wanted, folder, all_pages = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    files = [Path(file) for file in sys.argv[5:]]
    totals = counts(files)
    engine = ENGINES[name]()
    engine(files[0], [1])  # imports, fonts and caches are not counted
    for path, total in zip(files, totals, strict=True):
        pages = chosen(total, all_pages, wanted)
        clock.start()
        texts = engine(path, pages)
        clock.stop()
        read = total if hasattr(engine, "whole") else len(pages)
        line = {"file": path.stem, "pages": read, "total": total, "begun": clock.begun, "ended": clock.ended}
        print(json.dumps({**line, "cpu": clock.cpu}), flush=True)
        (folder / f"{path.stem}.json").write_text(json.dumps(texts), encoding="utf-8")
    # an engine that is a program of its own is not charged for this interpreter
    print(json.dumps({"peak_megabytes": round(max(peaks) or peak_of("self"), 1)}))


if __name__ == "__main__":
    main()
