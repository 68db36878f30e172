"""A shipped network on disk: an int8 ONNX graph, its word pieces and what describes them, checked and opened."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnxruntime
from tokenizers import Tokenizer

GRAPH_FILE, PIECES_FILE, DESCRIPTION_FILE = "reader.onnx", "tokenizer.json", "reader.json"


class GraphError(Exception):
    """A network that cannot be used; ``str()`` is one line that names the file."""


@dataclass(frozen=True)
class Graph:
    """An open network. ``digest`` is the sha256 of the graph's file."""

    session: Any
    tokenizer: Any
    description: dict[str, Any]
    digest: str


def open_graph(folder: Path) -> Graph:
    """Open the network in ``folder`` for one thread; word pieces are neither cut off nor filled up.

    Raises
    ------
    GraphError
        If a file is missing or differs from the digest in the description.
    """
    try:
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
        files = {name: (folder / name).read_bytes() for name in (GRAPH_FILE, PIECES_FILE)}
    except OSError as error:
        raise GraphError(f"{error.filename}: {error.strerror or error}") from None
    for name, data in files.items():
        if hashlib.sha256(data).hexdigest() != description["sha256"][name]:
            raise GraphError(f"{folder / name}: differs from the digest in {DESCRIPTION_FILE}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(files[GRAPH_FILE], options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_str(files[PIECES_FILE].decode())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Graph(session, tokenizer, description, str(description["sha256"][GRAPH_FILE]))
