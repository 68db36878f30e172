"""Builds the site of a run, page by page."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from reports.runs import Run, load_run
from reports.site.document import DocumentExtras, write_document
from reports.site.names import top_codes
from reports.site.overview import write_overview
from reports.site.pages import Entry, Site
from reports.site.tables import write_documents
from reports.views import document_views


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What the site holds beside the text.

    ``pictures`` is the greatest number of page pictures in the whole site; 0 leaves them out.
    """

    pictures: int = 1500


ENTRIES = (
    Entry("index.html", "Overview"),
    Entry("documents.html", "Documents"),
)


def build_site(run_folder: Path, options: SiteOptions = SiteOptions()) -> Path:
    """Write ``run_folder/site`` anew and return its first page.

    The site is made beside the old one and takes its place when it is whole. The same run gives the same bytes.

    Raises
    ------
    RunError
        Where the folder is not a finished run.
    """
    run = load_run(run_folder)
    making = run.folder / "site.partial"
    shutil.rmtree(making, ignore_errors=True)
    site = Site(making, run.run_id, ENTRIES)
    _assets(site)
    _pages(site, run)
    done = run.folder / "site"
    shutil.rmtree(done, ignore_errors=True)
    making.rename(done)
    return done / "index.html"


def _pages(site: Site, run: Run) -> None:
    tops = top_codes(run.mentions["code"].unique())
    for view in document_views(run):
        write_document(site, view, tops, DocumentExtras(pictures={}))
    write_documents(site, run)
    write_overview(site, run)


def _assets(site: Site) -> None:
    for asset in sorted(files("reports").joinpath("assets").iterdir(), key=lambda item: item.name):
        if asset.name.endswith((".css", ".js")):
            site.text(f"assets/{asset.name}", asset.read_text(encoding="utf-8"))
