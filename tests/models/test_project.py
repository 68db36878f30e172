import numpy as np
import pytest

from models.claims import ClaimModel
from models.training.description import CLAIM_LABELS
from models.training.project import after_first_look, choose_gate, train_on_project
from models.training.validation import Predictions, cross_fitted


@pytest.fixture(scope="module")
def from_the_sample(tmp_path_factory):
    out = tmp_path_factory.mktemp("model")
    return out, train_on_project(out / "no-corpus", out, use_reader=False)


def test_an_empty_clone_trains_on_the_sample_and_says_so(from_the_sample):
    out, trained = from_the_sample
    assert "trained on the sample corpus only" in trained.notes[0]
    assert {e.frame for e in trained.examples} == {"sample"}
    assert trained.cv.macro_f1 > 0.45  # a third would be chance
    assert (out / "MODEL_CARD.md").read_text().startswith("# claims-")


def test_the_model_of_the_sample_can_be_loaded_and_knows_depth_and_learner(from_the_sample):
    out, trained = from_the_sample
    model = ClaimModel.load(out)
    claims = model.classify_sentences([example.context for example in trained.examples[:300]])
    assert {claim.label for claim in claims} == set(CLAIM_LABELS)
    assert {c.depth for c in claims if c.label == "learning"} <= {"single_loop", "double_loop"}
    assert {c.learner for c in claims if c.label == "learning"} <= {"practitioner", "policy", "unspecified"}


def predictions(truth, probabilities):
    probabilities = np.array(probabilities)
    return Predictions(
        np.array(truth), probabilities.argmax(axis=1), probabilities, np.zeros(len(truth), dtype=np.int64)
    )


def test_gate_rules_out_as_many_as_cost_nothing():
    truth = [0] * 50 + [1] * 50
    right = [[0.0, 1.0, 0.0] if claim else [1.0, 0.0, 0.0] for claim in truth]
    # At the first look no sentence that is none looks like a claim by more than 0.095, and no claim by less than 0.205.
    looked = [[0.905, 0.05, 0.045]] * 50 + [[0.795, 0.2, 0.005]] * 50
    first, full = predictions(truth, looked), predictions(truth, right)
    assert choose_gate(first, full, lost=0.002) == 0.2
    # One claim in fifty that looks like 0.055 would be lost above that: F1 0.99 for both labels.
    first = predictions(truth, [*looked[:-1], [0.945, 0.05, 0.005]])
    assert choose_gate(first, full, lost=0.002) == 0.05
    assert choose_gate(first, full, lost=0.02) == 0.2


def test_what_fails_the_first_look_stays_as_the_first_look_saw_it():
    first = predictions([0, 1], [[0.99, 0.006, 0.004], [0.6, 0.3, 0.1]])
    full = predictions([0, 1], [[0.2, 0.7, 0.1], [0.1, 0.8, 0.1]])
    both = after_first_look(first, full, 0.05)
    assert both.chosen.tolist() == [0, 1]
    assert both.probabilities.tolist() == [[0.99, 0.006, 0.004], [0.1, 0.8, 0.1]]


def test_calibration_of_a_fold_does_not_see_the_fold():
    generator = np.random.default_rng(0)
    scores = generator.normal(0, 1, (400, 2))
    truth = (scores[:, 1] > scores[:, 0]).astype(np.int64)
    place = np.repeat([0, 1], 200)
    found = cross_fitted(scores, truth, place)
    turned = truth.copy()
    turned[:200] = 1 - turned[:200]  # other labels in fold 0 change nothing in fold 0's own probabilities
    again = cross_fitted(scores, turned, place)
    assert np.array_equal(found.probabilities[:200], again.probabilities[:200])
    assert not np.array_equal(found.probabilities[200:], again.probabilities[200:])
