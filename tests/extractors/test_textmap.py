import numpy as np
import pytest

from extractors.document import Box
from extractors.textmap import GlyphMap, PlainMap


def two_lines() -> GlyphMap:
    """The text ``ab c``: ``ab`` on page 1, the blank implied, ``c`` on page 2."""
    return GlyphMap(
        run=np.array([0, 0, -1, 1], np.int32),
        run_page=np.array([1, 2], np.int32),
        box=np.array([[100, 200, 150, 300], [150, 210, 225, 310], [0, 0, 0, 0], [500, 600, 550, 700]], np.int32),
    )


def test_one_rectangle_for_each_run() -> None:
    assert two_lines().rectangles(0, 4) == (Box(1, 1.0, 2.0, 2.25, 3.1), Box(2, 5.0, 6.0, 5.5, 7.0))


def test_part_of_a_run() -> None:
    assert two_lines().rectangles(1, 2) == (Box(1, 1.5, 2.1, 2.25, 3.1),)


def test_implied_characters_stand_nowhere() -> None:
    assert two_lines().rectangles(2, 3) == ()


def test_page_of_implied_character_is_the_one_before() -> None:
    assert [two_lines().page_of(at) for at in range(4)] == [1, 1, 1, 2]


def test_span_outside_the_text() -> None:
    with pytest.raises(ValueError, match=r"span 0\.\.5"):
        two_lines().rectangles(0, 5)


def test_plain_text_has_no_rectangles() -> None:
    assert PlainMap().rectangles(0, 3) == ()
