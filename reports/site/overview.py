"""The first page: five sentences and four plots."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures import Figures
from reports.runs import Run
from reports.site.pages import Site


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about the corpus and the page that shows it."""

    text: str
    href: str = ""
    link: str = ""


def write_overview(site: Site, run: Run) -> None:
    """Write ``index.html``."""
    site.page("index.html", "index.html", findings=findings(run), plots=[])


def findings(run: Run) -> list[Finding]:
    """What the corpus says, in five sentences."""
    figures = Figures(run)
    documents = run.documents
    failed = int((documents["status"] == "failed").sum())
    lost = f"; {failed} could not be read" if failed else ""
    found = [
        Finding(
            f"The corpus holds {len(documents):,} documents with {len(run.sentences):,} sentences{lost}.",
            "documents.html",
            "Documents",
        )
    ]
    learning = figures.get("claims.learning_share")
    if learning:
        found.append(
            Finding(
                f"Of the claims that draw on experience, {learning.text} {learning.note} learn from it; the others use it to legitimate."
            )
        )
    return found
