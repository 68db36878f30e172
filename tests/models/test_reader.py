import json
import shutil

import numpy as np
import pytest

from models.claims import ModelError, SentenceInContext
from models.claims.features import reader_scores
from models.claims.reader import READER, Reader, sentence_key
from models.training.description import CLAIM_LABELS

TEXTS = (
    "The evaluation found that the scheme had failed to reach families in rural areas.",
    "Our world-leading programme has already been a tremendous success for local partners.",
    "The board meets four times a year and publishes its minutes.",
)


@pytest.fixture(scope="module")
def reading():
    return Reader()


def test_reader_tells_the_plain_cases_apart(reading):
    scores = reading.scores([SentenceInContext(text) for text in TEXTS])
    assert [CLAIM_LABELS[label] for label in scores.argmax(axis=1)] == ["learning", "legitimation", "neither"]


def test_a_sentence_is_scored_the_same_alone_and_in_company(reading):
    together = reading.scores([SentenceInContext(text) for text in TEXTS])
    alone = np.vstack([Reader().scores([SentenceInContext(text)]) for text in TEXTS])
    assert np.array_equal(together, alone)


def test_the_text_before_is_read_too(reading):
    plain = reading.scores([SentenceInContext(TEXTS[2])])
    after = reading.scores([SentenceInContext(TEXTS[2], before="The trial showed that nobody came.")])
    assert not np.array_equal(plain, after)


def test_no_text_and_no_sentences_do_no_harm(reading):
    assert reading.scores([]).shape == (0, 3)
    assert np.isfinite(reading.scores([SentenceInContext(""), SentenceInContext("☃")])).all()


def test_very_long_sentences_are_cut(reading):
    assert np.isfinite(reading.scores([SentenceInContext("partners and " * 3000)])).all()


def test_changed_files_are_refused(tmp_path):
    shutil.copytree(READER, tmp_path / "reader")
    path = tmp_path / "reader" / "tokenizer.json"
    path.write_text(path.read_text(encoding="utf-8").replace("[UNK]", "[unk]", 1), encoding="utf-8")
    with pytest.raises(ModelError, match=r"tokenizer\.json: differs from the digest"):
        Reader(tmp_path / "reader")


def test_known_sentences_get_held_out_scores_in_training_only(tmp_path, monkeypatch):
    shutil.copytree(READER, tmp_path / "reader")
    known = SentenceInContext(TEXTS[0])
    table = tmp_path / "reader" / "held_out_scores.csv"
    table.write_text(f"whole,neither,learning,legitimation\n{sentence_key(TEXTS[0])},3.0,0.0,0.0\n")
    small = Reader(tmp_path / "reader")
    monkeypatch.setattr("models.claims.features.reader", lambda _: small)
    assert reader_scores([known], held_out=True)[0].tolist() == [2.0, -1.0, -1.0]
    fresh = small.scores([known])[0]
    assert reader_scores([known], held_out=False)[0] == pytest.approx(fresh - fresh.mean(), abs=1e-6)


def test_the_description_names_every_file(reading):
    description = json.loads((READER / "reader.json").read_text())
    assert set(description["sha256"]) == {"reader.onnx", "tokenizer.json"}
    assert tuple(description["labels"]) == CLAIM_LABELS == reading.labels


def test_a_model_is_refused_beside_another_reader(tmp_path):
    from models.claims import ClaimModel
    from models.trained import CURRENT, TRAINED

    shutil.copytree(TRAINED / CURRENT, tmp_path / "model")
    path = tmp_path / "model" / "model.json"
    path.write_text(path.read_text().replace(json.loads(path.read_text())["readers"]["reader"], "f" * 64))
    with pytest.raises(ModelError, match="was trained with the reader ffffffffffff…"):
        ClaimModel.load(tmp_path / "model")
    assert ClaimModel.load(tmp_path / "model", reading="words").labels == CLAIM_LABELS
