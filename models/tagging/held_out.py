"""Readings of coded sentences by readers that had not seen their documents, kept so that evaluation is honest.

A reader knows the sentences that it was tuned on by heart. For these ``held_out.npz`` keeps, by the digest of the
sentence as it was coded, what a reader said that was tuned without the sentence's document: scores in steps of
0.1, no text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.tagging.reader import MENTION_READER, Labels, MentionReader, MentionReaderError, Reading

FILE = "held_out.npz"
_STEP = 10.0
_SEEN = -2.5  # log-odds of a piece from which on its kinds are kept


def sentence_key(text: str) -> int:
    """Digest of a sentence's text, as a number."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def write_held_out(path: Path, readings: Mapping[int, Reading]) -> None:
    """Write readings by :func:`sentence_key`, sorted; the same readings write the same bytes."""
    keys = sorted(readings)
    ordered = [readings[key] for key in keys]
    seen = [np.flatnonzero(r.inside.max(axis=1) >= _SEEN) if len(r.inside) else np.zeros(0, dtype=int) for r in ordered]
    np.savez_compressed(
        path,
        keys=np.array(keys, dtype=np.uint64),
        lengths=np.array([len(r.starts) for r in ordered], dtype=np.int16),
        inside=_packed([r.inside for r in ordered]),
        begin=_packed([r.begin for r in ordered]),
        sentence=_packed([r.sentence.reshape(1, -1) for r in ordered]),
        seen=np.array([len(s) for s in seen], dtype=np.int16),
        places=np.concatenate(seen).astype(np.int16),
        kinds=_packed([r.kinds[s] for r, s in zip(ordered, seen, strict=True)]),
    )


def _packed(parts: Sequence[NDArray[np.float32]]) -> NDArray[np.int8]:
    packed: NDArray[np.int8] = np.clip(np.rint(np.concatenate(parts) * _STEP), -127, 127).astype(np.int8)
    return packed


class HeldOutReader:
    """Gives the stored reading of a sentence instead of reading it; only for sentences that were coded.

    Raises
    ------
    MentionReaderError
        If the readings are missing.
    """

    labels: Labels
    digest: str

    def __init__(self, folder: Path = MENTION_READER) -> None:
        shipped = MentionReader(folder)
        self.labels, self.digest, self._pieces = shipped.labels, shipped.digest, shipped.pieces
        path = folder / FILE
        try:
            with np.load(path, allow_pickle=False) as data:
                arrays = {name: data[name] for name in data.files}
        except OSError as error:
            raise MentionReaderError(f"{path}: {error.strerror or error}") from None
        ends, seen_ends = np.cumsum(arrays["lengths"].astype(int)), np.cumsum(arrays["seen"].astype(int))
        self._place = {
            int(key): (number, int(end - length), int(end), int(last - count), int(last))
            for number, (key, end, length, last, count) in enumerate(
                zip(arrays["keys"], ends, arrays["lengths"], seen_ends, arrays["seen"], strict=True)
            )
        }
        self._arrays = arrays

    def knows(self, text: str) -> bool:
        """Whether a held-out reading of this sentence is there."""
        return sentence_key(text) in self._place

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """The stored readings.

        Raises
        ------
        MentionReaderError
            If one of the sentences has none.
        """
        return [self._reading(text) for text in texts]

    def _reading(self, text: str) -> Reading:
        place = self._place.get(sentence_key(text))
        offsets = np.array(self._pieces(text), dtype=np.int64).reshape(-1, 2)
        if place is None or place[2] - place[1] != len(offsets):
            raise MentionReaderError(f"{FILE}: no held-out reading of a sentence of {len(text)} characters")
        number, first, last, first_seen, last_seen = place
        kinds = np.full((last - first, self._arrays["kinds"].shape[1]), 0.0, dtype=np.float32)
        kinds[self._arrays["places"][first_seen:last_seen]] = self._arrays["kinds"][first_seen:last_seen] / _STEP
        inside, begin = (self._arrays[n][first:last].astype(np.float32) / _STEP for n in ("inside", "begin"))
        sentence = self._arrays["sentence"][number].astype(np.float32) / _STEP
        return Reading(offsets[:, 0], offsets[:, 1], inside, begin, kinds, sentence)
