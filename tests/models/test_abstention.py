import numpy as np
import pytest

from models.claims.abstention import FEWEST_DECISIONS, kept_thresholds, stands, thresholds
from models.training.abstaining import LEVELS, abstain_below, abstention_table, cross_stands, share_right
from models.training.validation import Predictions

LABELS = ("no", "yes")


def decisions(sure, right, label, fold=0):
    """Held-out decisions for one label, ``right[i]`` of those with probability ``sure[i]``, of 20 each."""
    probability = np.repeat(sure, 20)
    truth = np.concatenate([np.r_[np.full(r, label), np.full(20 - r, 1 - label)] for r in right])
    rows = np.empty((len(probability), 2))
    rows[:, label], rows[:, 1 - label] = probability, 1 - probability
    return Predictions(truth, np.full(len(truth), label), rows, np.full(len(truth), fold))


def joined(*parts):
    return Predictions(
        *(np.concatenate([getattr(p, n) for p in parts]) for n in ("truth", "chosen", "probabilities", "fold"))
    )


def test_threshold_is_the_lowest_level_from_which_enough_are_right():
    said = decisions([0.55, 0.75, 0.95], [8, 14, 19], label=1)
    # from 0.55 on 41 of 60 are right (0.68), from 0.75 on 33 of 40 (0.825), from 0.95 on 19 of 20
    for wanted, least in ((0.6, 0.0), (0.8, 0.56), (0.9, 0.76)):
        assert thresholds(said.probabilities, said.chosen, said.truth, wanted)[1] == pytest.approx(least)


def test_each_label_has_a_threshold_of_its_own():
    said = joined(decisions([0.6, 0.9], [19, 20], label=0), decisions([0.6, 0.9], [10, 18], label=1))
    assert abstain_below(said, LABELS) == {"no": 0.0, "yes": 0.61}


def test_a_label_that_is_never_right_enough_or_hardly_ever_decided_never_stands():
    wrong = decisions([0.6, 0.9], [10, 12], label=1)
    assert abstain_below(wrong, LABELS)["yes"] == 1.0
    few = np.arange(FEWEST_DECISIONS - 1)
    right = Predictions(np.ones_like(few), np.ones_like(few), np.tile([0.1, 0.9], (len(few), 1)), few)
    assert abstain_below(right, LABELS)["yes"] == 1.0


def test_a_decision_stands_by_the_threshold_of_the_chosen_label():
    probabilities = np.array([[0.7, 0.3], [0.45, 0.55], [0.2, 0.8]])
    assert stands(probabilities, np.array([0, 1, 1]), np.array([0.0, 0.6])).tolist() == [True, False, True]


def test_thresholds_of_a_reading_come_before_those_of_the_model():
    description = {"abstain_below": {"yes": 0.6}, "readings": {"quick": {"abstain_below": {"yes": 0.8, "no": 0.1}}}}
    assert kept_thresholds(description, "quick", LABELS).tolist() == [0.1, 0.8]
    assert kept_thresholds(description, "usual", LABELS).tolist() == [0.0, 0.6]
    assert kept_thresholds({"abstain_below": 0.5}, "usual", LABELS).tolist() == [0.5, 0.5]


def test_what_stands_in_a_fold_is_decided_by_the_other_folds():
    early, late = decisions([0.7, 0.9], [10, 20], label=1, fold=0), decisions([0.7, 0.9], [20, 20], label=1, fold=1)
    kept = cross_stands(joined(early, late), 0.8)
    assert kept[:40].all()  # the other fold is always right
    assert kept[40:].tolist() == [False] * 20 + [True] * 20


def test_share_of_right_decisions_varies_with_groups_not_with_sentences():
    right = np.array([True] * 50 + [False] * 50)
    clustered = share_right(right, ["a"] * 50 + ["b"] * 50)
    assert (clustered.low, clustered.high) == (0, 1)
    alone = share_right(right, [str(i) for i in range(100)])
    assert 0.35 < alone.low < 0.5 < alone.high < 0.65


def test_table_tells_each_label_at_each_level():
    said = joined(*(decisions([0.6, 0.9], [10, 19], label=label, fold=fold) for label in (0, 1) for fold in (0, 1)))
    lines = abstention_table(said, LABELS, [str(i) for i in range(len(said.truth))])
    rows = [line for line in lines if line.startswith(("| no |", "| yes |"))]
    assert len(rows) == len(LABELS) * len(LEVELS)
    assert rows[1].startswith("| no | 0.8 | 0.61 | 80 | 50% | 0.95 (")
