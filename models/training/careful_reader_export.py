"""The teacher as a second reader to ship: the same arithmetic for one sentence at a time, in int8."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.graphs import GRAPH_FILE
from models.training.pruning import prune_vocabulary
from models.training.reader_export import SCORES, describe_files
from models.training.reader_graph import flat_mpnet, mpnet_bias, quantized, run_mpnet
from models.training.reader_teacher import KEPT_AFTER, KEPT_BEFORE, LOWER, REACH, upper_network

_POSITIONS = 168


def flat_teacher(base: Any, upper: Any, numbers: list[int]) -> Any:
    """Both halves for one text; after the lower one only the pieces ``near`` the sentence go on."""
    import torch

    heads = base.config.num_attention_heads

    class Flat(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            tables = base.embeddings
            self.word = torch.nn.Embedding.from_pretrained(tables.word_embeddings.weight.data[numbers].clone())
            self.register_buffer("places", tables.position_embeddings.weight.data[2:].clone())
            self.norm, self.head = tables.LayerNorm, upper.head
            self.register_buffer("bias", mpnet_bias(base.encoder, _POSITIONS))
            self.lower, self.upper = flat_mpnet(base.encoder.layer[:LOWER], heads), flat_mpnet(upper.layers, heads)

        def forward(self, ids: Any, near: Any, mask: Any) -> Any:
            states = self.norm(self.word(ids[0]) + self.places[: ids.shape[1]])
            states = run_mpnet(self.lower, states, heads, self.bias)[near]
            states = run_mpnet(self.upper, states, heads, self.bias)
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
    describe_files(out, REACH, kept=[KEPT_BEFORE, KEPT_AFTER], inner={"states": _states(out)})


def _states(folder: Path) -> str:
    """Name inside an exported teacher of the states after its lower half; only those near the sentence go on."""
    import onnx

    nodes = onnx.load(str(folder / GRAPH_FILE)).graph.node
    (states,) = [node.input[0] for node in nodes if node.op_type == "Gather" and node.input[1] == "near"]
    return str(states)
