"""The first page: five sentences and four plots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reports.agreement import agreement
from reports.evidence import Evidence
from reports.figures import Figures
from reports.measures.counts import BARRIERS
from reports.runs import Run
from reports.site.names import words
from reports.site.overview_plots import overview_plots
from reports.site.pages import Site
from reports.site.pairs import PairLink


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about the corpus and the page that shows it."""

    text: str
    href: str = ""
    link: str = ""


def write_overview(site: Site, run: Run, evidence: Evidence, figures: Figures, pairs: Sequence[PairLink]) -> None:
    """Write ``index.html``."""
    site.page(
        "index.html",
        "index.html",
        findings=findings(run, evidence, figures),
        plots=overview_plots(run, evidence),
        pairs=pairs,
        stamps=[line.stamp for line in agreement().values() if line.stamp and line.key == "claim"],
    )


def findings(run: Run, evidence: Evidence, figures: Figures) -> list[Finding]:
    """What the corpus says, in five sentences (fewer where it holds too little for one)."""
    found = [_corpus(run), _learning(figures), _exemplars(figures), _barriers(evidence, figures), _calendar(evidence)]
    return [finding for finding in found if finding is not None]


def _corpus(run: Run) -> Finding:
    documents = run.documents
    failed = int((documents["status"] == "failed").sum())
    voices = Counter(words(voice) for voice in documents["voice"] if voice)
    who = ", ".join(f"{number} {voice}" for voice, number in voices.most_common())
    pages = int(documents["pages"].fillna(0).sum())
    lost = f" {failed} could not be read." if failed else ""
    kinds = f" ({who})" if who else ""
    text = f"{len(documents):,} documents{kinds}, {pages:,} pages, {len(run.sentences):,} sentences.{lost}"
    return Finding(text, "documents.html", "Documents")


def _learning(figures: Figures) -> Finding | None:
    learning = figures.get("claims.learning_share")
    if learning is None or not learning.given:
        return None
    share = f"{learning.text} {learning.note}"
    text = f"Of the claims that draw on experience, {share} learn from it; the others use it to legitimate."
    coded = figures.get("claims.learning_share.coded")
    if coded is not None and coded.given:
        text += f" By the coded sample alone, without the classifier, it is {coded.text} {coded.note}."
    double = figures.get("claims.double_loop_share")
    if double is not None and double.given:
        text += f" Of those that learn, {double.text} question the policy itself."
    return Finding(text, "methods.html#measures", "How it is estimated")


def _exemplars(figures: Figures) -> Finding | None:
    near = figures.get("exemplar.barrier_same_sentence")
    around = figures.get("exemplar.barrier_same_paragraph")
    if near is None or not near.given or around is None:
        return None
    text = (
        f"Exemplars such as pilots and beacons are invoked {near.n:,} times; a barrier is named with them in the same "
        f"sentence {near.text} of the time, in the same paragraph {around.text}."
    )
    return Finding(text, "concordance.html#code=best_practice.exemplar", "Exemplars in context")


def _barriers(evidence: Evidence, figures: Figures) -> Finding | None:
    counts = evidence.counts
    totals = {name: int(counts[f"barrier.{name}"].sum()) for name in BARRIERS if f"barrier.{name}" in counts}
    if not totals or not sum(totals.values()):
        return None
    first = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    named = [(name, number) for name, number in first if name != "other"][:3]
    listed = ", ".join(f"{words(name)} ({number:,})" for name, number in named)
    text = f"The barriers named most are {listed}."
    locus = figures.get("barrier.policy_locus_share")
    if locus is not None and locus.given:
        text += f" Where a text says where they come from, {locus.text} are laid to national policy."
    return Finding(text, "gap.html", "The narrative gap")


def _calendar(evidence: Evidence) -> Finding | None:
    uses = Counter(entry.use for entry in evidence.calendar)
    before = uses["cited"] + uses["passed_over"]
    if not evidence.calendar:
        return None
    text = (
        f"Policy documents had evidence on their own programme before them, or cite it, in {before} cases: they cite "
        f"it in {uses['cited']} and pass it over in {uses['passed_over']}; in {uses['too_late']} it came too late."
    )
    if uses["order_unknown"]:
        text += f" In {uses['order_unknown']} the dates leave the order open."
    return Finding(text, "calendar.html", "Evidence calendar")
