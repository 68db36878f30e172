"""The table of documents."""

from __future__ import annotations

from dataclasses import dataclass

from reports.evidence import Evidence
from reports.figures import Figures
from reports.measures import MINIMUM_N
from reports.runs import Run
from reports.site.names import file_name
from reports.site.pages import Site


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A line of the documents table."""

    href: str
    title: str
    kind: str
    voice: str
    published: str
    programme: str
    status: str
    pages: int
    sentences: int
    exemplars: int
    barriers: int
    claims: int
    share: str
    note: str
    corrected: bool
    order: float


def write_documents(site: Site, run: Run, evidence: Evidence, figures: Figures) -> None:
    """Write ``documents.html``."""
    lines = document_lines(run, evidence, figures)
    filters = [
        (name, sorted({getattr(line, name) for line in lines} - {""}))
        for name in ("kind", "voice", "programme", "status")
    ]
    site.page("documents.html", "documents.html", rows=lines, filters=filters, minimum=MINIMUM_N)


def document_lines(run: Run, evidence: Evidence, figures: Figures) -> list[DocumentLine]:
    """One line per document of the manifest, failed ones included."""
    counts = evidence.counts
    lines = []
    for row in run.documents.sort_values("doc_id").to_dict("records"):
        doc_id = str(row["doc_id"])
        counted = {str(k): int(v) for k, v in counts.loc[doc_id].items()} if doc_id in counts.index else {}
        coded = figures.get("claims.learning_share.coded", doc_id)
        corrected = coded is not None and coded.given
        share = coded if corrected else figures.get("claims.learning_share", doc_id)
        lines.append(
            DocumentLine(
                f"documents/{file_name(doc_id)}.html",
                row["title"] or doc_id,
                row["kind"],
                row["voice"],
                row["published"],
                row["programme"],
                row["status"],
                int(row["pages"]) if row["pages"] == row["pages"] else 0,
                counted.get("sentences", 0),
                counted.get("exemplar", 0),
                counted.get("barrier", 0),
                counted.get("claims", 0),
                share.text if share else "",
                share.note if share and share.given else "",
                corrected,
                share.estimate if share and share.given else -1.0,
            )
        )
    return lines
