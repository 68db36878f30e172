"""A run diff as a page of its own, beside the second run's site."""

from __future__ import annotations

import math
import shutil
from importlib.resources import files
from pathlib import Path

from reports.diff import RunDiff
from reports.runs import Run
from reports.site.pages import Entry, Site

MOST = 400


def write_diff_page(diff: RunDiff, run_b: Run) -> Path:
    """Write ``diff/AGAINST.html`` in the second run's folder, and return its path."""
    folder = run_b.folder / "diff"
    folder.mkdir(exist_ok=True)
    assets = folder / "assets"
    shutil.rmtree(assets, ignore_errors=True)
    site = Site(folder, f"{diff.a} → {diff.b}", (Entry("../site/index.html", "Site of the second run"),))
    for asset in ("site.css", "site.js"):
        site.text(f"assets/{asset}", files("reports").joinpath("assets", asset).read_text(encoding="utf-8"))
    return site.page(f"{diff.a}.html", "diff.html", diff=diff, most=MOST, number=_number)


def _number(value: float) -> str:
    return "not given" if math.isnan(value) else f"{value:.3g}"
