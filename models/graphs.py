"""A shipped network on disk: an int8 ONNX graph, its word pieces and what describes them, checked and opened."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

GRAPH_FILE, PIECES_FILE, DESCRIPTION_FILE = "reader.onnx", "tokenizer.json", "reader.json"


class GraphError(Exception):
    """A network that cannot be used; ``str()`` is one line that names the file."""


@dataclass(frozen=True)
class Graph:
    """A network whose files were found whole. They are loaded when first used: who only wants to know which network it
    is pays no memory for it."""

    folder: Path
    description: dict[str, Any]

    @property
    def digest(self) -> str:
        """The sha256 of the graph's file."""
        return str(self.description["sha256"][GRAPH_FILE])

    @cached_property
    def session(self) -> Any:
        """The network, for one thread. Inner tensors that the description names (``inner``) are outputs too: ask for
        those that are wanted by name."""
        graph = (self.folder / GRAPH_FILE).read_bytes()
        for name in self.description.get("inner", {}).values():
            graph = with_output(graph, name)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Its word pieces, neither cut off nor filled up."""
        tokenizer = Tokenizer.from_file(str(self.folder / PIECES_FILE))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def states(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """What the lower half of a careful reader (one whose description names inner ``states``) makes of word pieces.

        Parameters
        ----------
        ids
            Shape ``(1, pieces)``.

        Returns
        -------
        numpy.ndarray
            Shape ``(pieces, width)``. The upper half is given a single piece, as it cannot be left out.
        """
        one = {"near": np.zeros(1, dtype=np.int64), "mask": np.ones((1, 1), dtype=np.float32)}
        states: NDArray[np.float32] = self.session.run([self.description["inner"]["states"]], {"ids": ids, **one})[0]
        return states


def with_output(graph: bytes, name: str) -> bytes:
    """An ONNX graph that also gives its inner tensor ``name``.

    ONNX files are protocol buffers, where a field that comes again is merged with what stood there before: it is
    enough to append ``ModelProto{graph{output{name}}}`` (fields 7, 12 and 1 of onnx.proto).
    """
    field = name.encode()
    for number in (1, 12, 7):
        field = bytes([number << 3 | 2]) + _varint(len(field)) + field
    return graph + field


def _varint(number: int) -> bytes:
    low, high = number & 127, number >> 7
    return bytes([low | 128]) + _varint(high) if high else bytes([low])


_opened: dict[Path, Graph] = {}


def open_graph(folder: Path) -> Graph:
    """The network in ``folder``, one for all who use it in a process. Only its files' digests are looked at yet.

    Raises
    ------
    GraphError
        If a file is missing or differs from the digest in the description.
    """
    if folder in _opened:
        return _opened[folder]
    try:
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        for name, digest in description["sha256"].items():
            with (folder / name).open("rb") as handle:
                found = hashlib.file_digest(handle, "sha256").hexdigest()
            if found != digest:
                raise GraphError(f"{folder / name}: differs from the digest in {DESCRIPTION_FILE}")
    except OSError as error:
        raise GraphError(f"{error.filename}: {error.strerror or error}") from None
    graph = _opened[folder] = Graph(folder, description)
    return graph


def load_opened() -> None:
    """Load the networks that were opened in this process: for those who have time now and will have none later."""
    for graph in _opened.values():
        _ = graph.session
