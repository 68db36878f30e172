"""What a mention reader learns from: tags of pieces by two coders, kinds, weights, and how often easy ones come."""

from __future__ import annotations

import numpy as np

from models.tagging.gold import GoldMention, GoldSentence
from models.tagging.reader import Labels
from models.training.mention_examples import BOTH_WEIGHT, LONE, example_of
from models.training.mention_reader_descent import _batches, groups

LABELS = Labels(
    ("partnership", "barrier"),
    ("partnership.body", "barrier.time", "barrier.other"),
    ("policy", "local"),
    ("asserted", "negated"),
)
TEXT = "Fog slows boats"
OFFSETS = [(0, 3), (4, 9), (10, 15)]


def example(a: tuple[GoldMention, ...], b: tuple[GoldMention, ...], marker: str = "", proposed: bool = True):
    sentence = GoldSentence("s", "d", TEXT, {"A": a, "B": b})
    return example_of(sentence, marker, [7, 8, 9], OFFSETS, LABELS, proposed=proposed)


def barrier(start: int, end: int) -> GoldMention:
    return GoldMention(start, end, "barrier.time", "local", "asserted")


def test_pieces_that_both_coders_marked_are_sure_and_those_of_one_count_less():
    made = example((barrier(0, 9),), (barrier(0, 3),))
    assert np.allclose(made.tags[:, 1], [[0, 1, 0], [1 - LONE, 0, LONE], [1, 0, 0]])
    assert np.allclose(made.tags[:, 0], [[1, 0, 0]] * 3)
    assert made.sentence.tolist() == [0, 1]
    assert made.weight == BOTH_WEIGHT


def test_kinds_say_how_many_of_the_two_coders_said_so():
    made = example((barrier(0, 9),), (barrier(0, 3),))
    columns = [1, 4, 5]  # barrier.time, local, asserted
    assert made.kinds[:, columns].tolist() == [[1, 1, 1], [0.5, 0.5, 0.5], [0, 0, 0]]
    assert made.kinds.sum() == 4.5


def test_a_sentence_is_easy_where_nobody_and_nothing_sees_a_mention():
    assert example((), (), "N", proposed=False).easy
    assert not example((), (), "N", proposed=True).easy
    assert not example((barrier(0, 3),), (), "N", proposed=False).easy
    assert example((), (), "N").weight == 1


def test_easy_sentences_come_up_half_as_often_after_the_first_pass():
    rows = [example((), (), "N", proposed=False) for _ in range(400)] + [example((), (), "N")] * 10
    first = sorted(i for batch in _batches(rows, np.random.default_rng(1), fewer=False) for i in batch)
    later = sorted(i for batch in _batches(rows, np.random.default_rng(1), fewer=True) for i in batch)
    assert first == list(range(410))
    assert set(range(400, 410)) <= set(later)
    assert 140 < len(later) - 10 < 260  # five standard deviations around 200


def test_columns_that_compete_are_those_of_one_code_and_of_one_attribute():
    assert groups(LABELS) == [(6, 7), (7, 9), (9, 11), (11, 13)]
