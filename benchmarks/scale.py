"""How runs grow: 10 to 10,000 documents, PDFs made by permuting paragraphs of the sample (and of ../shared/corpus).

    python benchmarks/scale.py --sizes 10 100 1000 10000 --workers 1

For every size: a cold run, the same again with nothing new, one with one document changed; with ``--compare`` also a
cold run with two workers. Wall times of a busy machine mean little: compare them within one output.

``orchestration`` is the share of the cold run's wall time that is none of: looking at the files, the stages of the
documents (divided by the workers), tables, measures, site. It holds Prefect, the start of processes, and waiting.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINES, WIDTH = 54, 92


@dataclass(frozen=True, slots=True)
class Timed:
    """One run of the command: seconds, the greatest memory of its process in MB, and its summary."""

    seconds: float
    memory: float
    summary: dict[str, object]
    record: dict[str, object]


def paragraphs() -> list[str]:
    """Paragraphs of the sample and, where it is there, of the real corpus's plain texts."""
    files = sorted((ROOT / "corpus" / "sample" / "text").glob("*.md"))
    files += sorted((ROOT.parent / "shared" / "corpus").rglob("*.txt"))[:60]
    blocks = [block for file in files for block in file.read_text(encoding="utf-8", errors="replace").split("\n\n")]
    return [" ".join(block.split()) for block in blocks if 80 < len(block) < 1200]


def write_pdf(path: Path, blocks: list[str]) -> int:
    """A plain PDF, one font, one column; returns its number of pages."""
    lines = [line for block in blocks for line in [*textwrap.wrap(block, WIDTH), ""]]
    pages = [lines[i : i + LINES] for i in range(0, len(lines), LINES)]
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for page in pages:
        text = "".join(f"({_escaped(line)}) Tj T*\n" if line else "T*\n" for line in page)
        stream = f"BT /F1 10 Tf 13 TL 60 780 Td\n{text}ET"
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    path.write_bytes(out)
    return len(pages)


def _escaped(line: str) -> str:
    plain = line.encode("cp1252", "replace").decode("cp1252")
    return plain.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def make_corpus(folder: Path, size: int, length: int) -> None:
    """``size`` documents of ``length`` paragraphs each, drawn anew for each with a fixed seed."""
    blocks, rng = paragraphs(), random.Random(size)
    folder.mkdir()
    for number in range(size):
        write_pdf(folder / f"paper-{number:05}.pdf", rng.sample(blocks, length))


def timed_run(corpus: Path, out: Path, *options: str) -> Timed:
    """Run the command in a process of its own and watch the memory of that process (not of its workers)."""
    start = time.monotonic()
    command = [sys.executable, "-m", "flows", "run", str(corpus), "--out", str(out), "--json", *options]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL, cwd=ROOT)
        most = 0.0
        while process.poll() is None:
            most = max(most, _high_water(process.pid))
            time.sleep(0.1)
        seconds = time.monotonic() - start
        said.seek(0)
        summary = json.loads(said.read())
    if "folder" not in summary:
        raise SystemExit(f"the run failed: {summary}")
    record = json.loads((Path(summary["folder"]) / "run.json").read_text(encoding="utf-8"))
    return Timed(seconds, most, summary, record)


def _high_water(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1000
    except OSError:
        pass
    return 0.0


def orchestration(run: Timed) -> float:
    """The share of wall time that is no work."""
    seconds: dict[str, float] = run.record["seconds"]  # type: ignore[assignment]
    stages: dict[str, float] = run.record["stage_seconds"]  # type: ignore[assignment]
    work = sum(seconds.get(name, 0.0) for name in ("look", "tables", "measures", "site", "finish"))
    work += sum(stages.values()) / max(1, int(str(run.record["workers"])))
    return max(0.0, 1 - work / run.seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--paragraphs", type=int, default=12, help="per document (12 give about two pages)")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--no-site", action="store_true")
    parser.add_argument("--compare", action="store_true", help="also a cold run with two workers")
    arguments = parser.parse_args()
    options = ["--workers", str(arguments.workers), *(["--no-site"] if arguments.no_site else [])]
    print("documents  pages  cold s  docs/s  pages/s  parent MB  orchestration  again s  one changed s  two workers")
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory(prefix="halfloop-scale-") as scratch:
            corpus, out = Path(scratch, "corpus"), Path(scratch, "runs")
            make_corpus(corpus, size, arguments.paragraphs)
            cold = timed_run(corpus, out, *options)
            again = timed_run(corpus, out, *options)
            write_pdf(corpus / "paper-00000.pdf", ["Trust is what partnerships need. Lack of funding was a barrier."])
            changed = timed_run(corpus, out, *options)
            ratio = "-"
            if arguments.compare:
                shutil.rmtree(out)
                make = timed_run(corpus, out, *options)
                shutil.rmtree(out)
                two = timed_run(corpus, out, *options[:1], "2", *options[2:])
                ratio = f"{_reading(make) / _reading(two):.2f} (reading), {make.seconds / two.seconds:.2f} (all)"
            pages = int(cold.summary["totals"]["pages"])  # type: ignore[index]
            print(
                f"{size:9,}  {pages:5,}  {cold.seconds:6.1f}  {size / cold.seconds:6.1f}  {pages / cold.seconds:7.1f}"
                f"  {cold.memory:9.0f}  {orchestration(cold):13.1%}"
                f"  {again.seconds:7.1f}  {changed.seconds:13.1f}  {ratio}",
                flush=True,
            )
            print("           seconds", json.dumps(cold.record["seconds"]), json.dumps(cold.record["stage_seconds"]))


def _reading(run: Timed) -> float:
    return float(run.record["seconds"]["read"])  # type: ignore[index]


if __name__ == "__main__":
    main()
