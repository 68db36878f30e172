"""The teacher as a second reader to ship: the same arithmetic for one sentence at a time, in int8."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from models.training.reader_export import describe_files, quantized
from models.training.reader_student import VOCABULARY
from models.training.reader_teacher import KEPT_AFTER, KEPT_BEFORE, LOWER, REACH, upper_network

_POSITIONS = 168


def prune_vocabulary(base: Path, out: Path) -> list[int]:
    """Write ``tokenizer.json`` with the commonest word pieces and all single letters; the old numbers of those kept."""
    data = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    old = data["model"]["vocab"]
    special = {token["content"] for token in data["added_tokens"]}
    kept = [
        piece
        for piece, number in sorted(old.items(), key=lambda item: item[1])
        if (number < VOCABULARY and not piece.startswith("[unused"))
        or len(piece.removeprefix("##")) == 1
        or piece in special
    ]
    new = {piece: number for number, piece in enumerate(kept)}
    data["model"]["vocab"] = new
    data["truncation"] = data["padding"] = data["post_processor"] = None
    for token in data["added_tokens"]:
        token["id"] = new[token["content"]]
    out.mkdir(parents=True, exist_ok=True)
    (out / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return [old[piece] for piece in kept]


def flat_teacher(base: Any, upper: Any, numbers: list[int]) -> Any:
    """Both halves for one text; after the lower one only the pieces ``near`` the sentence go on.

    A few pieces have huge values inside a layer. One int8 scale for the whole text would leave nothing of the others,
    so every row is divided by its largest value before the layer's last product, and multiplied with it afterwards.
    """
    import torch

    heads, width = base.config.num_attention_heads, base.config.hidden_size

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
            self.lower = torch.nn.ModuleList([self._flat_layer(layer) for layer in base.encoder.layer[:LOWER]])
            self.upper = torch.nn.ModuleList([self._flat_layer(layer) for layer in upper.layers])

        @staticmethod
        def _flat_layer(layer: Any) -> Any:
            own, scale = layer.attention.attn, math.sqrt(width // heads)
            flat = torch.nn.Module()
            flat.asked = torch.nn.Linear(width, 3 * width)
            for name in ("weight", "bias"):
                query, key, value = (getattr(part, name).data for part in (own.q, own.k, own.v))
                getattr(flat.asked, name).data = torch.cat([query / scale, key, value])
            flat.joined, flat.first = own.o, layer.attention.LayerNorm
            flat.wide, flat.narrow, flat.second = layer.intermediate.dense, layer.output.dense, layer.output.LayerNorm
            return flat

        def _run(self, states: Any, layers: Any) -> Any:
            size = states.shape[0]
            for layer in layers:
                parts = layer.asked(states).view(-1, 3, heads, width // heads).permute(1, 2, 0, 3)
                query, key, value = parts.unbind(0)
                seen = torch.softmax(query @ key.transpose(1, 2) + self.bias[:, :size, :size], -1) @ value
                states = layer.first(layer.joined(seen.permute(1, 0, 2).reshape(-1, width)) + states)
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
    quantized(flat, given, axes, out)
    describe_files(out, REACH, kept=[KEPT_BEFORE, KEPT_AFTER])
