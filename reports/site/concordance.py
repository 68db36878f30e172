"""Key words in context: every mention with what stands left and right of it, in data files by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.site.names import code_words, file_name, lane
from reports.site.pages import Site
from reports.views import DocumentView, MentionRow, SentenceRow

CONTEXT = 58
FIRST_SHOWN = "best_practice.exemplar"
ROWS_A_FILE = 2500


@dataclass(frozen=True, slots=True)
class CodeFiles:
    """A code's concordance: how many lines it has and in how many files they are."""

    code: str
    label: str
    lane: int
    lines: int
    files: int
    stem: str


def write_concordance(site: Site, views: Mapping[str, DocumentView], tops: tuple[str, ...]) -> list[CodeFiles]:
    """Write ``concordance.html`` and its data; returns the codes with their files."""
    documents = [view for view in views.values() if not view.failed]
    lines: dict[str, list[list[object]]] = {}
    codes = sorted({m.code for v in documents for m in v.mentions}, key=lambda c: (tops.index(c.partition(".")[0]), c))
    number = {code: place for place, code in enumerate(codes)}
    for at, view in enumerate(documents):
        for code, line in _lines(at, view, number):
            lines.setdefault(code, []).append(line)
    found = []
    for code in codes:
        chunks = [lines[code][i : i + ROWS_A_FILE] for i in range(0, len(lines[code]), ROWS_A_FILE)]
        stem = file_name(code)
        for place, chunk in enumerate(chunks):
            site.data(f"data/concordance/{stem}.{place}.js", "halfloop.lines", [code, chunk])
        top = code.partition(".")[0]
        found.append(CodeFiles(code, code_words(code), lane(top, tops), len(lines[code]), len(chunks), stem))
    table = [[file_name(v.doc_id), v.title, v.text("voice"), v.text("published")] for v in documents]
    index = {"documents": table, "codes": [[c.code, c.lane, c.lines, c.files, c.stem] for c in found]}
    site.data("data/concordance.js", "halfloop.concordance", index)
    voices = sorted({view.text("voice") for view in documents} - {""})
    chosen = max(found, key=lambda code: (code.code == FIRST_SHOWN, code.lines)).code if found else ""
    site.page("concordance.html", "concordance.html", codes=found, voices=voices, documents=table, chosen=chosen)
    return found


def _lines(at: int, view: DocumentView, number: Mapping[str, int]) -> list[tuple[str, list[object]]]:
    sentences = {sentence.sentence_id: sentence for sentence in view.sentences}
    together: dict[int, set[int]] = {}
    for mention in view.mentions:
        together.setdefault(mention.sentence_id, set()).add(number[mention.code])
    found = []
    for mention in view.mentions:
        left, right = context(mention, sentences)
        claim = view.claims.get(mention.sentence_id)
        label = {"learning": 1, "legitimation": 2}.get(claim.label, 0) if claim is not None else 0
        attributes = " · ".join(part for part in (mention.locus, mention.status) if part)
        others = sorted(together[mention.sentence_id])
        line = [at, mention.sentence_id, mention.page, left, mention.text, right, label, attributes, others]
        found.append((mention.code, line))
    return found


def context(mention: MentionRow, sentences: Mapping[int, SentenceRow]) -> tuple[str, str]:
    """Up to :data:`CONTEXT` characters on either side, from the sentences beside it where its own is short."""
    own = sentences[mention.sentence_id]
    before, after = sentences.get(mention.sentence_id - 1), sentences.get(mention.sentence_id + 1)
    left = own.text[: max(0, mention.start - own.start)]
    right = own.text[max(0, mention.end - own.start) :]
    if len(left) < CONTEXT and before is not None:
        left = f"{before.text} {left}"
    if len(right) < CONTEXT and after is not None:
        right = f"{right} {after.text}"
    return _whole_words(left[::-1])[::-1], _whole_words(right)


def _whole_words(text: str) -> str:
    """The first :data:`CONTEXT` characters without a word cut in two, unless one word is longer than that."""
    if len(text) <= CONTEXT or text[CONTEXT].isspace():
        return text[:CONTEXT]
    return text[:CONTEXT].rsplit(None, 1)[0] if " " in text[:CONTEXT].strip() else text[:CONTEXT]
