"""The evidence calendar: which evidence on its programme a policy document had before it, and which of it it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from reports.measures.dates import Order, order, published
from reports.views import DocumentView

EVIDENCE_KINDS = ("evaluation", "committee_report", "inquiry_report", "research")
POLICY_KINDS = (
    "white_paper",
    "green_paper",
    "strategy",
    "plan",
    "implementation_plan",
    "government_response",
    "consultation",
    "guidance",
    "policy",
)
CLOSE = 92.0
"""The least partial ratio (0-100) at which a title counts as found in a sentence."""
LEAST_LETTERS = 14
_SPLIT = re.compile(r"\s*[:–—|]\s*|\s+-\s+|\s*\(|\)\s*")
_NUMBER = re.compile(r"\b(?:HL|HC|CP|Cm|Cmnd|Cmd|COM|SP) ?(?:Paper )?\d+\b", re.IGNORECASE)

Use = Literal["cited", "passed_over", "too_late", "order_unknown"]


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One piece of evidence as seen from one policy document of the same programme.

    ``use`` is ``too_late`` where the evidence came after, even where the text announces it (``sentence_id`` then says
    where); ``cited`` where a citation was found; ``passed_over`` where it was out before and none was found;
    ``order_unknown`` where none was found and the dates do not settle the order.
    """

    programme: str
    policy: str
    evidence: str
    policy_published: str
    evidence_published: str
    order: Order
    use: Use
    sentence_id: int | None
    matched: str


PARLIAMENTARY = ("committee_report", "inquiry_report")
FIRST_HAND = ("evaluation", "research")


def is_evidence(view: DocumentView) -> bool:
    """True for evaluations, research and reports of committees and inquiries."""
    return view.text("kind") in EVIDENCE_KINDS


def is_policy(view: DocumentView) -> bool:
    """True for what a government publishes to say what it will do."""
    return view.text("kind") in POLICY_KINDS and not is_evidence(view)


def evidence_calendar(views: Sequence[DocumentView], quoted: Mapping[tuple[str, str], int]) -> Iterator[CalendarEntry]:
    """All pairs of policy document and evidence in each programme, by programme, policy and evidence.

    Reports of committees and inquiries stand on both sides: they read evaluations, and are evidence for policy.

    ``quoted`` gives, for a quoting document and its source, the sentence in which it quotes: quoting is citing.
    A form of title that two documents share cites neither.
    """
    readable = [view for view in views if view.text("programme") and not view.failed]
    for programme in sorted({view.text("programme") for view in readable}):
        inside = [view for view in readable if view.text("programme") == programme]
        readers = [view for view in inside if is_policy(view) or view.text("kind") in PARLIAMENTARY]
        for policy in readers:
            for evidence in filter(is_evidence, inside):
                if is_evidence(policy) and evidence.text("kind") not in FIRST_HAND:
                    continue
                others = {f for o in inside if o is not evidence for f in title_forms(o.text("title"))}
                forms = [form for form in title_forms(evidence.text("title")) if form not in others]
                yield _entry(programme, policy, evidence, forms, quoted.get((policy.doc_id, evidence.doc_id)))


def _entry(
    programme: str, policy: DocumentView, evidence: DocumentView, forms: Sequence[str], quoted: int | None
) -> CalendarEntry:
    stated = (policy.text("published"), evidence.text("published"))
    relation = order(published(stated[1]), published(stated[0]))
    sentence_id, matched = cited_in(policy, forms)
    if sentence_id is None and quoted is not None:
        sentence_id, matched = quoted, "its words are quoted"
    use: Use
    if relation == "after":
        use = "too_late"
    elif sentence_id is not None:
        use = "cited"
    else:
        use = "passed_over" if relation == "before" else "order_unknown"
    return CalendarEntry(programme, policy.doc_id, evidence.doc_id, *stated, relation, use, sentence_id, matched)


def title_forms(title: str) -> tuple[str, ...]:
    """The forms in which a title may be cited: whole, its parts around a colon or dash, and its paper number.

    >>> title_forms("Over Old Rivers: Evaluation of the First Year (HL Paper 17)")[1:]
    ('over old rivers', 'evaluation of the first year', 'hl paper 17')
    """
    number = {plain(found) for found in _NUMBER.findall(title)}
    pieces = [title, *_SPLIT.split(title)]
    forms = dict.fromkeys(plain(piece) for piece in pieces)
    return tuple(form for form in forms if form in number or (len(form) >= LEAST_LETTERS and form.count(" ") >= 2))


def cited_in(view: DocumentView, forms: Sequence[str]) -> tuple[int | None, str]:
    """The first sentence that gives one of the forms, and which; ``(None, "")`` where there is none."""
    for form in forms:
        for sentence in view.sentences:
            text = plain(sentence.text)
            if form in text or (
                len(form) > 24 and len(text) >= len(form) and fuzz.partial_ratio(form, text, score_cutoff=CLOSE)
            ):
                return sentence.sentence_id, form
    return None, ""


def plain(text: str) -> str:
    """Letters and digits in lower case, everything else as one blank."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()
