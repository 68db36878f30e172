"""A vocabulary cut to its commonest word pieces: a reader of English policy needs no more."""

from __future__ import annotations

import json
from pathlib import Path

from models.graphs import PIECES_FILE

VOCABULARY = 13_000


def prune_vocabulary(base: Path, out: Path) -> list[int]:
    """Write ``tokenizer.json`` with the commonest word pieces (the vocabulary is in that order), all single letters and
    the special ones; the old numbers of those kept."""
    data = json.loads((base / PIECES_FILE).read_text(encoding="utf-8"))
    old = data["model"]["vocab"]
    special = {token["content"] for token in data["added_tokens"]}
    kept = [
        piece
        for piece, number in sorted(old.items(), key=lambda item: item[1])
        if (number < VOCABULARY and not piece.startswith("[unused"))
        or len(piece.removeprefix("##")) == 1
        or piece in special
    ]
    new = {piece: number for number, piece in enumerate(kept)}
    data["model"]["vocab"] = new
    data["truncation"] = data["padding"] = data["post_processor"] = None
    for token in data["added_tokens"]:
        token["id"] = new[token["content"]]
    out.mkdir(parents=True, exist_ok=True)
    (out / PIECES_FILE).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return [old[piece] for piece in kept]
