"""What the reader is tuned on: coded sentences and uncoded ones of the same corpus, as word pieces, in folds."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.codebook import load_codebook
from corpus.codings import read_labels
from corpus.manifest import read_manifest
from extractors.document import ExtractionError
from models.claims.context import SentenceInContext, contexts_of
from models.claims.model import NEVER_BLOCKS
from models.claims.reader import from_letter_to_letter, sentence_key
from models.tagger import Tagger
from models.training.description import CLAIM_LABELS
from models.training.folds import grouped_folds
from models.training.project import WITHOUT_OCR, read_document

FOLDS, SEED, BATCH = 3, 7, 32
UNCODED, FEWEST_WORDS = 10_000, 8
LONGEST = 96
_POOL = 16  # batches shuffled together, so that a batch holds sentences of like length


@dataclass(frozen=True, slots=True)
class Pieces:
    """Word pieces of a sentence and its context; ``length`` of them, from ``first`` on, are the sentence."""

    ids: list[int]
    first: int
    length: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How many word pieces before and after the sentence are read, and which pieces open, part and close."""

    before: int
    after: int
    start: str
    stop: str


def pieces_of(tokenizer: Any, sentence: SentenceInContext, reach: Reach) -> Pieces:
    """The word pieces of ``sentence`` within ``reach``: opening, before, stop, sentence, stop, after, stop."""
    start, stop = tokenizer.token_to_id(reach.start), tokenizer.token_to_id(reach.stop)
    parts = (sentence.before[-300:], from_letter_to_letter(sentence.text), sentence.after[:200])
    before, text, after = (tokenizer.encode(part, add_special_tokens=False).ids for part in parts)
    head = [start, *before[-reach.before :], stop]
    body = text[:LONGEST]
    return Pieces([*head, *body, stop, *after[: reach.after], stop], len(head), len(body))


def document_folds(field_of: Mapping[str, str] | None = None, folds: int = FOLDS) -> dict[str, int]:
    """Fold of each coded document. From the label tables alone, so that extraction cannot move a document.

    ``field_of`` names the field of documents: then fields are kept whole, and their uncoded documents have a fold too.
    """
    fields = field_of or {}
    labels = read_labels()
    decided = {a.sentence: CLAIM_LABELS.index(a.claim) for a in labels.adjudicated}
    rows = sorted((s for s in labels.sentences if s.sentence in decided), key=lambda s: s.sentence)
    truth = np.array([decided[s.sentence] for s in rows], dtype=np.int64)
    groups = [fields.get(s.doc_id, s.doc_id) for s in rows]
    of_group = dict(zip(groups, grouped_folds(groups, truth, folds, SEED).tolist(), strict=True))
    also = {document: of_group[field] for document, field in fields.items() if field in of_group}
    return also | {s.doc_id: of_group[group] for s, group in zip(rows, groups, strict=True)}


def fields_of(corpus: Path) -> dict[str, str]:
    """Field of each document, as the manifest names its programme; a document without one is a field of its own."""
    return {row.doc_id: row.programme or row.doc_id for row in read_manifest(corpus).rows}


def uncoded_sentences(corpus: Path, coded: set[str], most: int = UNCODED) -> list[tuple[str, SentenceInContext]]:
    """Document and context of running sentences nobody coded, each text once, drawn at random.

    ``coded`` holds the keys (:func:`sentence_key`) of coded sentences.
    """
    tagger = Tagger(load_codebook())
    seen = set(coded)
    found: list[tuple[str, SentenceInContext]] = []
    for row in read_manifest(corpus).rows:
        try:
            document = read_document(corpus, row, WITHOUT_OCR)
        except ExtractionError:
            continue
        for context in contexts_of(document, tagger.tag(document), row):
            key = sentence_key(context.text)
            if context.block in NEVER_BLOCKS or len(context.text.split()) < FEWEST_WORDS or key in seen:
                continue
            seen.add(key)
            found.append((row.doc_id, context))
    random.Random(SEED).shuffle(found)
    return found[:most]


def batches(rows: Sequence[int], lengths: Sequence[int], passes: int, seed: int = SEED) -> Iterator[list[int]]:
    """Row numbers in batches of like length, in a new order in every pass."""
    source = random.Random(seed)
    for _ in range(passes):
        order = list(rows)
        source.shuffle(order)
        pools = [order[i : i + BATCH * _POOL] for i in range(0, len(order), BATCH * _POOL)]
        pools = [sorted(pool, key=lambda row: lengths[row]) for pool in pools]
        cut = [pool[i : i + BATCH] for pool in pools for i in range(0, len(pool), BATCH)]
        source.shuffle(cut)
        yield from cut


def count_batches(rows: Sequence[int], passes: int) -> int:
    """How many batches :func:`batches` will give."""
    return passes * -(-len(rows) // BATCH)


def label_weights(soft: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weight of each label in the loss: rarer labels weigh more, by the square root; 1 on average."""
    share = soft.mean(axis=0)
    weights: NDArray[np.float64] = share**-0.5 / (share**0.5).sum()
    return weights


def smoothed(soft: NDArray[np.float64]) -> NDArray[np.float64]:
    """Soft labels that leave a hundredth to every label."""
    return soft * 0.97 + 0.01
