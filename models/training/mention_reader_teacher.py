"""The teacher of the mention reader: all-mpnet-base-v2, its lower half read once, four more layers tuned.

It reads each sentence on its own, as the reader does, and is far too slow to ship.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.tagging.reader import Labels
from models.training.mention_examples import MentionExample
from models.training.mention_reader_targets import Offsets, Word, kind_groups, loss_of, marked, word_of
from models.training.reader_data import SEED, Pieces, batches
from models.training.reader_descent import descend
from models.training.reader_teacher import LOWER, UPPER, Lower, load_base, shut

PASSES, RATE, BATCH = 3, 1e-4, 16
LONGEST = 128
START, STOP = "<s>", "</s>"
MARKERS = ("", "M", "N")


@dataclass(frozen=True, slots=True)
class Cut:
    """A text as word pieces and where they stand."""

    pieces: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


def cut(tokenizer: Any, text: str) -> Cut:
    """The first word pieces of ``text``, without any at its ends."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    return Cut(tuple(encoding.ids[:LONGEST]), tuple(encoding.offsets[:LONGEST]))


def lower_of(folder: Path, tokenizer: Any, texts: Sequence[Cut]) -> Lower:
    """The states of the lower half for each text, between an opening and a closing piece."""
    start, stop = tokenizer.token_to_id(START), tokenizer.token_to_id(STOP)
    rows = [Pieces([start, *text.pieces, stop], 1, len(text.pieces)) for text in texts]
    return Lower(load_base(folder), rows)


def teacher_network(base: Any, labels: Labels) -> Any:
    """Upper layers; scores of each piece; scores of the sentence from the mean of its pieces and the first.

    Whose coding it learns from is a state of its own, added to every piece: the teacher is asked for A's and B's.
    """
    import torch

    width, codes = base.config.hidden_size, len(labels.codes)
    parts = {
        "pieces": torch.nn.Linear(width, 3 * codes + kind_groups(labels)[-1][1]),
        "sentence": torch.nn.Linear(2 * width, codes),
        "coders": torch.nn.Embedding(len(MARKERS), width),
    }
    for name in ("pieces", "sentence"):
        torch.nn.init.normal_(parts[name].weight, std=0.02)
        torch.nn.init.zeros_(parts[name].bias)
    torch.nn.init.zeros_(parts["coders"].weight)

    class Upper(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layers = torch.nn.ModuleList(base.encoder.layer[LOWER:UPPER])
            self.head = torch.nn.ModuleDict(parts).to(torch.bfloat16)

        def forward(self, states: Any, attention: Any, coders: Any) -> Any:
            with torch.no_grad():
                bias = base.encoder.compute_position_bias(states)
            states = states + self.head["coders"](coders)[:, None]
            for layer in self.layers:
                states = layer(states, shut(attention), None, bias)[0]
            mean = (states * attention.unsqueeze(-1)).sum(1) / attention.sum(1, keepdim=True)
            both = torch.cat([mean, states[:, 0]], 1)
            drop = torch.nn.functional.dropout
            pieces = self.head["pieces"](drop(states, 0.1, self.training))
            return pieces.float(), self.head["sentence"](drop(both, 0.1, self.training)).float()

    return Upper()


def plan_batches(
    examples: Sequence[MentionExample], rows: Sequence[int], passes: int, size: int = BATCH
) -> list[list[int]]:
    """Rows in batches; after the first pass a sentence without candidate and mention is seen half as often."""
    source = random.Random(SEED)
    lengths = [len(e.pieces) for e in examples]
    out: list[list[int]] = []
    for number in range(passes):
        kept = [row for row in rows if not (number and examples[row].easy and source.random() < 0.5)]
        out += batches(kept, lengths, 1, SEED + number, size)
    return out


def tune_teacher(
    folder: Path, lower: Lower, examples: Sequence[MentionExample], rows: Sequence[int], labels: Labels
) -> Any:
    """A teacher tuned on ``rows`` of ``examples``, which are the first rows of ``lower``."""
    import torch

    torch.manual_seed(SEED)
    network = teacher_network(load_base(folder), labels)
    weighted = {row: marked(examples[row]) for row in rows}

    def losses_of(batch: list[int]) -> Any:
        states, attention, _ = lower.batch(batch)
        coders = torch.tensor([MARKERS.index(examples[row].marker) for row in batch])
        scores, sentence = network(states, attention, coders)
        return loss_of(scores, sentence, [weighted[row] for row in batch], labels)

    plan = plan_batches(examples, rows, PASSES)
    losses = ((lambda b=batch: losses_of(b)) for batch in plan)
    descend(network, list(network.parameters()), RATE, len(plan), losses)
    return network


def words_of(network: Any, lower: Lower, offsets: Sequence[Offsets], labels: Labels) -> list[Word]:
    """What a teacher says of every row of ``lower``, on the teacher's pieces."""
    import torch

    out: dict[int, Word] = {}
    order = sorted(range(len(lower.rows)), key=lambda row: len(lower.rows[row].ids))
    with torch.no_grad():
        for start in range(0, len(order), 2 * BATCH):
            which = order[start : start + 2 * BATCH]
            states, attention, _ = lower.batch(which)
            scores, sentence = network(states, attention, torch.zeros(len(which), dtype=torch.long))
            for place, row in enumerate(which):
                inner = scores[place, 1 : len(offsets[row]) + 1].numpy().astype(np.float32)
                out[row] = word_of(inner, sentence[place].numpy(), labels)
    return [out[row] for row in range(len(lower.rows))]
