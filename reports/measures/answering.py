"""Reports and the responses to them: which of the barriers that a report raises its response comes back to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from sklearn.feature_extraction.text import TfidfVectorizer

from reports.measures.dates import order, published
from reports.measures.recommendations import RESPONSE_KINDS
from reports.views import DocumentView, MentionRow

NEAR = 0.3
"""The least cosine of TF-IDF vectors at which a passage of the response counts as coming back to a barrier."""
APART = ("heading", "footnote", "caption")
REPORT_KINDS = ("committee_report", "inquiry_report", "evaluation")


@dataclass(frozen=True, slots=True)
class BarrierAnswer:
    """A sentence of a report with an asserted barrier and the nearest sentence of the response in its own words."""

    barrier: str
    sentence_id: int
    text: str
    nearest: int
    cosine: float

    @property
    def answered(self) -> bool:
        """Whether the nearest sentence is near enough."""
        return self.cosine >= NEAR


@dataclass(frozen=True)
class Pair:
    """A report and a response to it."""

    report: DocumentView
    response: DocumentView


def pairs(views: Sequence[DocumentView]) -> Iterator[Pair]:
    """Each response with the report of its programme that it most likely answers: the latest that is not after it.

    A committee's or an inquiry's report comes before an evaluation.
    """
    readable = [view for view in views if view.text("programme") and not view.failed]
    for response in readable:
        if response.text("kind") not in RESPONSE_KINDS:
            continue
        when = published(response.text("published"))
        reports = [
            view
            for view in readable
            if view.text("programme") == response.text("programme")
            and view.text("kind") in REPORT_KINDS
            and order(published(view.text("published")), when) != "after"
        ]
        if reports:
            reports.sort(key=lambda view: (view.text("kind") != "evaluation", view.text("published"), view.doc_id))
            yield Pair(reports[-1], response)


def barrier_answers(pair: Pair, quoted: Set[int]) -> list[BarrierAnswer]:
    """For each asserted barrier of the report the nearest sentence of the response.

    ``quoted`` holds the response's sentences that repeat the report; they are no answer, nor are footnotes and
    captions, which name what the report names too.
    """
    raised: dict[tuple[str, int], MentionRow] = {}
    for mention in pair.report.mentions:
        if mention.top == "barrier" and mention.status in ("asserted", ""):
            raised.setdefault((mention.code, mention.sentence_id), mention)
    texts = {s.sentence_id: s.text for s in pair.report.sentences if s.kind != "heading"}
    own = [s for s in pair.response.sentences if s.kind not in APART and s.sentence_id not in quoted]
    wanted = sorted(key for key in raised if key[1] in texts)
    if not wanted or not own:
        return []
    vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True, token_pattern=r"[^\W\d_]{3,}")
    try:
        vectorizer.fit([*texts.values(), *(s.text for s in own)])
    except ValueError:  # nothing but stop words
        return []
    near = vectorizer.transform([texts[number] for _, number in wanted]) @ vectorizer.transform([s.text for s in own]).T
    best = near.argmax(axis=1)
    found = []
    for line, (code, number) in enumerate(wanted):
        at = int(best[line, 0])
        found.append(BarrierAnswer(code, number, texts[number], own[at].sentence_id, float(near[line, at])))
    return found
