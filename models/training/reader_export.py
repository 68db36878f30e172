"""The tuned reader as files: an int8 ONNX graph for one sentence at a time, its word pieces, its description."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.codings import read_labels
from models.claims.reader import HELD_OUT_FILE, sentence_key
from models.graphs import PIECES_FILE
from models.training.description import CLAIM_LABELS
from models.training.examples import Example
from models.training.reader_data import LONGEST, Reach
from models.training.reader_graph import Axes, flat_bert, quantized, write_description

SCORES: Axes = {"scores": {}}


def flat_network(network: Any) -> Any:
    """The same arithmetic for one text in fewer and larger steps, a seventh faster when run."""
    import torch

    class Flat(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.head = flat_bert(network.encoder), network.head

        def forward(self, ids: Any, mask: Any) -> Any:
            states = self.encoder(ids)
            return self.head(torch.cat([(mask @ states) / mask.sum(), states[:1]], 1))

    return Flat().eval()


def export(network: Any, tokenizer_file: Path, reach: Reach, out: Path) -> None:
    """Write a tuned student as ``reader.onnx``, ``tokenizer.json`` and ``reader.json``."""
    import torch

    given = (torch.randint(10, 9000, (1, 40)), torch.ones(1, 40))
    quantized(flat_network(network), given, {"ids": {1: "pieces"}, "mask": {1: "pieces"}}, SCORES, out)
    shutil.copy(tokenizer_file, out / PIECES_FILE)
    describe_files(out, reach)


def describe_files(out: Path, reach: Reach, **more: Any) -> None:
    """Write ``reader.json``: labels, the pieces read, the digests of the other two files, and ``more``."""
    what: dict[str, Any] = {
        "labels": list(CLAIM_LABELS),
        "marks": [reach.start, reach.stop],
        "pieces": {"before": reach.before, "sentence": LONGEST, "after": reach.after},
    }
    write_description(out, **what, **more)


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
