"""The parts of the mention reader's recipe that need no torch."""

from collections import Counter

import numpy as np
import pytest

from models.tagging.reader import Labels
from models.training.mention_examples import MentionExample
from models.training.mention_reader_targets import Word, carried, kind_groups, marked, mean_word, mixed, taught, word_of
from models.training.mention_reader_teacher import BATCH, plan_batches

LABELS = Labels(
    ("partnership", "barrier"),
    ("partnership.body", "barrier.time", "barrier.other"),
    ("policy", "local"),
    ("asserted",),
)


def word(inside, first, kind=0.0):
    """A word of one code: of each piece how far it is inside and how far it is the first."""
    inside, first = np.array(inside), np.array(first)
    tags = np.stack([1 - inside, first, inside - first], axis=-1)[:, None]
    return Word(tags, np.full((len(inside), 1), kind), np.array([0.25]))


def example(pieces, tags, easy=False):
    kinds, sentence = np.zeros((pieces, 1), dtype=np.float32), np.ones(1, dtype=np.float32)
    return MentionExample("d", tuple(range(pieces)), "", 1.0, np.array(tags, dtype=np.float32), kinds, sentence, easy)


def test_kinds_exclude_each_other_within_a_code_and_within_an_attribute_of_barriers():
    assert kind_groups(LABELS) == [(0, 1, 0), (1, 3, 1), (3, 5, 1), (5, 6, 1)]


def test_scores_become_probabilities_and_kinds_count_only_inside():
    scores = np.log(np.array([[2, 1, 1, 6, 1, 1, 5, 3, 1, 4, 1, 7]], dtype=np.float32))
    found = word_of(scores, np.zeros(2, dtype=np.float32), LABELS)
    assert found.tags[0, 0] == pytest.approx([0.5, 0.25, 0.25])
    assert found.tags[0, 1] == pytest.approx([0.75, 0.125, 0.125])
    inside = 0.25
    assert found.kinds[0] == pytest.approx([0.5, inside * 0.75, inside * 0.25, inside * 0.8, inside * 0.2, inside])
    assert found.sentence == pytest.approx([0.5, 0.5])


def test_a_word_is_carried_to_finer_pieces_without_a_second_beginning():
    found = carried(word([0.8, 0.2], [0.6, 0.1]), [(0, 6), (7, 9)], [(0, 2), (2, 6), (7, 9)])
    assert 1 - found.tags[:, 0, 0] == pytest.approx([0.8, 0.8, 0.2])
    assert found.tags[:, 0, 1] == pytest.approx([0.6, 0, 0.1])


def test_a_word_is_carried_to_coarser_pieces_by_how_much_of_each_they_cover():
    found = carried(word([1.0, 0.0], [1.0, 0.0], kind=0.5), [(0, 3), (3, 4)], [(0, 4)])
    assert found.tags[0, 0] == pytest.approx([0.25, 0.75, 0])
    assert found.kinds[0] == pytest.approx([0.5])
    assert found.sentence == pytest.approx([0.25])


def test_a_piece_beyond_what_was_read_weighs_nothing():
    found = carried(word([0.5], [0.5]), [(0, 3)], [(0, 3), (4, 6)])
    assert found.tags[1].sum() == 0


def test_a_mixed_target_lies_between_coders_and_teacher():
    own = marked(example(1, [[[0, 1, 0]]]))
    assert own.tags[0, 0].tolist() == [0, 2, 0]
    found = mixed(own, word([0.4], [0.4]), share=0.5)
    assert found.tags[0, 0] == pytest.approx([0.5 * 1.5 * 0.6, 0.5 * 2 + 0.5 * 1.5 * 0.4, 0])
    assert found.sentence == pytest.approx([0.5 * 1 + 0.5 * 0.25])


def test_an_uncoded_sentence_has_the_mean_of_the_teachers_for_target():
    found = taught("d", (5,), mean_word([word([0.4], [0.4]), word([0.8], [0.2])]))
    assert found.tags[0, 0] == pytest.approx([1.5 * 0.4, 1.5 * 0.3, 1.5 * 0.3])
    assert found.marker == ""


def test_easy_sentences_come_up_half_as_often_after_the_first_pass():
    examples = [example(1, [[[1, 0, 0]]], easy=row < 400) for row in range(500)]
    plan = plan_batches(examples, range(500), passes=3)
    seen = Counter(row for batch in plan for row in batch)
    assert all(seen[row] == 3 for row in range(400, 500))
    assert all(1 <= seen[row] <= 3 for row in range(400))
    assert 1.9 < np.mean([seen[row] for row in range(400)]) < 2.1
    assert max(len(batch) for batch in plan) == BATCH
