"""The teacher as a second reader to ship: the same arithmetic for one sentence at a time, in int8."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.training.pruning import prune_vocabulary
from models.training.reader_export import SCORES, describe_files
from models.training.reader_graph import attended, flat_layer, quantized
from models.training.reader_teacher import KEPT_AFTER, KEPT_BEFORE, LOWER, REACH, upper_network

_POSITIONS = 168


def flat_teacher(base: Any, upper: Any, numbers: list[int]) -> Any:
    """Both halves for one text; after the lower one only the pieces ``near`` the sentence go on.

    A few pieces have huge values inside a layer. One int8 scale for the whole text would leave nothing of the others,
    so every row is divided by its largest value before the layer's last product, and multiplied with it afterwards.
    """
    import torch

    heads = base.config.num_attention_heads

    class Flat(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            tables = base.embeddings
            self.word = torch.nn.Embedding.from_pretrained(tables.word_embeddings.weight.data[numbers].clone())
            self.register_buffer("places", tables.position_embeddings.weight.data[2:].clone())
            self.norm, self.head = tables.LayerNorm, upper.head
            far = torch.arange(_POSITIONS)[None] - torch.arange(_POSITIONS)[:, None]
            bias = base.encoder.relative_attention_bias(base.encoder.relative_position_bucket(far))
            self.register_buffer("bias", bias.permute(2, 0, 1).detach().contiguous())
            self.lower = torch.nn.ModuleList([self._flat(layer) for layer in base.encoder.layer[:LOWER]])
            self.upper = torch.nn.ModuleList([self._flat(layer) for layer in upper.layers])

        @staticmethod
        def _flat(layer: Any) -> Any:
            own = layer.attention.attn
            return flat_layer((own.q, own.k, own.v), own.o, layer.attention.LayerNorm, layer, heads)

        def _run(self, states: Any, layers: Any) -> Any:
            size = states.shape[0]
            for layer in layers:
                states = attended(layer, states, heads, self.bias[:, :size, :size])
                inside = torch.nn.functional.gelu(layer.wide(states))
                largest = inside.abs().amax(1, keepdim=True)
                narrow = torch.nn.functional.linear(inside / largest, layer.narrow.weight)
                states = layer.second(narrow * largest + layer.narrow.bias + states)
            return states

        def forward(self, ids: Any, near: Any, mask: Any) -> Any:
            states = self.word(ids[0])
            states = self._run(self.norm(states + self.places[: states.shape[0]]), self.lower)[near]
            states = self._run(states, self.upper)
            return self.head(torch.cat([(mask @ states) / mask.sum(), states[:1]], 1))

    return Flat().float().eval()


def export_teacher(folder: Path, upper: Any, out: Path) -> None:
    """Write a tuned teacher as ``reader.onnx``, ``tokenizer.json`` and ``reader.json``."""
    import torch
    from transformers import AutoModel

    base = AutoModel.from_pretrained(folder, attn_implementation="eager").float().eval()
    copy = upper_network(base)
    copy.load_state_dict(upper.state_dict())
    flat = flat_teacher(base, copy.float().eval(), prune_vocabulary(folder, out))
    given = (torch.randint(10, 9000, (1, 40)), torch.arange(30), torch.ones(1, 30))
    axes = {"ids": {1: "pieces"}, "near": {0: "near"}, "mask": {1: "near"}}
    quantized(flat, given, axes, SCORES, out)
    describe_files(out, REACH, kept=[KEPT_BEFORE, KEPT_AFTER])
