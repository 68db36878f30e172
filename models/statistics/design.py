"""Inclusion probabilities when a frame was drawn from more than once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.codings import DrawnSentence


def draw_of(sentence: DrawnSentence) -> str:
    """The draw a sentence belongs to: the first letter of its id (``d``, ``e``, ``f``)."""
    return sentence.sentence[:1]


def design_probabilities(sentences: Sequence[DrawnSentence], first_draw: str = "d") -> NDArray[np.float64]:
    """Inclusion probabilities given all draws, shape ``(n,)``; nan where a sentence may not be used for a share.

    Later draws were made at random from what the first had left. Given the first draw, its sentences are known for
    certain (probability 1, however they were chosen) and the later ones speak for all the rest. In a frame that was
    drawn from only once, each sentence keeps its own probability. A later frame continues an earlier one that shares a
    document with it, whatever their names (the pages of the later draws are among those of the first). The second draw
    was continued by a third in the same strata: the probability of the two together is that of the third draw's rows,
    for both.
    """
    later: dict[tuple[str, str], float] = {}
    for sentence in sentences:
        if draw_of(sentence) != first_draw and sentence.inclusion_probability is not None:
            key = (sentence.frame, sentence.stratum)
            later[key] = max(later.get(key, 0.0), sentence.inclusion_probability)
    names = {frame for frame, _ in later}
    shared = {s.anchor.sha256 for s in sentences if s.frame in names}
    continued = names | {s.frame for s in sentences if s.anchor.sha256 in shared}
    found = np.full(len(sentences), np.nan)
    for number, sentence in enumerate(sentences):
        if draw_of(sentence) == first_draw:
            own = sentence.inclusion_probability
            found[number] = 1.0 if sentence.frame in continued else (np.nan if own is None else own)
        elif sentence.inclusion_probability is not None:
            found[number] = later[sentence.frame, sentence.stratum]
    return found
