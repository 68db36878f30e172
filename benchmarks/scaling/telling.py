"""The figures of benchmarks/scale.py as text: benchmarks/results/scale.md, and a section of docs/performance.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

BEGIN, END = "<!-- written by benchmarks/scale.py: begin -->", "<!-- written by benchmarks/scale.py: end -->"
MILLION = 1_000_000
Figures = dict[str, Any]


def written_into(page: str, results: Figures) -> str:
    """The page with the text between its marks replaced; at its end where it has none."""
    section = f"{BEGIN}\n{growth(results)}\n{million(results)}{END}\n"
    if BEGIN not in page:
        return f"{page.rstrip()}\n\n{section}"
    before, _, rest = page.partition(BEGIN)
    return before + section + rest.partition(END)[2].lstrip("\n")


def results_page(results: Figures) -> str:
    """All figures."""
    machine = results["machine"]
    lines = [
        "# How runs grow",
        "",
        f"{machine['cores']} cores, Python {machine['python']}, commit {machine['commit']}. Definitions: the beginning "
        "of benchmarks/scale.py and `Watched` in benchmarks/scaling/watching.py.",
        "",
        growth(results),
        *_steps(results),
        *_processes(results),
        million(results),
    ]
    return "\n".join(lines).rstrip() + "\n"


def growth(results: Figures) -> str:
    """The curve, one row per size."""
    rows = [
        (
            f"{size['documents']:,}",
            f"{size['pages']:,} / {size['words']:,}",
            f"{size['cold']['seconds']:.1f}",
            f"{size['documents'] / size['cold']['seconds']:.1f}",
            f"{size['pages'] / size['cold']['seconds']:.1f}",
            f"{size['cold']['orchestration']:.1%}",
            f"{size['cold']['orchestration_of_reading']:.1%}",
            f"{size['cold']['memory_mb'].get('parent', 0):,.0f} / {size['cold']['memory_mb'].get('worker', 0):,.0f}",
            f"{size['again']['seconds']:.1f} ({size['again']['seconds'] / size['cold']['seconds']:.1%})",
            f"{size['changed']['seconds']:.1f}",
            f"{_ratio(size, 'read'):.2f} / {size['cold']['seconds'] / size['two_workers']['seconds']:.2f}",
            f"{size['cold']['load']:.1f}",
        )
        for size in results["sizes"]
    ]
    head = (
        "documents", "pages / words", "cold, s", "documents/s", "pages/s", "orchestration", "the same, of reading",
        "memory: parent / worker, MB", "nothing new, s", "one changed, s", "two workers: reading / all", "load before",
    )  # fmt: skip
    what = "; ".join(
        f"{size['documents']:,}: {size['paragraphs']} paragraphs each, {'with' if size['site'] else 'without'} site, "
        f"--reading {size.get('reading', 'usual')}"
        for size in results["sizes"]
    )
    said = [
        f"One worker; documents are PDFs of paragraphs drawn anew ({what}); no pictures of pages.",
        "Orchestration is the share of the cold run's wall time that is no work on documents, tables, measures or",
        "pages: Prefect, the start of Python, of processes and of models, and waiting.",
    ]
    return "\n".join([*said, "", *_table(head, rows), ""])


def million(results: Figures) -> str:
    """What a million documents would cost, from the difference between the two largest sizes with a site."""
    sites = [size for size in results["sizes"] if size["site"]]
    if len(sites) < 2:
        return ""
    small, large = sites[-2:]
    more = int(large["documents"]) - int(small["documents"])

    def each(step: str) -> float:
        return max(0.0, (_step(large, step) - _step(small, step)) / more * MILLION)

    def kept(part: str) -> float:
        return float(large["bytes"][part] - small["bytes"][part]) / more * MILLION / 1e9

    words, pages = large["words"] / large["documents"], large["pages"] / large["documents"]
    reading = each("read") / 3600
    rest = {step: each(step) / 3600 for step in ("look", "tables", "measures", "site", "finish")}
    rows = [
        ("reading (in workers)", f"{reading:,.1f} hours of one worker", f"{kept('store'):,.0f} GB in the store"),
        *(
            (_NAMES[step], f"{hours:,.1f} hours, one process", _kept_text(step, kept))
            for step, hours in rest.items()
        ),
    ]  # fmt: skip
    said = [
        "### A million documents",
        "",
        f"Worked out, not measured: the difference between {small['documents']:,} and {large['documents']:,} documents "
        f"({words:,.0f} words and {pages:.1f} pages each), a million times.",
        "",
        *_table(("step", "time", "room"), rows),
        "",
        *_memory(results),
    ]
    return "\n".join(said) + "\n"


_NAMES = {
    "look": "digests and keys of all files",
    "tables": "tables",
    "measures": "measures",
    "site": "site",
    "finish": "digests of what was written",
}


def _kept_text(step: str, kept: Any) -> str:
    return f"{kept(step):,.0f} GB" if step in ("tables", "site") else ""


def _memory(results: Figures) -> list[str]:
    if len(results["sizes"]) < 2:
        return []
    small, large = results["sizes"][-2:]
    more = large["documents"] - small["documents"]
    lines = []
    for kind in ("parent", "worker"):
        low, high = (size["cold"]["memory_mb"].get(kind, 0) for size in (small, large))
        lines.append(
            f"Memory of the {kind}: {low:,.0f} MB at {small['documents']:,}, {high:,.0f} MB at {large['documents']:,} "
            f"documents: {max(0.0, (high - low) / more * 1000):.0f} kB for each document more."
        )
    return lines


def _step(size: Figures, step: str) -> float:
    return float(size["cold"]["steps"].get(step, 0.0))


def _ratio(size: Figures, step: str) -> float:
    return _step(size, step) / float(size["two_workers"]["steps"][step])


def _steps(results: Figures) -> list[str]:
    steps = ("look", "read", "tables", "measures", "site", "finish")
    rows = [
        (f"{size['documents']:,}", run, *(f"{size[run]['steps'].get(step, 0):.1f}" for step in steps),
         f"{size[run]['around']:.1f}", " ".join(f"{k} {v:.1f}" for k, v in size[run]["stages"].items()))
        for size in results["sizes"] for run in ("cold", "changed", "two_workers")
    ]  # fmt: skip
    head = ("documents", "run", *steps, "before and after", "stages, all workers")
    return ["## Seconds of each step", "", *_table(head, rows), ""]


def _processes(results: Figures) -> list[str]:
    rows = [
        (f"{size['documents']:,}", run, kind, f"{size[run]['cpu_seconds'].get(kind, 0):.1f}", f"{megabytes:,.0f}")
        for size in results["sizes"]
        for run in ("cold", "again", "changed", "two_workers")
        for kind, megabytes in size[run]["memory_mb"].items()
    ]
    head = ("documents", "run", "process", "processor seconds", "greatest MB of one")
    return ["## Processes", "", *_table(head, rows), ""]


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]
