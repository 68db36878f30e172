"""A report and the response to it on one page: does the response learn from the report, and where is the evidence?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.agreement import agreement
from reports.evidence import Evidence
from reports.figures import Figure, Figures, figure
from reports.measures.answering import NEAR, BarrierAnswer, Pair, barrier_answers, pairs
from reports.measures.findings import share_row
from reports.measures.held_out import classifier_error
from reports.measures.prevalence import own_words
from reports.measures.quotation import Quotation
from reports.measures.ratios import with_error
from reports.measures.recommendations import ANSWERS
from reports.site.names import file_name
from reports.site.pages import Site
from reports.site.quotations import QuoteBlock, quote_block
from reports.site.references import Reference, References
from reports.views import ClaimRow, DocumentView

MOST = 12
OPEN = 0.4
"""An interval as wide as this on both sides of a half answers nothing."""
ANSWER_WORDS = {
    "accepted": "accepted",
    "in_part": "accepted in part",
    "rejected": "rejected",
    "noted": "noted or welcomed only",
    "no_plain_answer": "no plain answer found",
}


@dataclass(frozen=True, slots=True)
class PairLink:
    """A pair's page."""

    href: str
    report: str
    response: str
    report_id: str
    response_id: str
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A recommendation and its answer."""

    number: str
    answer: str
    words: str
    item: Reference
    deciding: Reference | None


@dataclass(frozen=True, slots=True)
class BarrierLine:
    """A kind of barrier: passages that raise it, how many the response comes back to, its own mentions."""

    name: str
    raised: int
    answered: int
    own: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A passage of the report with a barrier and the passage of the response that comes nearest."""

    barrier: str
    there: Reference
    here: Reference


def write_pairs(site: Site, evidence: Evidence, references: References, figures: Figures) -> list[PairLink]:
    """Write a page for each pair of report and response."""
    links = []
    for pair in pairs(list(evidence.views.values())):
        name = f"{file_name(pair.report.doc_id)}--{file_name(pair.response.doc_id)}"
        link = PairLink(
            f"pairs/{name}.html", pair.report.title, pair.response.title, pair.report.doc_id, pair.response.doc_id
        )
        said = _write(site, pair, link, evidence, references, figures=figures)
        links.append(replace(link, verdict=said[0]))
    return links


def _write(
    site: Site, pair: Pair, link: PairLink, evidence: Evidence, references: References, *, figures: Figures
) -> list[str]:
    """Write the pair's page; returns the answer in sentences."""
    response, report = pair.response, pair.report
    repeated = {q.sentence_id for q in evidence.quotations if q.doc_id == response.doc_id}
    body = {s.sentence_id for s in response.sentences if s.kind != "heading"}
    own = [c for n, c in sorted(response.claims.items()) if c.is_claim and n in body and n not in repeated]
    learning = [claim for claim in own if claim.label == "learning"]
    legitimation = [claim for claim in own if claim.label == "legitimation"]
    answers = barrier_answers(pair, repeated)
    quotes = [q for q in evidence.quotations if (q.doc_id, q.source) == (response.doc_id, report.doc_id)]
    items = _items(response, evidence, references)
    shares = [_report_share(report, figures), _own_share(response, own, repeated, evidence.model)]
    best = {
        label: [
            references.get(response.doc_id, c.sentence_id) for c in sorted(found, key=lambda c: -c.probability)[:MOST]
        ]
        for label, found in (("learning", learning), ("legitimation", legitimation))
    }
    verdict = _verdict(shares, items, answers, len(repeated), f"{len(learning)} of {len(own)}")
    site.page(
        link.href,
        "pair.html",
        link=link,
        report_href=references.document(report.doc_id),
        response_href=references.document(response.doc_id),
        verdict=verdict,
        learner_stamp=agreement()["learner"].stamp,
        shares=shares,
        depth=Counter(claim.depth for claim in learning if claim.depth),
        learner=Counter(claim.learner for claim in learning if claim.learner),
        tally=[(ANSWER_WORDS[a], sum(item.answer == a for item in items)) for a in ANSWERS],
        items=items,
        best=best,
        counts={"learning": len(learning), "legitimation": len(legitimation), "repeated": len(repeated)},
        barriers=_barriers(answers, response, repeated),
        answered=_answered(answers, pair, references),
        near=NEAR,
        quotes=_left_out(quotes, report, references),
        quoted=len(quotes),
    )
    return verdict


def _report_share(report: DocumentView, figures: Figures) -> Figure | None:
    """The report's share: corrected by coded sentences where there are some, otherwise the classifier's."""
    found = [
        figures.get(measure, report.doc_id) for measure in ("claims.learning_share.coded", "claims.learning_share")
    ]
    return next((one for one in found if one is not None and one.given), found[-1])


def _own_share(response: DocumentView, own: Sequence[ClaimRow], repeated: set[int], model: str) -> Figure:
    """The response's share in its own words, corrected where enough of them was coded."""
    corrected = own_words(response, repeated, model)
    if corrected is not None:
        return figure(corrected)
    row = share_row(
        "document", response.doc_id, "claims.learning_share", sum(c.label == "learning" for c in own), len(own)
    )
    return figure(with_error(row, [len(own)], classifier_error(model)))


def _verdict(
    shares: Sequence[Figure | None],
    items: Sequence[ItemLine],
    answers: Sequence[BarrierAnswer],
    repeated: int,
    alone: str,
) -> list[str]:
    """The answer in plain sentences, each with its counts."""
    report, share = shares[0], shares[1]
    said = []
    if share is not None and share.given:
        answer = "About half and half" if share.high - share.low < OPEN else "The figures leave it open"
        answer = "Mostly it learns" if share.low > 0.5 else ("Mostly not" if share.high < 0.5 else answer)
        people = ""
        if "coded" in share.measure:
            people = f" (the classifier, corrected by sentences that people coded; alone it marks {alone} as learning)"
        said.append(
            f"{answer}: in its own words {share.text} of its claims learn from experience, {share.range}{people}."
        )
    elif share is not None:
        said.append(f"It makes only {share.n} claims in its own words, too few for a share ({share.text} learn).")
    if report is not None and report.given:
        said.append(f"Of the claims of the report that it answers {report.text} learn, {report.range}.")
    if items:
        parts = [
            f"{sum(i.answer == a for i in items)} {ANSWER_WORDS[a]}"
            for a in ANSWERS
            if any(i.answer == a for i in items)
        ]
        said.append(f"Of {len(items)} recommendations or conclusions that it restates: {', '.join(parts)}.")
    if answers:
        back = sum(answer.answered for answer in answers)
        said.append(
            f"The report names a barrier in {len(answers)} passages; the response comes back to the subject of {back}."
        )
    if repeated:
        said.append(f"{repeated} of its sentences repeat the report and are left out of these counts.")
    return said


def _items(response: DocumentView, evidence: Evidence, references: References) -> list[ItemLine]:
    lines = []
    last = len(response.sentences) - 1
    for item in evidence.items:
        if item.doc_id == response.doc_id:
            start = item.sentence_id
            if len(response.sentences[start].text) < 40 and start < last:
                start += 1
            deciding = None if item.answer_sentence is None else references.get(item.doc_id, item.answer_sentence)
            words = ANSWER_WORDS[item.answer]
            lines.append(ItemLine(item.number, item.answer, words, references.get(item.doc_id, start), deciding))
    return lines


def _barriers(answers: Sequence[BarrierAnswer], response: DocumentView, repeated: set[int]) -> list[BarrierLine]:
    raised = Counter(answer.barrier for answer in answers)
    back = Counter(answer.barrier for answer in answers if answer.answered)
    own = Counter(m.code for m in response.mentions if m.top == "barrier" and m.sentence_id not in repeated)
    lines = [BarrierLine(code.partition(".")[2] or code, raised[code], back[code], own[code]) for code in raised]
    return sorted(lines, key=lambda line: (-line.raised, line.name))


def _answered(answers: Sequence[BarrierAnswer], pair: Pair, references: References) -> list[Answered]:
    best: dict[int, BarrierAnswer] = {}
    for answer in sorted(answers, key=lambda answer: -answer.cosine):
        if answer.answered:
            best.setdefault(answer.nearest, answer)
    return [
        Answered(
            answer.barrier.partition(".")[2],
            references.get(pair.report.doc_id, answer.sentence_id),
            references.get(pair.response.doc_id, answer.nearest),
        )
        for answer in list(best.values())[:MOST]
    ]


def _left_out(quotes: Sequence[Quotation], report: DocumentView, references: References) -> list[QuoteBlock]:
    texts = {sentence.sentence_id: sentence.text for sentence in report.sentences}
    return [quote_block(q, references, texts[q.source_sentence]) for q in quotes if q.left_out != "nothing"][:MOST]
