import numpy as np

from corpus.codings import DrawnSentence
from corpus.standoff import Anchor
from models.statistics.design import design_probabilities


def drawn(name, frame, stratum, probability):
    return DrawnSentence(name, frame, Anchor("x", None, 1, "0", ()), frame, stratum, 100, 10, probability)


def test_first_draw_is_certain_where_later_draws_speak_for_the_rest():
    sentences = [
        drawn("d1", "white paper", "cue", 0.5),
        drawn("d2", "white paper", "strong_cue", None),
        drawn("e1", "white paper", "cue", 0.2),
        drawn("f1", "white paper", "cue", 0.6),
        drawn("e2", "white paper", "other", 0.1),
    ]
    # e1 and f1 are one continued draw with the probability of both, 0.6
    assert design_probabilities(sentences).tolist() == [1.0, 1.0, 0.6, 0.6, 0.1]


def test_a_frame_drawn_once_keeps_its_own_probabilities():
    sentences = [drawn("d1", "speech", "cue", 0.5), drawn("d2", "speech", "strong_cue", None)]
    found = design_probabilities(sentences)
    assert found[0] == 0.5
    assert np.isnan(found[1])


def test_a_first_frame_of_another_name_over_the_same_documents_is_certain_too():
    sentences = [drawn("d1", "all pages", "cue", 0.04), drawn("f1", "pages", "cue", 0.5)]
    assert design_probabilities(sentences).tolist() == [1.0, 0.5]
