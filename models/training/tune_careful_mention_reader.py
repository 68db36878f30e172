"""How the careful mention reader was made; needs torch, transformers and onnx, which the project itself never installs.

    python -m models.training.tune_careful_mention_reader LABELS CORPUS BASE OUT

BASE holds the public weights of all-mpnet-base-v2. Its embeddings and lower six layers stay as they are: they are those
of the careful reader of claims, whose graph gives the states after them, so that tuning sees what reading will give.
Four more layers and the heads are tuned, once per fold of documents and once on everything.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from models.claims.reader import CAREFUL_READER
from models.graphs import open_graph
from models.tagging.held_out import FILE, write_held_out
from models.tagging.reader import Floats, Labels, Reading
from models.training.mention_examples import MentionExample
from models.training.mention_reader_descent import SEED, descend, heads, loss
from models.training.mention_reader_export import flat_heads
from models.training.mention_reader_material import FOLDS, LONGEST, folds_of, gather, labels_of_codebook
from models.training.reader_graph import flat_mpnet, mpnet_bias, quantized, run_mpnet, write_description
from models.training.reader_teacher import LOWER, UPPER, load_base, shut

PASSES, RATE = 2, 7e-5
MARKS = ("<s>", "</s>")
GROUPS = ("M", "N")  # coders other than A and B; a learnt vector says of a sentence whose coding it is


def upper_network(base: Any, labels: Labels) -> Any:
    """The tuned part: four layers and heads over states after the lower half."""
    import torch

    width = base.config.hidden_size

    class Upper(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.layers = torch.nn.ModuleList(base.encoder.layer[LOWER:UPPER])
            self.heads = heads(width, labels)
            self.group = torch.nn.Parameter(torch.zeros(len(GROUPS), width))

        def forward(self, states: Any, attention: Any, group: Any) -> Any:
            """States ``(sentences, pieces, width)``, which pieces are there, share of each of GROUPS."""
            states = states + (group @ self.group)[:, None, :]
            with torch.no_grad():
                bias = base.encoder.compute_position_bias(states)
            for layer in self.layers:
                states = layer(states, shut(attention), position_bias=bias)[0]
            return self.heads(states, attention)

    return Upper()


def tune(folder: Path, examples: Sequence[MentionExample], states: Sequence[Floats], labels: Labels) -> Any:
    """The upper half tuned on examples.

    Parameters
    ----------
    states
        Of each example after the lower half, shape ``(pieces + 2, width)``: a mark before and one after the sentence.
    """
    import torch

    torch.manual_seed(SEED)
    network = upper_network(load_base(folder), labels)

    def loss_of(batch: list[int]) -> Any:
        own = [examples[i] for i in batch]
        return loss(network(*padded([states[i] for i in batch], [e.marker for e in own])), own, labels)

    descend(network, network.layers.parameters(), examples, loss_of, rate=RATE, passes=PASSES)
    return network


def padded(states: Sequence[Floats], markers: Sequence[str]) -> tuple[Any, Any, Any]:
    """A batch of states as the upper half takes it."""
    import torch

    width = max(len(s) for s in states)
    rows = torch.zeros(len(states), width, states[0].shape[1])
    attention = torch.zeros(len(states), width)
    for place, own in enumerate(states):
        rows[place, : len(own)] = torch.from_numpy(own)
        attention[place, : len(own)] = 1
    group = torch.tensor([[float(marker == name) for name in GROUPS] for marker in markers])
    return rows, attention, group


def flat_upper(base: Any, network: Any) -> Any:
    """The tuned part for one sentence at a time, as A and B would read it."""
    import torch

    count = base.config.num_attention_heads

    class Flat(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("bias", mpnet_bias(base.encoder, LONGEST + 2))
            self.layers, self.heads = flat_mpnet(network.layers, count), network.heads

        def forward(self, states: Any) -> Any:
            return flat_heads(self.heads, run_mpnet(self.layers, states, count, self.bias))

    return Flat().float().eval()


def export_upper(folder: Path, network: Any, labels: Labels, out: Path) -> None:
    """Write ``reader.onnx`` and ``reader.json``, which names the reader whose lower half it stands on."""
    import torch

    given = (torch.randn(40, network.group.shape[1]),)
    outputs = {"pieces": {0: "inner"}, "sentence": {}}
    quantized(flat_upper(load_base(folder), network), given, {"states": {0: "count"}}, outputs, out)
    below = {"folder": CAREFUL_READER.name, "sha256": open_graph(CAREFUL_READER).digest}
    write_description(out, labels=asdict(labels), longest=LONGEST, marks=list(MARKS), below=below)


def main(gold: Path, corpus: Path, base: Path, out: Path) -> None:
    """Tune one reader per fold and the shipped one; ``out`` has to stand beside the careful reader of claims."""
    labels, material, lower = labels_of_codebook(), gather(gold, corpus), open_graph(CAREFUL_READER)
    start, stop = (lower.tokenizer.token_to_id(mark) for mark in MARKS)
    examples = material.examples(lower.tokenizer, labels)
    states = [lower.states(np.array([[start, *e.pieces, stop]], dtype=np.int64)) for e in examples]
    place = folds_of(examples)
    readings: dict[int, Reading] = {}
    for fold in range(FOLDS):
        use = np.flatnonzero(place != fold).tolist()
        network = tune(base, [examples[i] for i in use], [states[i] for i in use], labels)
        with tempfile.TemporaryDirectory(dir=out.parent) as folder:  # beside the lower half
            export_upper(base, network, labels, Path(folder))
            readings.update(material.read(Path(folder), place, fold))
    export_upper(base, tune(base, examples, states, labels), labels, out)
    write_held_out(out / FILE, readings)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:5]))
