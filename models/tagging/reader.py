"""The mention reader: a small transformer that says of every word piece of a sentence which codes it belongs to.

Its weights come from all-MiniLM-L6-v2 (Apache-2.0), tuned on the project's sentences coded for mentions and stored as
an int8 ONNX graph, run by onnxruntime on one thread. The careful one comes from all-mpnet-base-v2 (Apache-2.0): only
its upper layers and heads are a file of their own, the lower half is that of the careful reader of claims. Neither
learns at run time; the cards say how they were made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.graphs import GraphError, open_graph

MENTION_READER = Path(__file__).resolve().parents[1] / "trained" / "mention-reader-1"
CAREFUL_MENTION_READER = MENTION_READER.with_name("careful-mention-reader-1")
_MEMORY = 50_000
Floats: TypeAlias = NDArray[np.float32]


class MentionReaderError(Exception):
    """A reader that cannot be used; ``str()`` is one line that names the file."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What the reader's scores stand for: top codes, full codes, values of locus and of status."""

    codes: tuple[str, ...]
    subcodes: tuple[str, ...]
    locus: tuple[str, ...]
    status: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the reader says of a sentence.

    ``starts`` and ``ends`` (shape ``(pieces,)``) are offsets of its word pieces, at most the first 128. ``inside`` and
    ``begin`` are log-odds, shape ``(pieces, codes)``, that a piece belongs to a mention of a code and that it is the
    first of one; ``kinds``, shape ``(pieces, subcodes + locus + status)``, are scores for what kind of mention it is
    part of; ``sentence``, shape ``(codes,)``, are log-odds that the sentence has a mention at all.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    inside: Floats
    begin: Floats
    kinds: Floats
    sentence: Floats


class ReadsMentions(Protocol):
    """What the tagger asks of a reader; :class:`MentionReader` is the real one."""

    labels: Labels
    digest: str

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """The reading of each text."""


class MentionReader:
    """Reads sentences, each on its own; a sentence read once in a process is remembered.

    Parameters
    ----------
    folder
        Holds ``reader.onnx``, ``reader.json`` (labels and digests) and either ``tokenizer.json`` or, named in the
        description, a neighbouring folder whose reader is the lower half (``below``).

    Raises
    ------
    MentionReaderError
        If a file is missing or differs from its digest.
    """

    def __init__(self, folder: Path = MENTION_READER) -> None:
        try:
            graph = open_graph(folder)
            below = graph.description.get("below", {})
            lower = open_graph(folder.parent / below["folder"]) if below else None
        except GraphError as error:
            raise MentionReaderError(str(error)) from None
        if lower is not None and lower.digest != below["sha256"]:
            raise MentionReaderError(f"{folder}: was tuned on another {below['folder']}; tune it again")
        self._graph, self._lower = graph, lower
        self.digest = graph.digest if lower is None else f"{graph.digest} {lower.digest}"
        self._longest = int(graph.description["longest"])
        names = graph.description["labels"]
        self.labels = Labels(*(tuple(names[k]) for k in ("codes", "subcodes", "locus", "status")))
        self._memory: dict[str, Reading] = {}

    @property
    def _tokenizer(self) -> Tokenizer:
        return (self._lower or self._graph).tokenizer

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """The reading of each text. One at a time: int8 scales are taken from the whole input of a run."""
        if len(self._memory) + len(texts) > _MEMORY:
            self._memory.clear()
        start, stop = (self._tokenizer.token_to_id(token) for token in self._graph.description["marks"])
        new = [text for text in dict.fromkeys(texts) if text not in self._memory]
        for text, encoding in zip(new, self._tokenizer.encode_batch(new, add_special_tokens=False), strict=True):
            ids, offsets = encoding.ids[: self._longest], encoding.offsets[: self._longest]
            scores, sentence = self._scores(np.array([[start, *ids, stop]], dtype=np.int64))
            self._memory[text] = reading_of(offsets, scores, sentence, len(self.labels.codes))
        return [self._memory[text] for text in texts]

    def forget(self) -> None:
        """Forget what was read in this process, as a measurement of speed needs."""
        self._memory.clear()

    def _scores(self, ids: NDArray[np.int64]) -> tuple[Floats, Floats]:
        given = {"ids": ids} if self._lower is None else {"states": self._lower.states(ids)}
        pieces, sentence = self._graph.session.run(["pieces", "sentence"], given)
        return pieces, sentence

    def pieces(self, text: str) -> list[tuple[int, int]]:
        """The offsets of a text's word pieces, as many as are read."""
        offsets: list[tuple[int, int]] = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return offsets[: self._longest]


def reading_of(offsets: Sequence[tuple[int, int]], scores: Floats, sentence: Floats, codes: int) -> Reading:
    """Make a reading of what the graph gives.

    Parameters
    ----------
    offsets
        Of the word pieces.
    scores
        Shape ``(pieces, 3 * codes + kinds)``: outside, first and further piece of a mention for each code, then kinds.
    sentence
        Shape ``(codes,)``.
    """
    places = np.array(offsets, dtype=np.int64).reshape(-1, 2)
    tags = scores[:, : 3 * codes].reshape(-1, codes, 3).astype(np.float64)
    outside, first, further = (tags[:, :, k] for k in range(3))
    inside = np.logaddexp(first, further) - outside
    begin = first - np.logaddexp(outside, further)
    kinds = scores[:, 3 * codes :]
    return Reading(
        places[:, 0],
        places[:, 1],
        inside.astype(np.float32),
        begin.astype(np.float32),
        kinds.astype(np.float32),
        sentence.astype(np.float32),
    )


def mention_reader(folder: Path = MENTION_READER) -> MentionReader | None:
    """A shipped reader, loaded once per process; None where it is not installed."""
    return _opened(folder)


@cache
def _opened(folder: Path) -> MentionReader | None:
    return MentionReader(folder) if (folder / "reader.json").exists() else None
