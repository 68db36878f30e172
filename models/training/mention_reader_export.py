"""The tuned mention reader as files: an int8 ONNX graph for one sentence at a time, word pieces, a description."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.graphs import PIECES_FILE
from models.tagging.reader import Labels
from models.training.mention_reader_material import LONGEST
from models.training.reader_graph import flat_bert, quantized, write_description


def flat_network(encoder: Any, heads: Any) -> Any:
    """The same arithmetic for one sentence in fewer and larger steps.

    Parameters
    ----------
    encoder, heads
        The encoder, and heads over its states (:func:`models.training.mention_reader_descent.heads`).
    """
    import torch

    class Flat(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.heads = flat_bert(encoder), heads

        def forward(self, ids: Any) -> Any:
            return flat_heads(self.heads, self.encoder(ids))

    return Flat().eval()


def flat_heads(heads: Any, states: Any) -> Any:
    """Scores of the inner pieces and of the sentence, from states of shape ``(pieces, width)``."""
    import torch

    return heads.pieces(states[1:-1]), heads.whole(torch.cat([states.mean(0), states[0]]).unsqueeze(0))[0]


def export_flat(flat: Any, tokenizer_file: Path, labels: Labels, out: Path) -> None:
    """Write ``reader.onnx`` (weights in int8, one scale per column), ``tokenizer.json`` and ``reader.json``."""
    import torch

    given = (torch.randint(10, 9000, (1, 40)),)
    quantized(flat, given, {"ids": {1: "pieces"}}, {"pieces": {0: "inner"}, "sentence": {}}, out)
    shutil.copy(tokenizer_file, out / PIECES_FILE)
    write_description(out, labels=asdict(labels), longest=LONGEST, marks=["[CLS]", "[SEP]"])
