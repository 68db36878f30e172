from dataclasses import replace

import numpy as np
import pytest

from models.claims import ClaimModel, ModelError, SentenceInContext
from models.claims.looks import decision_margin, passes_first_look
from models.readings import READINGS
from models.training.project import choose_margin

TEXTS = (
    "The evaluation found that the scheme had failed to reach families in rural areas, so the grant was redesigned.",
    "Our world-leading programme has already been a tremendous success for local partners.",
    "The board meets four times a year and publishes its minutes.",
    "Pilots in three districts suggest that mentoring works best where schools were consulted early.",
    "We will build on the strong partnership that communities value.",
    "Officials reviewed the returns and some of the targets may have been too high.",
    "Funding of the centre rises by two per cent.",
)
SENTENCES = [SentenceInContext(text, before="The strategy was agreed in May.", voice="government") for text in TEXTS]


@pytest.fixture(scope="module")
def models():
    return {reading: ClaimModel.load(reading=reading) for reading in READINGS}


def test_gate_and_margin_by_hand():
    probabilities = np.array([[0.95, 0.03, 0.02], [0.4, 0.35, 0.25], [0.2, 0.1, 0.7]])
    assert passes_first_look(probabilities[:, 0], 0.1).tolist() == [False, True, True]
    assert decision_margin(probabilities, np.ones(3)) == pytest.approx([0.92, 0.05, 0.5])
    # weighted 0.95, 0.06, 0.06 of 1.07; 0.4, 0.7, 0.75 of 1.85; 0.2, 0.2, 2.1 of 2.5
    assert decision_margin(probabilities, np.array([1, 2, 3])) == pytest.approx([0.89 / 1.07, 0.05 / 1.85, 1.9 / 2.5])


def test_margin_gives_the_wanted_share_a_second_look():
    margins = np.linspace(0.005, 0.995, 100)
    passed = np.arange(100) % 2 == 0  # half go on; a fifth of all are two fifths of these
    chosen = choose_margin(margins, passed, share=0.2)
    assert (passed & (margins <= chosen)).sum() == 20


def test_usual_differs_from_quick_only_where_quick_is_in_doubt(models):
    quick, usual = (models[name].classify_sentences(SENTENCES) for name in ("quick", "usual"))
    said = np.array([list(claim.probabilities.values()) for claim in quick])
    close = decision_margin(said, models["usual"].parts["claim"].decision_weights) <= models["usual"].margin
    assert 0 < close.sum() < len(close)
    for first, second, doubted in zip(quick, usual, close, strict=True):
        assert (first == second) != doubted


def test_a_sentence_gets_the_same_claim_alone_and_in_company(models):
    for reading in ("usual", "thorough"):
        together = models[reading].classify_sentences(SENTENCES)
        alone = [models[reading].classify_sentences([s])[0] for s in SENTENCES]
        assert [replace(c, sentence_id=0) for c in together] == alone


def test_cues_of_every_reading_add_up_to_the_log_odds(models):
    for reading in READINGS:
        for claim in models[reading].classify_sentences(SENTENCES):
            said = claim.probabilities[claim.label]
            other = max(p for label, p in claim.probabilities.items() if label != claim.label)
            assert sum(cue.contribution for cue in claim.cues) == pytest.approx(np.log(said / other), abs=1e-6)


def test_each_reading_has_a_digest_of_its_own(models):
    assert len({model.digest for model in models.values()}) == len(READINGS)


def test_an_unknown_reading_is_refused():
    with pytest.raises(ModelError, match="reading 'slow' is none of words, quick, usual, thorough"):
        ClaimModel.load(reading="slow")
