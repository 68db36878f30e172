"""The tuned reader as files: an int8 ONNX graph for one sentence at a time, its word pieces, its description."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.codings import read_labels
from models.claims.reader import HELD_OUT_FILE, sentence_key
from models.training.description import CLAIM_LABELS
from models.training.examples import Example
from models.training.reader_data import LONGEST, Reach


def flat_network(network: Any) -> Any:
    """The same arithmetic for one text in fewer and larger steps, a seventh faster when run.

    Query, key and value are one product, the square root of the width stands in its weights, and places and the type
    of the text are one table.
    """
    import torch

    encoder, tables = network.encoder, network.encoder.embeddings
    width, heads = encoder.config.hidden_size, encoder.config.num_attention_heads

    class Flat(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.word, self.norm, self.head = tables.word_embeddings, tables.LayerNorm, network.head
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

        def forward(self, ids: Any, mask: Any) -> Any:
            states = self.word(ids[0])
            states = self.norm(states + self.places[: states.shape[0]])
            for layer in self.layers:
                parts = layer.asked(states).view(-1, 3, heads, width // heads).permute(1, 2, 0, 3)
                query, key, value = parts.unbind(0)
                seen = torch.softmax(query @ key.transpose(1, 2), -1) @ value
                states = layer.first(layer.joined(seen.permute(1, 0, 2).reshape(-1, width)) + states)
                states = layer.second(layer.narrow(torch.nn.functional.gelu(layer.wide(states))) + states)
            return self.head(torch.cat([(mask @ states) / mask.sum(), states[:1]], 1))

    return Flat().eval()


def export(network: Any, tokenizer_file: Path, reach: Reach, out: Path) -> None:
    """Write a tuned student as ``reader.onnx``, ``tokenizer.json`` and ``reader.json``."""
    import torch

    out.mkdir(parents=True, exist_ok=True)
    given = (torch.randint(10, 9000, (1, 40)), torch.ones(1, 40))
    quantized(flat_network(network), given, {"ids": {1: "pieces"}, "mask": {1: "pieces"}}, out)
    shutil.copy(tokenizer_file, out / "tokenizer.json")
    describe_files(out, reach)


def quantized(network: Any, given: tuple[Any, ...], axes: dict[str, dict[int, str]], out: Path) -> None:
    """Write ``reader.onnx``, weights in int8, one scale per column; ``given`` are inputs in the order of ``axes``."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        names = {"input_names": list(axes), "output_names": ["scores"], "dynamic_axes": axes}
        torch.onnx.export(network, given, str(plain), opset_version=17, dynamo=False, **names)
        quantize_dynamic(str(plain), str(out / "reader.onnx"), weight_type=QuantType.QInt8, per_channel=True)


def describe_files(out: Path, reach: Reach, kept: Sequence[int] = ()) -> None:
    """Write ``reader.json``: labels, the pieces read, and the digests of the other two files."""
    digests = {n: hashlib.sha256((out / n).read_bytes()).hexdigest() for n in ("reader.onnx", "tokenizer.json")}
    description: dict[str, Any] = {
        "name": out.name,
        "labels": list(CLAIM_LABELS),
        "marks": [reach.start, reach.stop],
        "pieces": {"before": reach.before, "sentence": LONGEST, "after": reach.after},
        "sha256": digests,
    }
    if kept:
        description["kept"] = list(kept)
    (out / "reader.json").write_text(json.dumps(description, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def write_held_out(folder: Path, examples: Sequence[Example], scores: NDArray[np.float32]) -> None:
    """The table of scores, sorted, by digest of the sentence as it was coded and as it stands in the document now."""
    coded = {s.sentence: s.anchor.whole for s in read_labels().sentences}
    found: dict[str, list[float]] = {}
    for example, values in zip(examples, scores.tolist(), strict=True):
        found[coded[example.sentence]] = values
        found[sentence_key(example.context.text)] = values
    rows = sorted(found.items())
    with (folder / HELD_OUT_FILE).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["whole", *CLAIM_LABELS])
        writer.writerows([key, *(f"{value:.4f}" for value in values)] for key, values in rows)
