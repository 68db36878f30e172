"""A shipped network on disk: an int8 ONNX graph, its word pieces and what describes them, checked and opened."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import onnxruntime
from tokenizers import Tokenizer

GRAPH_FILE, PIECES_FILE, DESCRIPTION_FILE = "reader.onnx", "tokenizer.json", "reader.json"


class GraphError(Exception):
    """A network that cannot be used; ``str()`` is one line that names the file."""


@dataclass(frozen=True)
class Graph:
    """An open network. ``digest`` is the sha256 of the graph's file; ``tokenizer`` is None where it has none."""

    session: Any
    tokenizer: Any
    description: dict[str, Any]
    digest: str


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


@cache
def open_graph(folder: Path) -> Graph:
    """Open the network in ``folder`` for one thread, once per process; word pieces are neither cut off nor filled up.

    Inner tensors that the description names (``inner``) are outputs too: ask for those that are wanted by name.

    Raises
    ------
    GraphError
        If a file is missing or differs from the digest in the description.
    """
    try:
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        files = {name: (folder / name).read_bytes() for name in description["sha256"]}
    except OSError as error:
        raise GraphError(f"{error.filename}: {error.strerror or error}") from None
    for name, data in files.items():
        if hashlib.sha256(data).hexdigest() != description["sha256"][name]:
            raise GraphError(f"{folder / name}: differs from the digest in {DESCRIPTION_FILE}")
    graph = files[GRAPH_FILE]
    for name in description.get("inner", {}).values():
        graph = with_output(graph, name)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    digest = str(description["sha256"][GRAPH_FILE])
    return Graph(session, _tokenizer(files[PIECES_FILE]) if PIECES_FILE in files else None, description, digest)


def _tokenizer(data: bytes) -> Tokenizer:
    tokenizer = Tokenizer.from_str(data.decode())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
