"""What is counted in each document: one row per document, one column per count.

Every share and rate is a ratio of two of these columns, so that a figure can be traced to its two counts.
Counts leave out headings and tables of contents: what they name is announced, and named again in the text.
"""

from __future__ import annotations

import pandas as pd

from reports.runs import Run

BARRIERS = (
    "qualifications",
    "competition",
    "accountability",
    "funding",
    "time",
    "capacity",
    "logistics",
    "culture",
    "policy_instability",
    "other",
)
CONTENTS = r"(?:table of )?contents"
LOCI = ("policy", "local", "unclear")
STATUSES = ("asserted", "negated", "resolved", "hypothetical")
MODES = ("acquisitive", "participatory", "constructivist")


def document_counts(run: Run) -> pd.DataFrame:
    """Counts per document that could be read; index ``doc_id``, sorted; all columns integer."""
    readable = run.documents[run.documents["status"] != "failed"]
    index = pd.Index(sorted(readable["doc_id"]), name="doc_id")
    contents = run.sentences["section"].str.fullmatch(CONTENTS, case=False).astype(bool)
    body = run.sentences[(run.sentences["kind"] != "heading") & ~contents]
    place = ["doc_id", "sentence_id"]
    claims = run.claims.merge(body[[*place, "block"]], on=place)
    mentions = run.mentions.merge(body[[*place, "block"]], on=place)
    mentions = mentions.merge(run.claims[[*place, "label"]], on=place, how="left")
    columns: dict[str, pd.Series] = {"sentences": body.groupby("doc_id").size()}
    columns |= _claims(claims)
    columns |= _mentions(mentions)
    frame = pd.DataFrame({name: series.reindex(index) for name, series in columns.items()}, index=index)
    return frame.fillna(0).astype("int64")


def _size(frame: pd.DataFrame, keep: pd.Series) -> pd.Series:
    return frame[keep].groupby("doc_id").size()


def _claims(claims: pd.DataFrame) -> dict[str, pd.Series]:
    learning = claims["label"] == "learning"
    legitimation = claims["label"] == "legitimation"
    counts = {
        "claims": _size(claims, learning | legitimation),
        "claims.learning": _size(claims, learning),
        "claims.legitimation": _size(claims, legitimation),
        "claims.abstained": _size(claims, claims["abstained"].astype(bool)),
        "depth.known": _size(claims, learning & (claims["depth"] != "")),
        "learner.known": _size(claims, learning & claims["learner"].isin(("policy", "practitioner"))),
    }
    for depth in ("single_loop", "double_loop"):
        counts[f"depth.{depth}"] = _size(claims, learning & (claims["depth"] == depth))
    for learner in ("practitioner", "policy", "unspecified"):
        counts[f"learner.{learner}"] = _size(claims, learning & (claims["learner"] == learner))
    return counts


def _mentions(mentions: pd.DataFrame) -> dict[str, pd.Series]:
    top = mentions["code"].str.split(".").str[0]
    barrier = top == "barrier"
    counts = {name: _size(mentions, top == name) for name in ("barrier", "best_practice", "partnership")}
    counts["learning_mode"] = _size(mentions, top == "learning_mode")
    for code in sorted(set(mentions["code"]) | {f"barrier.{kind}" for kind in BARRIERS}):
        if "." in code:
            counts[code] = _size(mentions, mentions["code"] == code)
    for locus in LOCI:
        counts[f"locus.{locus}"] = _size(mentions, barrier & (mentions["locus"] == locus))
    counts["locus.known"] = _size(mentions, barrier & mentions["locus"].isin(("policy", "local")))
    for status in STATUSES:
        counts[f"status.{status}"] = _size(mentions, barrier & (mentions["status"] == status))
    counts["status.known"] = _size(mentions, barrier & (mentions["status"] != ""))
    return counts | _together(mentions, barrier)


def _together(mentions: pd.DataFrame, barrier: pd.Series) -> dict[str, pd.Series]:
    """Exemplars beside barriers, and barriers beside partnership. A negated barrier does not count as one."""
    real = barrier & (mentions["status"] != "negated")
    sentence = pd.MultiIndex.from_frame(mentions[["doc_id", "sentence_id"]])
    paragraph = pd.MultiIndex.from_frame(mentions[["doc_id", "block"]])
    exemplar = mentions["code"] == "best_practice.exemplar"
    partnership = mentions["code"].str.startswith("partnership")
    beside = pd.Series(sentence.isin(sentence[real]), index=mentions.index)
    near = pd.Series(paragraph.isin(paragraph[real]), index=mentions.index)
    with_partner = pd.Series(sentence.isin(sentence[partnership]), index=mentions.index)
    return {
        "exemplar": _size(mentions, exemplar),
        "exemplar.barrier_sentence": _size(mentions, exemplar & beside),
        "exemplar.barrier_paragraph": _size(mentions, exemplar & near),
        "exemplar.learning": _size(mentions, exemplar & (mentions["label"] == "learning")),
        "exemplar.legitimation": _size(mentions, exemplar & (mentions["label"] == "legitimation")),
        "barrier.with_partnership": _size(mentions, real & with_partner),
    }
