"""The teacher: all-mpnet-base-v2, whose lower half is left as it is and read once, and four more layers tuned.

It reads a wide context and is far too slow to ship. What it says of sentences nobody coded is what the reader learns
from. The lower half does not change, so its output is kept: every fold starts from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.graphs import Graph
from models.training.description import CLAIM_LABELS
from models.training.reader_data import BATCH, SEED, Pieces, Reach, batches, count_batches, label_weights, smoothed
from models.training.reader_descent import descend, precision

REACH = Reach(before=32, after=16, start="<s>", stop="</s>")
KEPT_BEFORE, KEPT_AFTER = 12, 6  # of these pieces the upper layers see the state; the lower ones have read all
LOWER, UPPER = 6, 10  # layers up to LOWER stay, those up to UPPER are tuned, the last two are left out
PASSES, RATE = 2, 7e-5


def load_base(folder: Path) -> Any:
    """The public model in the precision of tuning, without dropout."""
    import torch
    from transformers import AutoModel

    torch.set_num_threads(1)
    plain = {"attn_implementation": "eager", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    return AutoModel.from_pretrained(folder, **plain).to(precision()).eval()


class Lower:
    """The states after the lower half, cut to the sentence and its nearest context.

    They are read as the careful reader reads them when it is used, in int8: a third of the time, and what the upper
    half is tuned on is what it will be given.

    Parameters
    ----------
    graph
        An exported teacher.
    rows
        Word pieces of each sentence in context, by the graph's tokenizer.
    """

    def __init__(self, graph: Graph, rows: Sequence[Pieces]) -> None:
        import torch

        self.states: list[Any] = []
        self.rows: list[Pieces] = []
        for row in rows:
            low = max(1, row.first - 1 - KEPT_BEFORE)
            high = min(len(row.ids), row.first + row.length + 1 + KEPT_AFTER)
            states = graph.states(np.array([row.ids]))[[0, *range(low, high)]]
            self.states.append(torch.from_numpy(states).to(precision()))
            self.rows.append(Pieces([0] * len(states), 1 + row.first - low, row.length))

    def batch(self, which: Sequence[int]) -> tuple[Any, Any, Any]:
        """States, which pieces are there, and which are the sentence, padded."""
        import torch

        width = max(len(self.states[i]) for i in which)
        states = torch.zeros(len(which), width, self.states[which[0]].shape[1], dtype=precision())
        attention, mask = (torch.zeros(len(which), width, dtype=precision()) for _ in range(2))
        for place, i in enumerate(which):
            states[place, : len(self.states[i])] = self.states[i]
            attention[place, : len(self.states[i])] = 1
            mask[place, self.rows[i].first : self.rows[i].first + self.rows[i].length] = 1
        return states, attention, mask


def shut(attention: Any) -> Any:
    """What is added to attention scores: nothing where a piece is there, much below nothing elsewhere."""
    return ((1 - attention) * -10000.0)[:, None, None, :]


def upper_network(base: Any) -> Any:
    """The tuned part: upper layers, then the mean of the sentence's pieces beside the first piece, then scores."""
    import torch

    class Upper(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layers = torch.nn.ModuleList(base.encoder.layer[LOWER:UPPER])
            self.head = torch.nn.Linear(2 * base.config.hidden_size, len(CLAIM_LABELS)).to(precision())
            torch.nn.init.normal_(self.head.weight, std=0.02)
            torch.nn.init.zeros_(self.head.bias)

        def forward(self, states: Any, attention: Any, mask: Any) -> Any:
            with torch.no_grad():
                bias = base.encoder.compute_position_bias(states)
            for layer in self.layers:
                states = layer(states, shut(attention), position_bias=bias)[0]
            wide = mask.unsqueeze(-1)
            mean = (states * wide).sum(1) / wide.sum(1).clamp(min=1)
            both = torch.cat([mean, states[:, 0]], 1)
            return self.head(torch.nn.functional.dropout(both, 0.1, self.training)).float()

    return Upper()


def tune_teacher(folder: Path, lower: Lower, rows: Sequence[int], soft: NDArray[np.float64]) -> Any:
    """A teacher tuned on ``rows`` of ``lower``, whose soft labels are those rows of ``soft``."""
    import torch

    base = load_base(folder)
    torch.manual_seed(SEED)
    network = upper_network(base)
    weights = torch.tensor(label_weights(soft[list(rows)]), dtype=torch.float)
    target = torch.tensor(smoothed(soft), dtype=torch.float)

    def loss_of(batch: list[int]) -> Any:
        said = torch.log_softmax(network(*lower.batch(batch)), 1)
        return -(target[batch] * said * weights).sum(1).mean()

    lengths = [len(row.ids) for row in lower.rows]
    losses = ((lambda b=batch: loss_of(b)) for batch in batches(rows, lengths, PASSES))
    descend(network, list(network.parameters()), RATE, count_batches(rows, PASSES), losses)
    return network


def teacher_scores(network: Any, lower: Lower, rows: Sequence[int]) -> NDArray[np.float32]:
    """What a teacher says of ``rows`` of ``lower``, shape ``(len(lower.rows), labels)``; zeros elsewhere."""
    import torch

    scores = np.zeros((len(lower.rows), len(CLAIM_LABELS)), dtype=np.float32)
    order = sorted(rows, key=lambda i: len(lower.rows[i].ids))
    with torch.no_grad():
        for start in range(0, len(order), 2 * BATCH):
            which = order[start : start + 2 * BATCH]
            scores[which] = network(*lower.batch(which)).numpy()
    return scores
