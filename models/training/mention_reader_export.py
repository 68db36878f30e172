"""The tuned mention reader as files: an int8 ONNX graph for one sentence at a time, word pieces, a description."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import tempfile
from pathlib import Path
from typing import Any

from models.tagging.reader import Labels

LONGEST = 128


def flat_network(encoder: Any, pieces: Any, whole: Any) -> Any:
    """The same arithmetic for one sentence in fewer and larger steps.

    Query, key and value are one product, the square root of the width stands in its weights, and places and the type
    of the text are one table.

    Parameters
    ----------
    encoder, pieces, whole
        The encoder, the linear layer over each piece, and the one over mean and first piece.
    """
    import torch

    width, heads = encoder.config.hidden_size, encoder.config.num_attention_heads
    tables = encoder.embeddings

    class Flat(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.word, self.norm, self.pieces, self.whole = tables.word_embeddings, tables.LayerNorm, pieces, whole
            places = tables.position_embeddings.weight.data + tables.token_type_embeddings.weight.data[0]
            self.register_buffer("places", places)
            self.layers = torch.nn.ModuleList([self._flat_layer(layer) for layer in encoder.encoder.layer])

        @staticmethod
        def _flat_layer(layer: Any) -> Any:
            own, scale = layer.attention.self, math.sqrt(width // heads)
            flat = torch.nn.Module()
            flat.asked = torch.nn.Linear(width, 3 * width)
            for name in ("weight", "bias"):
                query, key, value = (getattr(part, name).data for part in (own.query, own.key, own.value))
                getattr(flat.asked, name).data = torch.cat([query / scale, key, value])
            flat.joined, flat.first = layer.attention.output.dense, layer.attention.output.LayerNorm
            flat.wide, flat.narrow, flat.second = layer.intermediate.dense, layer.output.dense, layer.output.LayerNorm
            return flat

        def forward(self, ids: Any) -> Any:
            states = self.word(ids[0])
            states = self.norm(states + self.places[: states.shape[0]])
            for layer in self.layers:
                parts = layer.asked(states).view(-1, 3, heads, width // heads).permute(1, 2, 0, 3)
                query, key, value = parts.unbind(0)
                seen = torch.softmax(query @ key.transpose(1, 2), -1) @ value
                states = layer.first(layer.joined(seen.permute(1, 0, 2).reshape(-1, width)) + states)
                states = layer.second(layer.narrow(torch.nn.functional.gelu(layer.wide(states))) + states)
            return self.pieces(states[1:-1]), self.whole(torch.cat([states.mean(0), states[0]]).unsqueeze(0))[0]

    return Flat().eval()


def export_flat(flat: Any, tokenizer_file: Path, labels: Labels, out: Path) -> None:
    """Write ``reader.onnx`` (weights in int8, one scale per column), ``tokenizer.json`` and ``reader.json``."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        names: dict[str, Any] = {"input_names": ["ids"], "output_names": ["pieces", "sentence"]}
        axes = {"ids": {1: "pieces"}, "pieces": {0: "inner"}}
        ids = torch.randint(10, 9000, (1, 40))
        torch.onnx.export(flat, (ids,), str(plain), opset_version=17, dynamo=False, dynamic_axes=axes, **names)
        quantize_dynamic(str(plain), str(out / "reader.onnx"), weight_type=QuantType.QInt8, per_channel=True)
    shutil.copy(tokenizer_file, out / "tokenizer.json")
    digests = {n: hashlib.sha256((out / n).read_bytes()).hexdigest() for n in ("reader.onnx", "tokenizer.json")}
    named = {"codes": labels.codes, "subcodes": labels.subcodes, "locus": labels.locus, "status": labels.status}
    description = {"name": out.name, "labels": named, "longest": LONGEST, "sha256": digests}
    (out / "reader.json").write_text(json.dumps(description, indent=2, sort_keys=True) + "\n", encoding="utf-8")
