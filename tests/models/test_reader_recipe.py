"""The parts of the reader's recipe that need no torch."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from corpus.codings import read_labels
from models.claims import SentenceInContext
from models.training.description import CLAIM_LABELS
from models.training.reader_data import (
    BATCH,
    FOLDS,
    Reach,
    batches,
    count_batches,
    document_folds,
    label_weights,
    pieces_of,
)
from models.training.tune_reader import coded_targets

WORDS = ("[S]", "[E]", "[UNK]", "one", "two", "three", "four", "five", "six", "seven")


@pytest.fixture(scope="module")
def tokenizer():
    made = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return made


def test_pieces_hold_the_nearest_context_and_mark_the_sentence(tokenizer):
    sentence = SentenceInContext("“four five.”", before="one two three", after="six seven one")
    found = pieces_of(tokenizer, sentence, Reach(before=2, after=1, start="[S]", stop="[E]"))
    assert [WORDS[i] for i in found.ids] == ["[S]", "two", "three", "[E]", "four", "five", "[E]", "six", "[E]"]
    assert [WORDS[i] for i in found.ids[found.first : found.first + found.length]] == ["four", "five"]


def test_every_pass_gives_every_row_once_in_batches_of_like_length():
    lengths = [10 + (row * 37) % 90 for row in range(100)]
    rows = [row for row in range(100) if row % 3]
    given = list(batches(rows, lengths, passes=2))
    assert len(given) == count_batches(rows, passes=2) == 2 * 3
    assert Counter(row for batch in given for row in batch) == Counter(dict.fromkeys(rows, 2))
    assert max(len(batch) for batch in given) == BATCH
    first_pass = sorted(given[:3], key=lambda batch: lengths[batch[0]])
    assert all(max(lengths[r] for r in a) <= min(lengths[r] for r in b) for a, b in pairwise(first_pass))


def test_folds_keep_documents_whole_and_labels_even():
    fold_of = document_folds()
    labels = read_labels()
    document = {s.sentence: s.doc_id for s in labels.sentences}
    assert set(fold_of) == {document[a.sentence] for a in labels.adjudicated}
    assert set(fold_of.values()) == set(range(FOLDS))
    counts = Counter((fold_of[document[a.sentence]], a.claim) for a in labels.adjudicated)
    for label in CLAIM_LABELS:
        sizes = [counts[fold, label] for fold in range(FOLDS)]
        assert max(sizes) <= 1.05 * min(sizes)


def test_folds_by_field_keep_fields_whole_and_place_their_uncoded_documents():
    documents = sorted(document_folds())
    field_of = {document: f"field {number % 7}" for number, document in enumerate(documents)}
    found = document_folds(field_of | {"nobody coded it": "field 3", "another": "a field nobody coded"}, folds=2)
    assert set(found) == {*documents, "nobody coded it"}
    assert set(found.values()) == {0, 1}
    fold_of_field = {field_of[document]: found[document] for document in documents}
    assert all(found[document] == fold_of_field[field_of[document]] for document in documents)
    assert found["nobody coded it"] == fold_of_field["field 3"]


def test_rare_labels_weigh_more_and_one_on_average():
    soft = np.eye(3)[[0] * 16 + [1] * 4 + [2] * 1]
    weights = label_weights(soft)
    assert weights[1] / weights[0] == pytest.approx(2)
    assert weights[2] / weights[0] == pytest.approx(4)
    assert (soft @ weights).mean() == pytest.approx(1)


def test_targets_are_the_tilted_labels_and_keep_their_weight():
    soft = np.array([[1.0, 0, 0], [0.5, 0.5, 0], [0, 0, 1]])
    target, weight = coded_targets(soft)
    assert target.sum(axis=1) == pytest.approx(1)
    tilt = label_weights(soft)
    assert target[1, 1] / target[1, 0] == pytest.approx(tilt[1] / tilt[0])
    assert weight[2] == pytest.approx(0.98 * tilt[2] + 0.01 * tilt[0] + 0.01 * tilt[1])
