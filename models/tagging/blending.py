"""Two readers as one: where the careful one is asked, what it says is blended with what the small one says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.tagging.reader import (
    CAREFUL_MENTION_READER,
    Floats,
    Labels,
    MentionReaderError,
    Reading,
    ReadsMentions,
    mention_reader,
)

CAREFUL_SHARE = 0.7  # of the careful reader's log-odds; the rest are the small one's (decision 025)


class BothReaders:
    """Reads with both readers, and blends.

    Raises
    ------
    MentionReaderError
        If the readers have different labels.
    """

    def __init__(self, small: ReadsMentions, careful: ReadsMentions) -> None:
        if small.labels != careful.labels:
            raise MentionReaderError("the two mention readers have different labels; tune them again")
        self._small, self._careful = small, careful
        self.labels: Labels = careful.labels
        self.digest = f"{small.digest} {careful.digest}"

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """The blended reading of each text, on the careful reader's word pieces."""
        return [blended(c, s) for c, s in zip(self._careful.read(texts), self._small.read(texts), strict=True)]


def blended(careful: Reading, small: Reading) -> Reading:
    """The weighted mean of two readings of a text; a piece of one is met with the piece of the other that it begins in.

    Where one of them has no pieces the careful one is taken as it is.
    """
    if not len(careful.starts) or not len(small.starts):
        return careful
    place = np.searchsorted(small.ends, careful.starts, side="right").clip(max=len(small.ends) - 1)

    def mean(a: Floats, b: Floats) -> NDArray[np.float32]:
        return (CAREFUL_SHARE * a + (1 - CAREFUL_SHARE) * b).astype(np.float32)

    return Reading(
        careful.starts,
        careful.ends,
        mean(careful.inside, small.inside[place]),
        mean(careful.begin, small.begin[place]),
        mean(careful.kinds, small.kinds[place]),
        mean(careful.sentence, small.sentence),
    )


@cache
def both_readers() -> BothReaders | None:
    """The shipped readers, loaded once per process; None where one is not installed."""
    small, careful = mention_reader(), mention_reader(CAREFUL_MENTION_READER)
    return BothReaders(small, careful) if small is not None and careful is not None else None
