"""A run killed with SIGKILL at random moments: does the next one end with the tables of an undisturbed run?

    python benchmarks/kills.py                 20 moments on the sample, drawn over the length of an undisturbed run
    python benchmarks/kills.py --times 5 --corpus FOLDER --seed 1 --reading words

Each time: an empty folder of runs, a run that is killed at the moment drawn (its workers and Prefect's server must end
by themselves), a look whether any half-written run is visible, and a second run whose tables and site are compared byte
by byte with the undisturbed one's. Exit code 1 if one differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from models.readings import READINGS, USUAL

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpus" / "sample"
LONGEST_END = 60.0
"""Seconds that workers and server may take to notice that their parent is gone: a worker ends its document first."""


def start(corpus: Path, out: Path, reading: str) -> subprocess.Popen[bytes]:
    """A run in a process group of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.Popen(
        [sys.executable, "-m", "flows", "run", str(corpus), "--out", str(out), "--json", "--pictures", "0",
         "--reading", reading],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env={**kept, "OMP_NUM_THREADS": "1"},
        start_new_session=True,
    )  # fmt: skip


def finished(process: subprocess.Popen[bytes]) -> dict[str, object]:
    """The summary of a run that is left alone.

    Raises
    ------
    SystemExit
        It made no run.
    """
    said, _ = process.communicate()
    summary: dict[str, object] = json.loads(said or b"{}")
    if "folder" not in summary:
        raise SystemExit(f"the run failed: {summary or process.returncode}")
    return summary


def digest_of_results(folder: Path) -> str:
    """One digest over all that a run made, without ``run.json``, which holds times."""
    state = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "run.json"):
        state.update(
            f"{path.relative_to(folder).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()
        )
    return state.hexdigest()


def whole_runs(out: Path) -> list[Path]:
    """The runs that anybody can see in a folder of runs."""
    return sorted(path for path in out.glob("2*") if path.is_dir())


def killed(process: subprocess.Popen[bytes], out: Path, seconds: float) -> tuple[str, bool]:
    """Kill a run after so many seconds; how far it had come, and whether nothing of it but whole runs is left."""
    left: list[psutil.Process] = []
    try:
        process.communicate(timeout=seconds)
        how = "had ended"
    except subprocess.TimeoutExpired:
        children = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        left = still_there(children)
        kept = len(list((out / ".halfloop" / "store").glob("*/*/*")))
        how = f"killed with {kept} results kept" + (", tables begun" if _begun(out) else "")
        how += f", {len(left)} of its processes still there" if left else ""
    return how, not left and all((path / "run.json").is_file() for path in whole_runs(out))


def still_there(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended after a while; one that nobody has asked for its exit code has ended."""
    deadline = time.monotonic() + LONGEST_END
    while True:
        left = [one for one in processes if _at_work(one)]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.2)


def _at_work(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _begun(out: Path) -> bool:
    return any((out / ".halfloop" / "unfinished").glob("*/*"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--corpus", type=Path, default=SAMPLE)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reading", choices=READINGS, default=USUAL)
    arguments = parser.parse_args()
    rng, same = random.Random(arguments.seed), 0
    with tempfile.TemporaryDirectory(prefix="halfloop-kills-") as scratch:
        begun = time.monotonic()
        undisturbed = finished(start(arguments.corpus, Path(scratch, "undisturbed"), arguments.reading))
        length = time.monotonic() - begun
        wanted = digest_of_results(Path(str(undisturbed["folder"])))
        print(f"undisturbed: {length:.1f} s, results {wanted[:12]}", flush=True)
        for number in range(1, arguments.times + 1):
            out, moment = Path(scratch, f"runs{number}"), rng.uniform(0, length)
            how, clean = killed(start(arguments.corpus, out, arguments.reading), out, moment)
            got = digest_of_results(Path(str(finished(start(arguments.corpus, out, arguments.reading))["folder"])))
            good = clean and got == wanted
            same += good
            print(
                f"{number:3} after {moment:5.1f} s: {how}; {'identical' if good else f'DIFFERENT {got[:12]}'}",
                flush=True,
            )
    print(f"{same} of {arguments.times} identical")
    return 0 if same == arguments.times else 1


if __name__ == "__main__":
    raise SystemExit(main())
