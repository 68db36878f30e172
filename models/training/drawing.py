"""Draw sentences to be coded: at random within strata, so that shares can be estimated from them later."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from corpus.codings import LabelSet
from corpus.drawable import could_be_drawn
from corpus.records import ManifestRow
from corpus.standoff import TextIndex, letters_of
from extractors.document import Document, ExtractionError
from models.claims.context import contexts_of
from models.claims.cues import cue_counter
from models.claims.lexicon import tokens_of

CUE_LISTS = (
    "finding reported", "evidence named", "evidence cited in general", "lesson", "praise", "progress asserted",
    "consent or partnership as merit", "limit or failure", "because of what was found",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SentenceToCode:
    """One drawn sentence with its context and the probability with which it was drawn."""

    id: str
    doc_id: str
    sha256: str
    page: int
    frame: str
    stratum: str
    stratum_size: int
    stratum_sampled: int
    inclusion_probability: float
    before: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class DrawPlan:
    """How many per frame, which part of them from the stratum with cue words, and the seed."""

    per_frame: int = 60
    cue_share: float = 0.8
    seed: int = 20261124
    prefix: str = "h"


def draw_sentences(
    rows: Sequence[ManifestRow],
    read: Callable[[ManifestRow], Document],
    labels: LabelSet,
    frame_of: Callable[[ManifestRow], str],
    plan: DrawPlan,
) -> list[SentenceToCode]:
    """Draw from every frame, leaving out what has been coded before; documents that cannot be read are left out.

    Returns
    -------
    list
        The sentences in random order, so that coders do not read one document in a row.
    """
    strata: dict[tuple[str, str], list[SentenceToCode]] = {}
    for row in rows:
        try:
            document = read(row)
        except ExtractionError:
            continue
        frame = frame_of(row)
        for sentence in _eligible(document, row, labels):
            is_cue = cue_counter().count(tokens_of(sentence.text))[_cue_columns()].sum() > 0
            strata.setdefault((frame, "cue" if is_cue else "other"), []).append(sentence)
    generator = np.random.default_rng(plan.seed)
    drawn: list[SentenceToCode] = []
    for (frame, stratum), there in sorted(strata.items()):
        share = plan.cue_share if stratum == "cue" else 1 - plan.cue_share
        count = min(len(there), round(plan.per_frame * share))
        for place in sorted(generator.choice(len(there), count, replace=False).tolist()):
            s = there[place]
            probability = round(count / len(there), 6)
            drawn.append(
                SentenceToCode(
                    "",
                    s.doc_id,
                    s.sha256,
                    s.page,
                    frame,
                    stratum,
                    len(there),
                    count,
                    probability,
                    s.before,
                    s.text,
                    s.after,
                )
            )
    order = generator.permutation(len(drawn)).tolist()
    return [_named(drawn[place], f"{plan.prefix}{number:04d}") for number, place in enumerate(order)]


def write_drawn(path: Path, drawn: Sequence[SentenceToCode]) -> None:
    """Write JSON lines for the coders (with text: keep the file out of the repository)."""
    lines = [json.dumps(asdict(sentence), ensure_ascii=False) for sentence in drawn]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _eligible(document: Document, row: ManifestRow, labels: LabelSet) -> list[SentenceToCode]:
    index = TextIndex(document.text, [page.start for page in document.pages])
    places = (index.find(s.anchor) for s in labels.sentences if s.anchor.sha256 == document.sha256)
    coded = sorted((place.start, place.end) for place in places if place is not None)
    found: dict[str, SentenceToCode] = {}
    for sentence, context in zip(document.sentences, contexts_of(document, (), row), strict=True):
        if not could_be_drawn(context.text, context.block):
            continue
        if any(start < sentence.end and end > sentence.start for start, end in coded):
            continue
        found.setdefault(
            letters_of(context.text),
            SentenceToCode(
                "",
                row.doc_id,
                document.sha256,
                sentence.page,
                "",
                "",
                0,
                0,
                0.0,
                context.before,
                context.text,
                context.after,
            ),
        )
    return list(found.values())


def _cue_columns() -> list[int]:
    names = cue_counter().names
    return [names.index(name) for name in CUE_LISTS]


def _named(sentence: SentenceToCode, name: str) -> SentenceToCode:
    values = asdict(sentence)
    return SentenceToCode(**{**values, "id": name})
