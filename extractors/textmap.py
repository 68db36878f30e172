"""Where each character of a document's text stands on the page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extractors.document import Box

UNITS_PER_POINT = 100
"""Boxes are kept as whole hundredths of a point, so that a stored document equals the one that was written."""


@dataclass(frozen=True)
class PlainMap:
    """The map of plain text, Markdown and HTML: there are no pages to point at."""

    def rectangles(self, start: int, end: int) -> tuple[Box, ...]:
        """No rectangles."""
        return ()

    def page_of(self, offset: int) -> int:
        """Plain text is one page."""
        return 1


@dataclass(frozen=True, eq=False)
class GlyphMap:
    """One box per code point of the text.

    Parameters
    ----------
    run
        int32, shape (len(text),): the run of glyphs that the character belongs to, -1 where layout implied it (a
        space at a line end, the blank line between blocks). A run lies on one line of one page and is unbroken.
    run_page
        int32, shape (runs,): page number from 1.
    box
        int32, shape (len(text), 4): x0, top, x1, bottom in hundredths of a point from the top left corner of the
        displayed page; zeros where ``run`` is -1.
    """

    run: npt.NDArray[np.int32]
    run_page: npt.NDArray[np.int32]
    box: npt.NDArray[np.int32]

    def rectangles(self, start: int, end: int) -> tuple[Box, ...]:
        """The boxes of ``text[start:end]``: one per run, in reading order. O(end - start)."""
        if not 0 <= start <= end <= len(self.run):
            raise ValueError(f"span {start}..{end} is outside the text of {len(self.run)} characters")
        run = self.run[start:end]
        seen = np.flatnonzero(run >= 0)
        if not len(seen):
            return ()
        run = run[seen]
        box = self.box[start:end][seen]
        firsts = np.concatenate(([0], np.flatnonzero(run[1:] != run[:-1]) + 1))
        low = np.minimum.reduceat(box, firsts, axis=0)
        high = np.maximum.reduceat(box, firsts, axis=0)
        pages = self.run_page[run[firsts]]
        return tuple(
            Box(page, x0 / UNITS_PER_POINT, top / UNITS_PER_POINT, x1 / UNITS_PER_POINT, bottom / UNITS_PER_POINT)
            for page, (x0, top), (x1, bottom) in zip(
                pages.tolist(), low[:, :2].tolist(), high[:, 2:].tolist(), strict=True
            )
        )

    def page_of(self, offset: int) -> int:
        """The page of a character; of the nearest one before it that stands on a page where layout implied it."""
        before = self.run[: offset + 1]
        for at in range(len(before) - 1, -1, -1):
            if before[at] >= 0:
                return int(self.run_page[before[at]])
        after = np.flatnonzero(self.run >= 0)
        return int(self.run_page[self.run[after[0]]]) if len(after) else 1
