"""The student, which is the mention reader that ships: all-MiniLM-L6-v2 that learns from coders and teachers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.tagging.reader import Labels
from models.training.mention_examples import MentionExample
from models.training.mention_reader_targets import kind_groups, loss_of
from models.training.mention_reader_teacher import plan_batches
from models.training.reader_data import SEED
from models.training.reader_descent import descend

LAYERS = (0, 1, 2, 3, 4, 5)
PASSES, RATE, BATCH = 2, 4e-4, 32
START, STOP = "[CLS]", "[SEP]"
MARKERS = {"": START, "M": "m", "N": "n"}  # the piece in front says whose coding it is


def student_network(folder: Path, labels: Labels) -> Any:
    """Encoder; scores of each piece; scores of the sentence from the mean of its pieces and the first."""
    import torch
    from transformers import AutoModel

    plain = {"attn_implementation": "eager", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False, **plain)
    width, codes = encoder.config.hidden_size, len(labels.codes)

    class Student(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder
            self.head = torch.nn.ModuleDict(
                {
                    "pieces": torch.nn.Linear(width, 3 * codes + kind_groups(labels)[-1][1]),
                    "sentence": torch.nn.Linear(2 * width, codes),
                }
            )

        def forward(self, ids: Any, attention: Any) -> Any:
            with torch.no_grad():
                states = self.encoder.embeddings(input_ids=ids)
            shut = ((1 - attention) * -10000.0)[:, None, None, :]
            for layer in self.encoder.encoder.layer:
                states = layer(states, shut)[0]
            mean = (states * attention.unsqueeze(-1)).sum(1) / attention.sum(1, keepdim=True)
            both = torch.cat([mean, states[:, 0]], 1)
            drop = torch.nn.functional.dropout
            pieces = self.head["pieces"](drop(states, 0.1, self.training))
            return pieces.float(), self.head["sentence"](drop(both, 0.1, self.training)).float()

    return Student().to(torch.bfloat16)


def tune_student(folder: Path, tokenizer: Any, examples: Sequence[MentionExample], labels: Labels) -> Any:
    """A student tuned on examples, whose tags are weighted already; embeddings stay as they are."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    network = student_network(folder, labels)
    ends = {marker: tokenizer.token_to_id(piece) for marker, piece in MARKERS.items()}
    stop = tokenizer.token_to_id(STOP)

    def losses_of(batch: list[int]) -> Any:
        chosen = [examples[row] for row in batch]
        width = max(len(e.pieces) for e in chosen) + 2
        ids = torch.zeros(len(chosen), width, dtype=torch.long)
        attention = torch.zeros(len(chosen), width, dtype=torch.bfloat16)
        for place, e in enumerate(chosen):
            ids[place, : len(e.pieces) + 2] = torch.tensor([ends[e.marker], *e.pieces, stop])
            attention[place, : len(e.pieces) + 2] = 1
        scores, sentence = network(ids, attention)
        return loss_of(scores, sentence, chosen, labels)

    plan = plan_batches(examples, range(len(examples)), PASSES, BATCH)
    tuned = [p for name, p in network.named_parameters() if "embeddings" not in name]
    losses = ((lambda b=batch: losses_of(b)) for batch in plan)
    descend(network, tuned, RATE, len(plan), losses).restore()
    return network.float()
