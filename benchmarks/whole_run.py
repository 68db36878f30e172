"""The whole run of ../shared/corpus, without OCR, one worker, beside pdfplumber's extract_text alone on its PDFs.

    python benchmarks/whole_run.py [--every 6] [--reading words usual]

Both are given as wall time and as processor time (all processes together); on a busy machine only the second means
much. With ``--every N`` pdfplumber reads every Nth page and its time is multiplied by pages / pages read.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from models.readings import READINGS, USUAL

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"

_PEER = """
import sys
from pathlib import Path
import pdfplumber
every, pages, read = int(sys.argv[1]), 0, 0
for path in sorted(Path(sys.argv[2]).rglob("*.pdf")):
    with pdfplumber.open(path) as pdf:
        for number, page in enumerate(pdf.pages):
            pages += 1
            if number % every == 0:
                read += 1
                page.extract_text()
            page.close()
print(pages, read)
"""


def timed(command: list[str]) -> tuple[float, float, str]:
    """Wall seconds, processor seconds of the process and all its children, and what it printed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, env=environment)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if not done.stdout:
        raise SystemExit(done.stderr)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def whole_run(reading: str) -> tuple[float, float]:
    """Wall and processor seconds of a run into a new folder, told as it ends."""
    with tempfile.TemporaryDirectory(prefix="halfloop-whole-") as out:
        command = [sys.executable, "-m", "flows", "run", str(CORPUS), "--out", out, "--ocr", "never", "--workers", "1"]
        wall, cpu, said = timed([*command, "--reading", reading, "--json"])
        summary = json.loads(said)
        record = json.loads((Path(summary["folder"]) / "run.json").read_text(encoding="utf-8"))
    totals = summary["totals"]
    print(f"reading {reading}: {totals['documents']} documents, {totals['pages']} pages, {totals['words']} words")
    print(f"  wall {wall:.1f} s, processor {cpu:.1f} s")
    print(f"  steps {json.dumps(record['seconds'])}")
    print(f"  stages {json.dumps(record['stage_seconds'])}")
    return wall, cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--reading", nargs="+", choices=READINGS, default=[USUAL], help="one whole run for each")
    arguments = parser.parse_args()
    if not CORPUS.is_dir():
        print("../shared/corpus is not here: nothing to compare on")
        return
    wall, cpu, said = timed([sys.executable, "-c", _PEER, str(arguments.every), str(CORPUS)])
    pages, read = map(int, said.split())
    peer_wall, peer_cpu = wall * pages / read, cpu * pages / read
    print(f"pdfplumber extract_text: {pages} pages, wall {peer_wall:.1f} s, processor {peer_cpu:.1f} s", flush=True)
    for reading in arguments.reading:
        wall, cpu = whole_run(reading)
        print(f"  ratio: wall {peer_wall / wall:.2f}, processor {peer_cpu / cpu:.2f}", flush=True)


if __name__ == "__main__":
    main()
