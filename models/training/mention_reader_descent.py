"""What the mention readers are tuned with: heads over the states of an encoder, batches, the loss and the descent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from models.tagging.reader import Labels
from models.training.mention_examples import MentionExample

BATCH, SEED = 16, 7
HEAD_RATE, WARM_UP, DECAY, LONGEST_STEP = 1e-3, 0.06, 0.01, 1.0
MARKED, SENTENCE, KIND = 2.0, 0.3, 0.15  # weight of a marked piece; of the sentence's and the kinds' part of the loss


def heads(width: int, labels: Labels) -> Any:
    """Scores of each piece, and scores of the sentence from the mean and the first piece.

    Called with states, shape ``(sentences, pieces, width)``, and which pieces are there, shape ``(sentences, pieces)``.
    """
    import torch

    class Heads(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.drop = torch.nn.Dropout(0.1)
            self.pieces = torch.nn.Linear(width, groups(labels)[-1][1])
            self.whole = torch.nn.Linear(2 * width, len(labels.codes))

        def forward(self, states: Any, attention: Any) -> Any:
            states = self.drop(states)
            share = attention.float() / attention.float().sum(1, keepdim=True)
            mean = (states * share.unsqueeze(-1)).sum(1)
            return self.pieces(states.float()), self.whole(torch.cat([mean, states[:, 0]], 1).float())

    return Heads()


def groups(labels: Labels) -> list[tuple[int, int]]:
    """Columns of the scores that compete with one another: subcodes of each code, locus, status."""
    at = 3 * len(labels.codes)
    sizes = [sum(s.startswith(code + ".") for s in labels.subcodes) for code in labels.codes]
    out = []
    for size in (*sizes, len(labels.locus), len(labels.status)):
        out.append((at, at + size))
        at += size
    return out


def descend(
    network: Any,
    inside: Iterable[Any],
    examples: Sequence[MentionExample],
    loss_of: Callable[[list[int]], Any],
    *,
    rate: float,
    passes: int,
) -> None:
    """Tune a network; easy sentences are seen half as often after the first pass.

    Parameters
    ----------
    inside, rate
        Parameters of the encoder and their rate; all others are new and have a higher one.
    loss_of
        The loss of the examples of these numbers.
    """
    import torch
    from transformers import get_linear_schedule_with_warmup

    encoder = list(inside)
    known = {id(p) for p in encoder}
    new = [p for p in network.parameters() if p.requires_grad and id(p) not in known]
    optimizer = torch.optim.AdamW(
        [{"params": encoder, "lr": rate}, {"params": new, "lr": HEAD_RATE}], weight_decay=DECAY
    )
    easy = sum(e.easy for e in examples)
    steps = -(-len(examples) // BATCH) + (passes - 1) * -(-(len(examples) - easy // 2) // BATCH)
    schedule = get_linear_schedule_with_warmup(optimizer, int(WARM_UP * steps), steps)
    generator = np.random.default_rng(SEED)
    network.train()
    for number in range(passes):
        for batch in _batches(examples, generator, number > 0):
            loss = loss_of(batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*encoder, *new], LONGEST_STEP)
            optimizer.step()
            schedule.step()
    network.eval()


def _batches(examples: Sequence[MentionExample], generator: np.random.Generator, fewer: bool) -> list[list[int]]:
    kept = [i for i, e in enumerate(examples) if not (fewer and e.easy and generator.random() < 0.5)]
    order = [kept[i] for i in generator.permutation(len(kept)).tolist()]
    pools = [
        sorted(order[i : i + BATCH * 16], key=lambda i: len(examples[i].pieces))
        for i in range(0, len(order), BATCH * 16)
    ]
    batches = [pool[i : i + BATCH] for pool in pools for i in range(0, len(pool), BATCH)]
    return [batches[i] for i in generator.permutation(len(batches)).tolist()]


def loss(said: tuple[Any, Any], batch: Sequence[MentionExample], labels: Labels) -> Any:
    """The loss of what heads say of a batch, padded, with one more piece before and at least one after."""
    import torch

    pieces, sentence = said
    count, width, codes = len(batch), pieces.shape[1], len(labels.codes)
    tags, whole = torch.zeros(count, width, codes, 3), torch.zeros(count, codes)
    kinds = torch.zeros(count, width, batch[0].kinds.shape[1])
    for row, e in enumerate(batch):
        n = len(e.pieces)
        tags[row, 1 : n + 1] = torch.tensor(e.tags) * e.weight
        kinds[row, 1 : n + 1] = torch.tensor(e.kinds)
        whole[row] = torch.tensor(e.sentence)
    scored = torch.log_softmax(pieces[:, :, : 3 * codes].reshape(count, width, codes, 3), -1)
    total = -(tags * scored * torch.tensor([1.0, MARKED, MARKED])).sum() / count / 10
    each = torch.nn.functional.binary_cross_entropy_with_logits(sentence, whole, reduction="none").sum(1)
    total = total + SENTENCE * (each * torch.tensor([e.weight for e in batch])).mean()
    for first, last in groups(labels):
        marked = kinds[:, :, first - 3 * codes : last - 3 * codes]
        total = total - KIND * (marked * torch.log_softmax(pieces[:, :, first:last], -1)).sum() / count / 3
    return total
