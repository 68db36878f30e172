"""The tuned mention reader as files: an int8 ONNX graph for one sentence at a time, word pieces, a description."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.graphs import PIECES_FILE
from models.tagging.reader import Labels
from models.training.reader_graph import flat_bert, quantized, write_description

LONGEST = 128


def flat_network(encoder: Any, pieces: Any, whole: Any) -> Any:
    """The same arithmetic for one sentence in fewer and larger steps.

    Parameters
    ----------
    encoder, pieces, whole
        The encoder, the linear layer over each piece, and the one over mean and first piece.
    """
    import torch

    class Flat(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.pieces, self.whole = flat_bert(encoder), pieces, whole

        def forward(self, ids: Any) -> Any:
            states = self.encoder(ids)
            return self.pieces(states[1:-1]), self.whole(torch.cat([states.mean(0), states[0]]).unsqueeze(0))[0]

    return Flat().eval()


def export_flat(flat: Any, tokenizer_file: Path, labels: Labels, out: Path) -> None:
    """Write ``reader.onnx`` (weights in int8, one scale per column), ``tokenizer.json`` and ``reader.json``."""
    import torch

    given = (torch.randint(10, 9000, (1, 40)),)
    quantized(flat, given, {"ids": {1: "pieces"}}, {"pieces": {0: "inner"}, "sentence": {}}, out)
    shutil.copy(tokenizer_file, out / PIECES_FILE)
    write_description(out, labels=asdict(labels), longest=LONGEST)
