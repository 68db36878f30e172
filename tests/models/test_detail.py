import numpy as np
import pytest

from models.claims import ClaimModel, SentenceInContext
from models.claims.calibration import Calibration
from models.claims.detail import DetailClassifier
from models.claims.features import READERS
from models.claims.reader import reader
from models.training.details import fit_on_vectors

SENTENCES = [
    SentenceInContext("The targets were wrong, so the programme itself is to be rethought.", before="We reviewed it."),
    SentenceInContext("Staff now ring families two days earlier.", after="Attendance rose."),
]


@pytest.fixture
def classifier():
    coefficients = np.array([[1.0, 0.0], [0.0, 2.0]])
    return DetailClassifier(("a", "b"), coefficients, np.array([0.5, 0.0]), Calibration(1.0, np.zeros(2)), np.ones(2))


def test_answer_has_the_highest_score(classifier):
    # scores 1.5 and 2; 2.5 and 2
    assert classifier.choose(np.array([[1.0, 1.0], [2.0, 1.0]], dtype=np.float32)) == ["b", "a"]


def test_state_gives_the_same_classifier(classifier):
    again = DetailClassifier.from_state(classifier.state())
    vectors = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
    assert again.choose(vectors) == classifier.choose(vectors)


def test_vectors_are_of_each_sentence_alone():
    careful = reader(READERS["careful reader"])
    together = careful.vectors(SENTENCES)
    assert together.shape == (2, 1536)
    for sentence, row in zip(SENTENCES, together, strict=True):
        assert np.array_equal(careful.vectors([sentence])[0], row)


def test_vector_that_comes_with_the_scores_is_the_same():
    careful = reader(READERS["careful reader"])
    careful.forget()
    alone = careful.vectors(SENTENCES)
    careful.scores(SENTENCES)
    assert np.array_equal(careful.vectors(SENTENCES), alone)


def test_fit_finds_what_vectors_tell_and_says_how_well_on_unseen_groups():
    source = np.random.default_rng(1)
    truth = np.tile([0, 1], 60)
    vectors = source.normal(size=(120, 8)).astype(np.float32)
    vectors[:, 3] = 5 + 4 * truth + source.normal(size=120)
    groups = [str(i // 6) for i in range(120)]
    classifier, said = fit_on_vectors(vectors, np.eye(2)[truth], groups, ("single", "double"))
    assert (said.chosen == truth).mean() > 0.9
    assert classifier.choose(np.array([[0, 0, 0, low, 0, 0, 0, 0] for low in (5, 9)])) == ["single", "double"]
    shuffled = fit_on_vectors(vectors, np.eye(2)[source.permutation(truth)], groups, ("single", "double"))[1]
    assert (shuffled.chosen == shuffled.truth).mean() < 0.7


def test_only_readings_with_the_careful_reader_ask_it_for_details():
    assert set(ClaimModel.load(reading="usual").details) == {"depth", "learner"}
    assert not ClaimModel.load(reading="quick").details
