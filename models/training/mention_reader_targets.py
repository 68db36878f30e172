"""What a mention reader is tuned towards: what the coders said, what a teacher says, and how far off a network is.

A teacher and its student cut a sentence into different word pieces; the teacher's word is carried over by where the
pieces stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from models.tagging.reader import Labels
from models.training.mention_examples import MentionExample

Offsets = Sequence[tuple[int, int]]
MARKED = 2.0  # weight of a piece that a coder marked, against one that nobody did
SENTENCE, KIND = 0.3, 0.15  # weight of the sentence's and the kinds' part of the loss
FROM_TEACHER = 0.5  # how much of a coded sentence's target is the teacher's word; the rest is the coders'
TEACHER = 1.5  # weight of the teacher's word on a piece: between a piece that nobody marked and a marked one


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """What a network says of a sentence, as probabilities.

    ``tags``, shape ``(pieces, codes, 3)``; ``kinds``, shape ``(pieces, kinds)``, each times the probability that the
    piece is inside a mention of its code; ``sentence``, shape ``(codes,)``.
    """

    tags: NDArray[np.float64]
    kinds: NDArray[np.float64]
    sentence: NDArray[np.float64]


def kind_groups(labels: Labels) -> list[tuple[int, int, int]]:
    """Kinds that exclude one another: first column, end and code; subcodes of each code, then locus, then status."""
    sizes = [(sum(s.startswith(f"{code}.") for s in labels.subcodes), place) for place, code in enumerate(labels.codes)]
    barrier = labels.codes.index("barrier")
    at, out = 0, []
    for size, code in (*sizes, (len(labels.locus), barrier), (len(labels.status), barrier)):
        out.append((at, at + size, code))
        at += size
    return out


def word_of(scores: NDArray[np.float32], sentence: NDArray[np.float32], labels: Labels) -> Word:
    """The probabilities behind ``scores``, shape ``(pieces, 3 * codes + kinds)``, and ``sentence``, ``(codes,)``."""
    codes = len(labels.codes)
    tags = softmax(scores[:, : 3 * codes].astype(np.float64).reshape(-1, codes, 3), axis=2)
    inside = 1 - tags[:, :, 0]
    kinds = [
        softmax(scores[:, 3 * codes + first : 3 * codes + last].astype(np.float64), axis=1) * inside[:, code : code + 1]
        for first, last, code in kind_groups(labels)
    ]
    return Word(tags, np.concatenate(kinds, axis=1), expit(sentence.astype(np.float64)))


def mean_word(words: Sequence[Word]) -> Word:
    """What several networks say on average."""
    tags, kinds, sentence = (np.mean([getattr(w, name) for w in words], axis=0) for name in Word.__slots__)
    return Word(tags, kinds, sentence)


def carried(word: Word, pieces: Offsets, onto: Offsets) -> Word:
    """A word on ``pieces`` said of the pieces ``onto`` of the same text.

    A piece is inside as far as those it covers are on average, and the first of a mention as far as the first piece it
    covers is, if that does not begin before it. A piece that covers none (beyond the longest sentence) weighs nothing.
    """
    starts, ends = np.array(pieces, dtype=np.int64).reshape(-1, 2).T
    tags = np.zeros((len(onto), *word.tags.shape[1:]))
    kinds = np.zeros((len(onto), word.kinds.shape[1]))
    for place, (start, end) in enumerate(onto):
        shared = np.minimum(end, ends) - np.maximum(start, starts)
        covered = np.flatnonzero(shared > 0)
        if not len(covered):
            continue
        share = shared[covered] / shared[covered].sum()
        inside = share @ (1 - word.tags[covered, :, 0])
        opens = word.tags[covered[0], :, 1] if starts[covered[0]] >= start else np.zeros_like(inside)
        first = np.minimum(opens, inside)
        tags[place] = np.stack([1 - inside, first, inside - first], axis=1)
        kinds[place] = share @ word.kinds[covered]
    return Word(tags, kinds, word.sentence)


def marked(example: MentionExample) -> MentionExample:
    """The coders' word with the weight of marked pieces in its tags."""
    return replace(example, tags=example.tags * np.array([1, MARKED, MARKED], dtype=np.float32))


def mixed(example: MentionExample, word: Word, share: float = FROM_TEACHER) -> MentionExample:
    """An example whose target is ``share`` of the teacher's word and the rest of its own."""
    tags, kinds, sentence = (
        ((1 - share) * own + share * said).astype(np.float32)
        for own, said in (
            (example.tags, TEACHER * word.tags),
            (example.kinds, word.kinds),
            (example.sentence, word.sentence),
        )
    )
    return replace(example, tags=tags, kinds=kinds, sentence=sentence, easy=False)


def taught(document: str, pieces: Sequence[int], word: Word) -> MentionExample:
    """An example nobody coded: the target is the teacher's word alone."""
    tags, kinds, sentence = (a.astype(np.float32) for a in (TEACHER * word.tags, word.kinds, word.sentence))
    return MentionExample(document, tuple(pieces), "", 1.0, tags, kinds, sentence, easy=False)


def loss_of(scores: Any, sentence: Any, batch: Sequence[MentionExample], labels: Labels) -> Any:
    """How far a network is off its targets.

    Parameters
    ----------
    scores
        Of a batch, shape ``(examples, pieces + 2, 3 * codes + kinds)``: with the pieces that open and close.
    sentence
        Shape ``(examples, codes)``.
    """
    import torch

    count, width, codes = len(batch), scores.shape[1], len(labels.codes)
    tags, kinds = torch.zeros(count, width, codes, 3), torch.zeros(count, width, batch[0].kinds.shape[1])
    for row, example in enumerate(batch):
        tags[row, 1 : len(example.pieces) + 1] = torch.from_numpy(example.tags) * example.weight
        kinds[row, 1 : len(example.pieces) + 1] = torch.from_numpy(example.kinds)
    wanted = torch.stack([torch.from_numpy(e.sentence) for e in batch])
    weight = torch.tensor([e.weight for e in batch])
    said = torch.log_softmax(scores[:, :, : 3 * codes].reshape(count, width, codes, 3), -1)
    loss = -(tags * said).sum() / count / 10
    each = torch.nn.functional.binary_cross_entropy_with_logits(sentence, wanted, reduction="none").sum(1)
    loss = loss + SENTENCE * (each * weight).mean()
    for first, last, _ in kind_groups(labels):
        spoken = torch.log_softmax(scores[:, :, 3 * codes + first : 3 * codes + last], -1)
        loss = loss - KIND * (kinds[:, :, first:last] * spoken).sum() / count / 3
    return loss
