"""What mention readers are tuned on: every sentence coded for mentions that the documents at hand have, in folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.codebook import load_codebook
from corpus.codings import read_labels
from corpus.manifest import read_manifest
from models.tagger import Tagger
from models.tagging.gold import GoldSentence, read_gold
from models.tagging.held_out import sentence_key
from models.tagging.reader import Labels, MentionReader, Reading
from models.training.folds import grouped_folds
from models.training.mention_examples import READ_FOR, MentionExample, example_of, find_coded
from models.training.mention_reader_descent import SEED
from models.training.project import read_document

FOLDS, LONGEST = 3, 128


@dataclass(frozen=True)
class Material:
    """Coded sentences; ``markers`` say whose coding each is, ``proposed`` whether a pattern proposes a mention."""

    sentences: Sequence[GoldSentence]
    markers: Sequence[str]
    proposed: Sequence[bool]

    def examples(self, tokenizer: Any, labels: Labels) -> list[MentionExample]:
        """The sentences as a reader with these word pieces learns them."""
        out = []
        for sentence, marker, proposed in zip(self.sentences, self.markers, self.proposed, strict=True):
            e = tokenizer.encode(sentence.text, add_special_tokens=False)
            pieces, offsets = e.ids[:LONGEST], e.offsets[:LONGEST]
            out.append(example_of(sentence, marker, pieces, offsets, labels, proposed=proposed))
        return out

    def read(self, folder: Path, place: NDArray[np.int64], fold: int) -> Mapping[int, Reading]:
        """What the reader in ``folder`` says of A's and B's sentences of a fold, by their keys."""
        inside = [
            s for s, marker, f in zip(self.sentences, self.markers, place, strict=True) if f == fold and not marker
        ]
        read = MentionReader(folder).read([s.text for s in inside])
        return {sentence_key(s.text): r for s, r in zip(inside, read, strict=True)}


def gather(gold: Path, corpus: Path) -> Material:
    """The sentences of coders A and B in ``gold``, and those of the other coders found in ``corpus``."""
    found: list[tuple[str, GoldSentence]] = [("", s) for s in read_gold(gold)]
    found += find_coded(read_labels(), read_manifest(corpus).rows, lambda row: read_document(corpus, row))
    candidates = Tagger(load_codebook(), None).candidates([s.text for _, s in found])
    proposed = [any(c.code in READ_FOR for c in own) for own in candidates]
    return Material([s for _, s in found], [marker for marker, _ in found], proposed)


def folds_of(examples: Sequence[MentionExample]) -> NDArray[np.int64]:
    """Fold of each example, by its document; shape ``(examples,)``."""
    kind = np.array([int(e.sentence.argmax()) + 1 if e.sentence.any() else 0 for e in examples])
    return grouped_folds([e.document for e in examples], kind, FOLDS, SEED)


def labels_of_codebook() -> Labels:
    """The codes that coders read for, with their subcodes and attributes."""
    by_name = load_codebook().by_name
    subcodes = tuple(f"{code}.{sub.name}" for code in READ_FOR for sub in by_name[code].subcodes)
    return Labels(
        READ_FOR, subcodes, ("policy", "local", "unclear"), ("asserted", "negated", "resolved", "hypothetical")
    )
