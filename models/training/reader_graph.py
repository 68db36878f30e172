"""What the exports of all readers share: flat layers for one text at a time, int8 files, their description."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.digests import sha256_of
from models.graphs import DESCRIPTION_FILE, GRAPH_FILE, PIECES_FILE

Axes = Mapping[str, Mapping[int, str]]
"""Names of inputs or outputs, and of their axes whose length varies."""


def flat_layer(asked: tuple[Any, Any, Any], joined: Any, first: Any, layer: Any, heads: int) -> Any:
    """A layer in fewer and larger steps: query, key and value are one product, with the square root of the width in it.

    Parameters
    ----------
    asked
        The linear layers of query, key and value.
    joined, first
        The linear layer after attention, and the normalisation after that.
    layer
        Holds ``intermediate`` and ``output`` under the names of BERT.
    """
    import torch

    width = joined.out_features
    scale = math.sqrt(width // heads)
    flat = torch.nn.Module()
    flat.asked = torch.nn.Linear(width, 3 * width)
    for name in ("weight", "bias"):
        query, key, value = (getattr(part, name).data for part in asked)
        getattr(flat.asked, name).data = torch.cat([query / scale, key, value])
    flat.joined, flat.first = joined, first
    flat.wide, flat.narrow, flat.second = layer.intermediate.dense, layer.output.dense, layer.output.LayerNorm
    return flat


def attended(layer: Any, states: Any, heads: int, bias: Any = None) -> Any:
    """States of one text, shape ``(pieces, width)``, after attention; ``bias`` is added to its scores."""
    import torch

    width = states.shape[1]
    query, key, value = layer.asked(states).view(-1, 3, heads, width // heads).permute(1, 2, 0, 3).unbind(0)
    scores = query @ key.transpose(1, 2)
    seen = torch.softmax(scores if bias is None else scores + bias, -1) @ value
    return layer.first(layer.joined(seen.permute(1, 0, 2).reshape(-1, width)) + states)


def flat_bert(encoder: Any) -> Any:
    """A BERT encoder for one text: ids of shape ``(1, pieces)`` to states; places and type of text are one table."""
    import torch

    heads, tables = encoder.config.num_attention_heads, encoder.embeddings

    class Flat(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.word, self.norm = tables.word_embeddings, tables.LayerNorm
            places = tables.position_embeddings.weight.data + tables.token_type_embeddings.weight.data[0]
            self.register_buffer("places", places)
            self.layers = torch.nn.ModuleList([self._flat(layer) for layer in encoder.encoder.layer])

        @staticmethod
        def _flat(layer: Any) -> Any:
            own, after = layer.attention.self, layer.attention.output
            return flat_layer((own.query, own.key, own.value), after.dense, after.LayerNorm, layer, heads)

        def forward(self, ids: Any) -> Any:
            states = self.word(ids[0])
            states = self.norm(states + self.places[: states.shape[0]])
            for layer in self.layers:
                states = attended(layer, states, heads)
                states = layer.second(layer.narrow(torch.nn.functional.gelu(layer.wide(states))) + states)
            return states

    return Flat()


def quantized(network: Any, given: tuple[Any, ...], inputs: Axes, outputs: Axes, out: Path) -> None:
    """Write the graph, weights in int8, one scale per column; ``given`` are inputs in the order of ``inputs``."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        axes = {name: dict(varying) for name, varying in {**inputs, **outputs}.items() if varying}
        names = {"input_names": list(inputs), "output_names": list(outputs), "dynamic_axes": axes}
        torch.onnx.export(network, given, str(plain), opset_version=17, dynamo=False, **names)
        quantize_dynamic(str(plain), str(out / GRAPH_FILE), weight_type=QuantType.QInt8, per_channel=True)


def write_description(out: Path, **what: Any) -> None:
    """Write ``reader.json``: the folder's name, ``what``, and the digests of graph and word pieces, if it has any."""
    digests = {name: sha256_of(out / name) for name in (GRAPH_FILE, PIECES_FILE) if (out / name).exists()}
    description = {"name": out.name, **what, "sha256": digests}
    (out / DESCRIPTION_FILE).write_text(json.dumps(description, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def flat_mpnet(layers: Any, heads: int) -> Any:
    """Layers of MPNet in fewer and larger steps."""
    import torch

    def flat(layer: Any) -> Any:
        own = layer.attention.attn
        return flat_layer((own.q, own.k, own.v), own.o, layer.attention.LayerNorm, layer, heads)

    return torch.nn.ModuleList([flat(layer) for layer in layers])


def mpnet_bias(encoder: Any, positions: int) -> Any:
    """What MPNet adds to the scores of attention by distance, shape ``(heads, positions, positions)``."""
    import torch

    far = torch.arange(positions)[None] - torch.arange(positions)[:, None]
    bias = encoder.relative_attention_bias(encoder.relative_position_bucket(far))
    return bias.permute(2, 0, 1).detach().contiguous()


def run_mpnet(layers: Any, states: Any, heads: int, bias: Any) -> Any:
    """States of one text, shape ``(pieces, width)``, after flat layers.

    A few pieces have huge values inside a layer. One int8 scale for the whole text would leave nothing of the others,
    so every row is divided by its largest value before the layer's last product, and multiplied with it afterwards.
    """
    import torch

    size = states.shape[0]
    for layer in layers:
        states = attended(layer, states, heads, bias[:, :size, :size])
        inside = torch.nn.functional.gelu(layer.wide(states))
        largest = inside.abs().amax(1, keepdim=True)
        narrow = torch.nn.functional.linear(inside / largest, layer.narrow.weight)
        states = layer.second(narrow * largest + layer.narrow.bias + states)
    return states
