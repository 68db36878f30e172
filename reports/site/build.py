"""Builds the site of a run, page by page."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from reports.evidence import Evidence, gather
from reports.figures import Figures
from reports.runs import Run, load_run
from reports.site.calendar import write_calendar
from reports.site.codeline import codeline
from reports.site.compare import write_compare
from reports.site.concordance import write_concordance
from reports.site.document import DocumentExtras, Partner, write_document
from reports.site.downloads import write_downloads
from reports.site.gap import write_gap
from reports.site.methods import stamp_for, write_methods
from reports.site.names import file_name, top_codes
from reports.site.overview import write_overview
from reports.site.pages import Entry, Site
from reports.site.pairs import PairLink, write_pairs
from reports.site.pictures import Picture, draw_pages
from reports.site.quotations import write_quotations
from reports.site.references import References
from reports.site.relations import write_relations
from reports.site.tables import write_documents
from reports.site.voices import write_voices
from reports.sources import current_source, link_from
from reports.views import DocumentView

ENTRIES = (
    Entry("index.html", "Overview"),
    Entry("documents.html", "Documents"),
    Entry("concordance.html", "Concordance"),
    Entry("relations.html", "Relations"),
    Entry("calendar.html", "Calendar"),
    Entry("gap.html", "Narrative gap"),
    Entry("quotations.html", "Quotations"),
    Entry("voices.html", "Voices"),
    Entry("compare.html", "Compare"),
    Entry("methods.html", "Methods"),
)
PROFILE = (
    "claims.learning_share",
    "claims.learning_share.coded",
    "claims.double_loop_share",
    "exemplar.rate",
    "exemplar.barrier_same_sentence",
    "barrier.rate",
    "barrier.policy_locus_share",
    "practice.joint_share",
    "partnership.enabling_share",
)


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What the site holds beside the text.

    ``pictures`` is the greatest number of page pictures in the whole site; 0 leaves them out. Documents with fewer
    pages come first, so that a corpus of hundreds shows whole documents and not the beginnings of all.
    """

    pictures: int = 2000


def build_site(run_folder: Path, options: SiteOptions = SiteOptions(), evidence: Evidence | None = None) -> Path:
    """Write ``run_folder/site`` anew and return its first page.

    The site is made beside the old one and takes its place when it is whole. The same run gives the same bytes.
    ``evidence`` saves gathering it again where the caller has it.

    Raises
    ------
    RunError
        Where the folder is not a finished run.
    """
    run = load_run(run_folder)
    making = run.folder / "site.partial"
    shutil.rmtree(making, ignore_errors=True)
    site = Site(making, run.content_id, ENTRIES)
    _assets(site)
    _pages(site, run, evidence or gather(run), options)
    done = run.folder / "site"
    shutil.rmtree(done, ignore_errors=True)
    making.rename(done)
    return done / "index.html"


def _pages(site: Site, run: Run, evidence: Evidence, options: SiteOptions) -> None:
    tops = top_codes(run.mentions["code"].unique())
    figures = Figures(run)
    references = References(evidence.views)
    pairs = write_pairs(site, evidence, references, figures)
    left = options.pictures
    for view in sorted(evidence.views.values(), key=lambda view: (view.number("pages"), view.doc_id)):
        source = current_source(run, view)
        pictures = _pictures(site, view, source, left)
        left -= len(pictures)
        extras = DocumentExtras(
            "" if source is None else link_from(site.folder / "documents", source),
            pictures,
            codeline(view, tops),
            figures.several(PROFILE, view.doc_id),
            _partners(view, pairs),
        )
        write_document(site, view, tops, extras)
    write_documents(site, run, evidence, figures)
    write_concordance(site, evidence.views, tops)
    write_relations(site, evidence.views)
    write_calendar(site, evidence, references)
    write_gap(site, evidence, references, pairs, stamp_for("barrier_subcode"))
    write_quotations(site, evidence, references)
    write_voices(site, evidence.views)
    write_compare(site, evidence, figures, pairs)
    write_methods(site, run, figures, write_downloads(site, evidence))
    write_overview(site, run, evidence, figures, pairs)


def _pictures(site: Site, view: DocumentView, source: Path | None, most: int) -> Mapping[int, Picture]:
    """Pictures of the pages with a box, where the source is a PDF that can still be reached."""
    if source is None or source.suffix.lower() != ".pdf" or not view.boxes:
        return {}
    pages = sorted({box.page for box in view.boxes})[: max(0, most)]
    return draw_pages(source, pages, site.folder / "pictures", file_name(view.doc_id))


def _partners(view: DocumentView, pairs: list[PairLink]) -> list[Partner]:
    found = [
        Partner(p.href, f"Does it learn from the report it answers: {p.report}")
        for p in pairs
        if p.response_id == view.doc_id
    ]
    return found + [Partner(p.href, f"Answered by {p.response}") for p in pairs if p.report_id == view.doc_id]


def _assets(site: Site) -> None:
    for asset in sorted(files("reports").joinpath("assets").iterdir(), key=lambda item: item.name):
        if asset.name.endswith((".css", ".js")):
            site.text(f"assets/{asset.name}", asset.read_text(encoding="utf-8"))
