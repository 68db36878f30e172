"""The first page: five sentences and four plots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.agreement import agreement
from reports.evidence import Evidence
from reports.figures import Figures
from reports.measures.counts import BARRIERS
from reports.runs import Run
from reports.site.names import words
from reports.site.overview_plots import overview_plots
from reports.site.pages import Site
from reports.site.pairs import PairLink

CLASSIFIED, CODED = "claims.learning_share", "claims.learning_share.coded"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found, in a sentence or two, what it rests on in small print, and the page that shows it."""

    text: Markup
    href: str = ""
    link: str = ""
    note: str = ""


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
    found = [
        _corpus(run),
        _learning(figures, sorted(set(run.documents["voice"]) - {""})),
        _exemplars(figures),
        _barriers(evidence, figures),
        _calendar(evidence),
    ]
    return [finding for finding in found if finding is not None]


def _corpus(run: Run) -> Finding:
    documents = run.documents
    failed = int((documents["status"] == "failed").sum())
    voices = Counter(words(voice) for voice in documents["voice"] if voice)
    who = ", ".join(f"{number} {voice}" for voice, number in voices.most_common())
    pages = int(documents["pages"].fillna(0).sum())
    text = Markup("<b>{:,} document{}</b> on {:,} page{}.").format(
        len(documents), "" if len(documents) == 1 else "s", pages, "" if pages == 1 else "s"
    )
    lost = f" {failed} could not be read." if failed else ""
    note = (
        f"By voice: {who}. {len(run.sentences):,} sentences.{lost}"
        if who
        else f"{len(run.sentences):,} sentences.{lost}"
    )
    return Finding(text, "documents.html", "Documents", note)


def _learning(figures: Figures, voices: Sequence[str]) -> Finding | None:
    said = figures.get(CLASSIFIED)
    coded = figures.get(CODED)
    corrected = coded is not None and coded.given
    best = coded if corrected else said
    if best is None or not best.given:
        return None
    text = Markup(
        "Of the claims that draw on experience, <b>{}</b> learn from it ({}); the others use it to legitimate."
    ).format(best.text, best.range)
    text += _apart(figures, CODED if corrected else CLASSIFIED, voices)
    double = figures.get("claims.double_loop_share")
    if double is not None and double.given:
        text += f" Of those that learn, {double.text} question the policy itself."
    note = said.method if said is not None else ""
    if corrected and coded is not None:
        alone = f" The classifier alone says {said.text} {said.note}." if said is not None and said.given else ""
        note = f"The classifier, corrected by sentences that people coded: {coded.method.split(';')[0]}.{alone}"
    elif said is not None:
        note = f"The classifier's own figure: no sentence of these documents has been coded by people. {said.allowance}"
    return Finding(text, "methods.html#measures", "How it is estimated", note)


def _apart(figures: Figures, measure: str, voices: Sequence[str]) -> Markup:
    """The voices that learn least and most, where their intervals do not meet."""
    found = [(voice, figures.get(measure, f"voice:{voice}", "group")) for voice in voices]
    given = sorted((one.estimate, voice, one) for voice, one in found if one is not None and one.given)
    if len(given) < 2 or given[0][2].high >= given[-1][2].low:
        return Markup("")
    (_, least, low), (_, most, high) = given[0], given[-1]
    said = " {} documents do so in <b>{}</b> ({}), {} documents in <b>{}</b> ({})."
    return Markup(said).format(words(least).capitalize(), low.text, low.range, words(most), high.text, high.range)


def _exemplars(figures: Figures) -> Finding | None:
    near = figures.get("exemplar.barrier_same_sentence")
    around = figures.get("exemplar.barrier_same_paragraph")
    if near is None or not near.given or around is None:
        return None
    text = Markup(
        "Pilots, beacons and other exemplars are invoked {:,} times. In <b>{}</b> of them the sentence names a "
        "barrier too, in {} the paragraph does."
    ).format(near.n, near.text, around.text)
    note = f"95% intervals: sentence {near.range}, paragraph {around.range}."
    return Finding(text, "concordance.html#code=best_practice.exemplar", "Exemplars in context", note)


def _barriers(evidence: Evidence, figures: Figures) -> Finding | None:
    counts = evidence.counts
    totals = {name: int(counts[f"barrier.{name}"].sum()) for name in BARRIERS if f"barrier.{name}" in counts}
    if not totals or not sum(totals.values()):
        return None
    first = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    named = [(name, number) for name, number in first if name != "other" and number][:3]
    if not named:
        return None
    listed = [Markup("{} ({:,})").format(words(name), number) for name, number in named]
    text = Markup("The barriers named most are <b>{}</b>").format(listed[0])
    text += "".join(f", {one}" for one in listed[1:]) + "."
    locus = figures.get("barrier.policy_locus_share")
    if locus is not None and locus.given:
        text += (
            f" Where a text says where they come from, {locus.text} are laid to policy rather than to local practice."
        )
    note = f"{sum(totals.values()):,} mentions of barriers, {totals.get('other', 0):,} of them of no stated kind."
    if locus is not None and locus.given:
        note += f" Policy locus {locus.range}, n = {locus.n:,}."
    return Finding(text, "gap.html", "The narrative gap", note)


def _calendar(evidence: Evidence) -> Finding | None:
    uses = Counter(entry.use for entry in evidence.calendar)
    if not evidence.calendar:
        return None
    before = uses["cited"] + uses["passed_over"]
    parts = [f"cite it in {uses['cited']}"] if uses["cited"] else []
    parts += [f"pass it over in {uses['passed_over']}"] if uses["passed_over"] else []
    text = Markup("No evaluation or report on their own programme was out before the policy documents.")
    if before == 1:
        text = Markup("In <b>1 case</b> a policy document had evidence on its own programme before it, and {}.").format(
            "cites it" if uses["cited"] else "passes it over"
        )
    elif before:
        text = Markup("In <b>{} cases</b> policy documents had evidence on their own programme before them: they {}.")
        text = text.format(before, " and ".join(parts))
    if uses["too_late"]:
        text += f" In {uses['too_late']} it came too late."
    note = "Evidence of the same programme by the manifest's dates; cited where its title or its words are found."
    if uses["order_unknown"]:
        note += f" In {uses['order_unknown']} the dates leave the order open."
    return Finding(text, "calendar.html", "Evidence calendar", note)
