"""The reader: a small transformer that has read policy sentences, used for three scores per sentence.

Its weights come from all-MiniLM-L6-v2 (Apache-2.0), cut to three of its six layers and tuned on the project's coded
sentences and on what a larger teacher says of others; they are stored as an int8 ONNX graph, run by onnxruntime on one
thread. It never learns at run time. How it was made is written on its card.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.standoff import letters_of, whole_of
from models.claims.context import SentenceInContext
from models.claims.store import ModelError
from models.graphs import GraphError, open_graph

READER = Path(__file__).resolve().parents[1] / "trained" / "reader-2"
CAREFUL_READER = READER.with_name("careful-reader-1")
"""A larger reader, fifteen times slower, that is asked only where the small one leaves doubt."""
HELD_OUT_FILE = "held_out_scores.csv"
_MEMORY, _VECTORS = 100_000, 4_000
_REACH = 160  # characters of context that can hold the pieces kept


def sentence_key(text: str) -> str:
    """Digest of a sentence's letters and digits, the same as an anchor's ``whole``."""
    return whole_of(letters_of(text))


def from_letter_to_letter(text: str) -> str:
    """Without punctuation at either end: the reader was tuned on sentences as anchors find them, letter to letter."""
    return text[_first_letter(text) : len(text) - _first_letter(text[::-1])]


def _first_letter(text: str) -> int:
    return next((place for place, character in enumerate(text) if character.isalnum()), len(text))


class Reader:
    """Scores sentences, each on its own; a sentence read once in a process is remembered.

    Parameters
    ----------
    folder
        Holds ``reader.onnx``, ``tokenizer.json``, ``reader.json`` (labels, how many word pieces are read, digests) and,
        for sentences the reader was tuned on, ``held_out_scores.csv``: what readers said of them that had not seen
        their documents.
    """

    def __init__(self, folder: Path = READER) -> None:
        try:
            graph = open_graph(folder)
        except GraphError as error:
            raise ModelError(str(error)) from None
        description = graph.description
        self._graph, self._session, self._tokenizer, self.digest = graph, graph.session, graph.tokenizer, graph.digest
        self._folder = folder
        self._start, self._stop = (self._number(str(token)) for token in description["marks"])
        self.labels = tuple(description["labels"])
        self._before, self._longest, self._after = (description["pieces"][n] for n in ("before", "sentence", "after"))
        self._kept: tuple[int, int] | None = tuple(description["kept"]) if "kept" in description else None
        self._states: str | None = description.get("inner", {}).get("states")
        self._memory: dict[tuple[str, str, str], NDArray[np.float32]] = {}
        self._vectors: dict[tuple[str, str, str], NDArray[np.float32]] = {}
        self._nothing = np.zeros(len(self.labels), dtype=np.float32)
        self._held_out: dict[str, NDArray[np.float32]] | None = None

    def _number(self, piece: str) -> int:
        number = self._tokenizer.token_to_id(piece)
        if number is None:
            raise ModelError(f"{self._folder / 'tokenizer.json'}: there is no word piece {piece!r}")
        return int(number)

    def scores(self, sentences: Sequence[SentenceInContext]) -> NDArray[np.float32]:
        """Scores of each sentence, shape ``(len(sentences), labels)``. The same reading is done once."""
        keys = [self._key(sentence) for sentence in sentences]
        new = [key for key in dict.fromkeys(keys) if key not in self._memory]
        if len(self._memory) + len(new) > _MEMORY:
            self._memory.clear()
            new = list(dict.fromkeys(keys))
        pieces = self._pieces({text for key in new for text in key})
        for before, text, after in new:
            # One sentence at a time: int8 scales are taken from the whole input, so a batch would let neighbours in.
            head, body, tail = self._parts(pieces[before], pieces[text], pieces[after])
            self._memory[before, text, after] = self._read((before, text, after), head, body, tail)
        return np.array([self._memory[key] for key in keys], dtype=np.float32).reshape(-1, len(self.labels))

    def _read(
        self, key: tuple[str, str, str], head: list[int], body: list[int], tail: list[int]
    ) -> NDArray[np.float32]:
        """Scores of one sentence; its vector, which comes of the same reading, is kept for a while."""
        if not body:
            return self._nothing
        outputs = ["scores", self._states] if self._states else ["scores"]
        scores, *states = self._session.run(outputs, self._given(head, body, tail))
        if states:
            if len(self._vectors) >= _VECTORS:
                self._vectors.clear()
            self._vectors[key] = _vector(states[0], len(head), len(body))
        own: NDArray[np.float32] = scores[0]
        return own

    def vectors(self, sentences: Sequence[SentenceInContext]) -> NDArray[np.float32]:
        """How the lower half, which tuning left as it was, reads each sentence.

        The mean state of its word pieces beside that of the first piece, shape ``(len(sentences), numbers)``.

        Raises
        ------
        ModelError
            If the reader's description names no inner states.
        """
        if self._states is None:
            raise ModelError(f"{self._folder / 'reader.json'}: names no inner states")
        keys = [self._key(sentence) for sentence in sentences]
        pieces = self._pieces({text for key in keys if key not in self._vectors for text in key})
        rows = []
        for key in keys:
            if key in self._vectors:
                rows.append(self._vectors[key])
                continue
            head, body, tail = self._parts(*(pieces[text] for text in key))
            states = self._graph.states(np.array([head + body + tail], dtype=np.int64))
            rows.append(_vector(states, len(head), len(body)))
        return np.array(rows, dtype=np.float32)

    def forget(self) -> None:
        """Forget what was read in this process, as a measurement of speed needs."""
        self._memory.clear()
        self._vectors.clear()

    @staticmethod
    def _key(sentence: SentenceInContext) -> tuple[str, str, str]:
        return sentence.before[-_REACH:], from_letter_to_letter(sentence.text), sentence.after[:_REACH]

    def _parts(self, before: list[int], text: list[int], after: list[int]) -> tuple[list[int], list[int], list[int]]:
        head = [self._start, *before[-self._before :], self._stop]
        return head, text[: self._longest], [self._stop, *after[: self._after], self._stop]

    def _given(self, head: list[int], body: list[int], tail: list[int]) -> dict[str, NDArray[Any]]:
        ids = np.array([head + body + tail], dtype=np.int64)
        if self._kept is None:
            near = np.arange(ids.shape[1])
        else:  # the upper layers see the first piece, the sentence and what stands nearest to it
            before, after = self._kept
            end = len(head) + len(body)
            near = np.r_[0, max(1, len(head) - 1 - before) : min(ids.shape[1], end + 1 + after)]
        own = (near >= len(head)) & (near < len(head) + len(body))
        given: dict[str, NDArray[Any]] = {"ids": ids, "mask": own.astype(np.float32)[None]}
        return given if self._kept is None else given | {"near": near}

    def _pieces(self, texts: set[str]) -> dict[str, list[int]]:
        ordered = sorted(texts)
        encoded = self._tokenizer.encode_batch_fast(ordered, add_special_tokens=False)
        return {text: found.ids for text, found in zip(ordered, encoded, strict=True)}

    def held_out_scores(self) -> dict[str, NDArray[np.float32]]:
        """Scores by :func:`sentence_key` from readers that had not seen the sentence's document."""
        if self._held_out is None:
            path = self._folder / HELD_OUT_FILE
            self._held_out = {}
            if path.exists():
                with path.open(encoding="utf-8", newline="") as handle:
                    rows = csv.reader(handle)
                    next(rows)
                    self._held_out = {row[0]: np.array(row[1:], dtype=np.float32) for row in rows}
        return self._held_out


def _vector(states: NDArray[np.float32], first: int, length: int) -> NDArray[np.float32]:
    own = states[first : first + length] if length else states[:1]
    return np.concatenate([own.mean(axis=0), states[0]])


def installed_digest(folder: Path) -> str:
    """Digest of the reader in ``folder`` as its description gives it (checked when it is loaded); empty if none is."""
    path = folder / "reader.json"
    return str(json.loads(path.read_text(encoding="utf-8"))["sha256"]["reader.onnx"]) if path.exists() else ""


@cache
def reader(folder: Path = READER) -> Reader | None:
    """A shipped reader, loaded once per process; None where it is not installed."""
    return Reader(folder) if (folder / "reader.json").exists() else None
