"""The student, which is the reader that ships: three layers of all-MiniLM-L6-v2 that learn what the teacher says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training.description import CLAIM_LABELS
from models.training.pruning import prune_vocabulary
from models.training.reader_data import SEED, Pieces, Reach, batches, count_batches
from models.training.reader_descent import descend, precision

REACH = Reach(before=12, after=4, start="[CLS]", stop="[SEP]")
LAYERS = (0, 2, 5)
PASSES, RATE = 2, 3e-4


def prune(base: Path, out: Path, layers: Sequence[int] = LAYERS) -> None:
    """Write to ``out`` the base with some of its layers and its commonest word pieces."""
    import torch
    from transformers import AutoModel

    kept = prune_vocabulary(base, out)
    model = AutoModel.from_pretrained(base)
    rows = model.embeddings.word_embeddings.weight.data[torch.tensor(kept)].clone()
    model.resize_token_embeddings(len(kept))
    model.embeddings.word_embeddings.weight.data = rows
    model.encoder.layer = torch.nn.ModuleList([model.encoder.layer[number] for number in layers])
    model.config.num_hidden_layers = len(layers)
    model.save_pretrained(out)


def student_network(folder: Path) -> Any:
    """Encoder, then the mean of the sentence's pieces beside the first piece, then scores."""
    import torch
    from transformers import AutoModel

    plain = {"attn_implementation": "eager", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False, **plain)

    class Student(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder
            self.head = torch.nn.Linear(2 * encoder.config.hidden_size, len(CLAIM_LABELS))

        def forward(self, ids: Any, attention: Any, mask: Any) -> Any:
            with torch.no_grad():
                states = self.encoder.embeddings(input_ids=ids)
            shut = ((1 - attention) * -10000.0)[:, None, None, :]
            for layer in self.encoder.encoder.layer:
                states = _states_of(layer(states, shut))
            wide = mask.unsqueeze(-1)
            mean = (states * wide).sum(1) / wide.sum(1).clamp(min=1)
            both = torch.cat([mean, states[:, 0]], 1)
            return self.head(torch.nn.functional.dropout(both, 0.1, self.training)).float()

    return Student().to(precision())


def _states_of(found: Any) -> Any:
    """What a BERT layer gives: states, or before version 5 of transformers a tuple that begins with them."""
    return found[0] if isinstance(found, tuple) else found


def tune_student(
    folder: Path,
    rows: Sequence[Pieces],
    which: Sequence[int],
    target: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> Any:
    """A student tuned on ``which`` of ``rows`` towards ``target`` (rows, labels); embeddings stay as they are."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    network = student_network(folder)
    wanted, much = (torch.tensor(values, dtype=torch.float) for values in (target, weight))

    def loss_of(batch: list[int]) -> Any:
        said = torch.log_softmax(network(*_padded([rows[i] for i in batch])), 1)
        return -((wanted[batch] * said).sum(1) * much[batch]).mean()

    tuned = [p for name, p in network.named_parameters() if "embeddings" not in name]
    lengths = [len(row.ids) for row in rows]
    losses = ((lambda b=batch: loss_of(b)) for batch in batches(which, lengths, PASSES))
    descend(network, tuned, RATE, count_batches(which, PASSES), losses).restore()
    return network.float()


def _padded(rows: Sequence[Pieces]) -> tuple[Any, Any, Any]:
    import torch

    width = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    attention, mask = (torch.zeros(len(rows), width, dtype=precision()) for _ in range(2))
    for place, row in enumerate(rows):
        ids[place, : len(row.ids)] = torch.tensor(row.ids)
        attention[place, : len(row.ids)] = 1
        mask[place, row.first : row.first + row.length] = 1
    return ids, attention, mask
