"""Quotations as a page: what is repeated beside its source, with what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.evidence import Evidence
from reports.measures.calendar import is_evidence
from reports.measures.quotation import CLOSE, Quotation
from reports.site.pages import Site
from reports.site.references import Reference, References
from reports.views import SentenceRow

MOST_PLAIN = 25
LEFT_WORDS = {"barrier": "a barrier", "limit": "a limit or condition", "nothing": ""}


@dataclass(frozen=True, slots=True)
class QuoteBlock:
    """A quotation and its source, the source cut into what was quoted and what stands around it."""

    here: Reference
    source: Reference
    before: str
    quoted: str
    after: str
    left_out: str
    words: str
    left: Reference | None


@dataclass(frozen=True, slots=True)
class QuoteGroup:
    """The quotations of one document from one source."""

    title: str
    quotes: tuple[QuoteBlock, ...]
    left_out: int
    more: int
    open: bool


def write_quotations(site: Site, evidence: Evidence, references: References) -> None:
    """Write ``quotations.html``."""
    groups: dict[tuple[str, str], list[Quotation]] = {}
    for quotation in evidence.quotations:
        groups.setdefault((quotation.doc_id, quotation.source), []).append(quotation)
    texts = {
        source: {sentence.sentence_id: sentence for sentence in evidence.views[source].sentences}
        for source in {quotation.source for quotation in evidence.quotations}
    }
    ordered = sorted(groups, key=lambda key: (-sum(q.left_out != "nothing" for q in groups[key]), key))
    made = [
        _group(evidence, key, groups[key], references, texts[key[1]], opened=place < 3)
        for place, key in enumerate(ordered)
    ]
    site.page("quotations.html", "quotations.html", groups=made, summary=_summary(evidence), close=int(CLOSE))


def _summary(evidence: Evidence) -> str:
    from_evidence = [q for q in evidence.quotations if is_evidence(evidence.views[q.source])]
    if not from_evidence:
        return ""
    left = [q for q in from_evidence if q.left_out != "nothing"]
    barriers = sum(q.left_out == "barrier" for q in left)
    repeat = "1 sentence repeats" if len(from_evidence) == 1 else f"{len(from_evidence)} sentences repeat"
    return (
        f"{repeat} evidence. Beside {len(left)} of them the source has a barrier ({barriers}) or a limit "
        f"({len(left) - barriers}) that the quoting paragraph leaves out."
    )


def _group(
    evidence: Evidence,
    key: tuple[str, str],
    quotations: Sequence[Quotation],
    references: References,
    texts: Mapping[int, SentenceRow],
    *,
    opened: bool,
) -> QuoteGroup:
    telling = [q for q in quotations if q.left_out != "nothing"]
    plain = [q for q in quotations if q.left_out == "nothing"]
    shown = [*telling, *plain[:MOST_PLAIN]]
    title = f"{evidence.views[key[0]].title} ← {evidence.views[key[1]].title}"
    blocks = tuple(quote_block(quotation, references, texts[quotation.source_sentence].text) for quotation in shown)
    return QuoteGroup(title, blocks, len(telling), len(plain) - len(plain[:MOST_PLAIN]), opened)


def quote_block(quotation: Quotation, references: References, source: str) -> QuoteBlock:
    """A quotation ready to be shown; ``source`` is the text of the source sentence."""
    left = None if quotation.left_sentence is None else references.get(quotation.source, quotation.left_sentence)
    same = quotation.left_sentence == quotation.source_sentence
    return QuoteBlock(
        references.get(quotation.doc_id, quotation.sentence_id),
        references.get(quotation.source, quotation.source_sentence),
        source[: quotation.start],
        source[quotation.start : quotation.end],
        source[quotation.end :],
        quotation.left_out,
        LEFT_WORDS[quotation.left_out] + (", in the same sentence" if same else ""),
        left,
    )
