"""How the mention reader was made; needs torch, transformers and onnx, which the project itself never installs.

    python -m models.training.tune_mention_reader LABELS CORPUS BASE OUT

LABELS holds the sentences of coders A and B, BASE the public weights of all-MiniLM-L6-v2. One reader is tuned per fold
of documents, which reads A's and B's sentences of its own fold (``held_out.npz``), and one on everything, which is
shipped. Fitting the filter and the joint decision afterwards needs none of this: it takes those readings.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.graphs import PIECES_FILE
from models.tagging.held_out import FILE, write_held_out
from models.tagging.reader import Labels, Reading
from models.training.mention_examples import MentionExample
from models.training.mention_reader_descent import SEED, descend, heads, loss
from models.training.mention_reader_export import export_flat, flat_network
from models.training.mention_reader_material import FOLDS, folds_of, gather, labels_of_codebook
from models.training.reader_descent import precision
from models.training.reader_student import prune

LAYERS = (0, 1, 2, 3, 4, 5)
EPOCHS, RATE = 3, 1.5e-4
MARKERS = {"": "[CLS]", "M": "m", "N": "n"}


def tune(folder: Path, examples: Sequence[MentionExample], labels: Labels, tokenizer: Any) -> Any:
    """A network tuned on examples; word embeddings stay as they are."""
    import torch
    from transformers import AutoModel

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    network = _network(AutoModel.from_pretrained(folder, add_pooling_layer=False), labels)
    for parameter in network.encoder.embeddings.parameters():
        parameter.requires_grad = False
    inside = [p for p in network.encoder.parameters() if p.requires_grad]

    def loss_of(batch: list[int]) -> Any:
        own = [examples[i] for i in batch]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision() == torch.bfloat16):
            said = network(*_padded(own, tokenizer))
        return loss(said, own, labels)

    descend(network, inside, examples, loss_of, rate=RATE, passes=EPOCHS)
    return network


def _network(encoder: Any, labels: Labels) -> Any:
    import torch

    class Network(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.heads = encoder, heads(encoder.config.hidden_size, labels)

        def forward(self, ids: Any, attention: Any) -> Any:
            return self.heads(self.encoder(input_ids=ids, attention_mask=attention).last_hidden_state, attention)

    return Network()


def _padded(batch: Sequence[MentionExample], tokenizer: Any) -> tuple[Any, Any]:
    import torch

    count, width = len(batch), max(len(e.pieces) for e in batch) + 2
    ids, attention = (torch.zeros(count, width, dtype=torch.long) for _ in range(2))
    stop = tokenizer.token_to_id("[SEP]")
    for row, e in enumerate(batch):
        n = len(e.pieces)
        ids[row, : n + 2] = torch.tensor([tokenizer.token_to_id(MARKERS[e.marker]), *e.pieces, stop])
        attention[row, : n + 2] = 1
    return ids, attention


def _flat(network: Any) -> Any:
    return flat_network(network.encoder, network.heads)


def main(gold: Path, corpus: Path, base: Path, out: Path) -> None:
    """Tune one reader per fold and the shipped one."""
    from tokenizers import Tokenizer

    labels, material = labels_of_codebook(), gather(gold, corpus)
    with tempfile.TemporaryDirectory() as scratch:
        pruned = Path(scratch) / "base"
        prune(base, pruned, LAYERS)
        tokenizer = Tokenizer.from_file(str(pruned / PIECES_FILE))
        examples = material.examples(tokenizer, labels)
        place = folds_of(examples)
        readings: dict[int, Reading] = {}
        for fold in range(FOLDS):
            folder = Path(scratch) / f"fold-{fold}"
            network = tune(pruned, [e for e, f in zip(examples, place, strict=True) if f != fold], labels, tokenizer)
            export_flat(_flat(network), pruned / PIECES_FILE, labels, folder)
            readings.update(material.read(folder, place, fold))
        network = tune(pruned, examples, labels, tokenizer)
        export_flat(_flat(network), pruned / PIECES_FILE, labels, out)
    write_held_out(out / FILE, readings)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:5]))
