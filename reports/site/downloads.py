"""The tables behind the comparing pages as CSV, for analysts and spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from reports.evidence import Evidence
from reports.site.pages import Site

BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_downloads(site: Site, evidence: Evidence) -> list[str]:
    """Write ``tables/*.csv`` (UTF-8 with BOM); returns their names."""
    texts = {d: {s.sentence_id: s.text for s in v.sentences} for d, v in evidence.views.items()}
    made = {
        "calendar": (
            (
                "programme",
                "policy",
                "evidence",
                "policy_published",
                "evidence_published",
                "order",
                "use",
                "sentence_id",
            ),
            (
                (
                    e.programme,
                    e.policy,
                    e.evidence,
                    e.policy_published,
                    e.evidence_published,
                    e.order,
                    e.use,
                    e.sentence_id,
                )
                for e in evidence.calendar
            ),
        ),
        "gap": (
            (
                "programme",
                "barrier",
                "raised",
                "raised_sentences",
                "taken_up",
                "taken_up_sentences",
                "ratio",
                "low",
                "high",
            ),
            (
                (g.programme, g.barrier, g.raised, g.raised_sentences, g.taken, g.taken_sentences)
                + ((g.ratio.estimate, g.ratio.low, g.ratio.high) if g.ratio is not None else ("", "", ""))
                for g in evidence.gap
            ),
        ),
        "quotations": (
            (
                "doc_id",
                "sentence_id",
                "source",
                "source_sentence",
                "closeness",
                "score",
                "left_out",
                "text",
                "source_text",
            ),
            (
                (
                    q.doc_id,
                    q.sentence_id,
                    q.source,
                    q.source_sentence,
                    q.closeness,
                    q.score,
                    q.left_out,
                    texts[q.doc_id][q.sentence_id],
                    texts[q.source][q.source_sentence],
                )
                for q in evidence.quotations
            ),
        ),
        "windows": (
            ("doc_id", "sentence_id", "opened", "closed", "days", "basis", "text"),
            (
                (w.doc_id, w.sentence_id, w.opened, w.closed, w.days, w.basis, texts[w.doc_id][w.sentence_id])
                for w in evidence.windows
            ),
        ),
        "recommendations": (
            ("doc_id", "number", "sentence_id", "answer", "answer_sentence", "answer_text"),
            (
                (
                    i.doc_id,
                    i.number,
                    i.sentence_id,
                    i.answer,
                    i.answer_sentence,
                    texts[i.doc_id].get(-1 if i.answer_sentence is None else i.answer_sentence, ""),
                )
                for i in evidence.items
            ),
        ),
        "contrasts": (
            ("doc_id", "contrast", "joint", "transfer"),
            ((d, c.name, c.joint, c.transfer) for d, found in sorted(evidence.profiles.items()) for c in found),
        ),
    }
    for name, (head, rows) in made.items():
        site.text(f"tables/{name}.csv", BOM + _csv(head, rows))
    return list(made)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([plain_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def plain_cell(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: text that would begin one gets an apostrophe before it."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
