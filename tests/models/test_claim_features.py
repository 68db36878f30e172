import random
import re

import numpy as np
import pytest

from models.claims import SentenceInContext
from models.claims.columns import TermColumns, name_entries
from models.claims.cues import CueCounter
from models.claims.embedding import means_of
from models.claims.features import BLOCKS, READERS, FeatureOptions, FeatureSpace
from models.claims.lexicon import Lexicon, WordTable, lexicon, tokens_of
from models.claims.rows import Entries, beside, entries_of
from models.claims.sentences import read_sentences
from models.claims.vocabulary import new_words

PIECES = (
    "pilot",
    "don't",
    "well-being",
    "1,200",
    "50%",
    "The",
    "schools,",
    "(found)",
    "what?",
    "£3.5m",
    "x-",
    "ca\u2019n't",
)
NO_READER = tuple(block for block in BLOCKS if block not in READERS)


def sentences(count=40, seed=3):
    generator = random.Random(seed)
    texts = [" ".join(generator.choices(PIECES, k=generator.randint(0, 12))) for _ in range(count)]
    return [
        SentenceInContext(
            text,
            before=" ".join(texts[max(0, place - 2) : place])[-60:],
            after=texts[place + 1][:40] if place + 1 < count else "",
            section=("Pilots", "What was found", "")[place // 14],
            block="body",
            position=place / count,
            voice="evaluator",
            codes=("barrier", "barrier.time") if place % 3 else (),
        )
        for place, text in enumerate(texts)
    ]


def entries_as_matrix(entries: Entries, width: int):
    matrix = np.zeros((len(entries), width), dtype=np.float32)
    matrix[entries.row(), entries.columns] = entries.values
    return matrix


def test_words_of_a_text_are_those_of_its_stretches():
    plain = r"[^\W\d_]+(?:-[^\W\d_]+)*|\d[\d.,]*|[%£$?]"
    whole = re.compile(rf"n't\b|[^\W\d_]+(?:-[^\W\d_]+)*?(?=n't\b)|{plain}")
    for sentence in sentences():
        found = whole.findall(sentence.text.replace("\u2019", "'").lower())
        assert tokens_of(sentence.text) == tuple("#" if word[0].isdigit() else word for word in found)


def test_neighbours_are_read_as_if_they_stood_alone():
    given = sentences()
    read = read_sentences(given)
    assert [tuple(words) for words in read.before.words()] == [tokens_of(s.before) for s in given]
    assert [tuple(words) for words in read.after.words()] == [tokens_of(s.after) for s in given]
    assert [tuple(words) for words in read.heading.words()] == [tokens_of(s.section) for s in given]


def test_some_sentences_keep_their_words():
    read = read_sentences(sentences())
    some = read.take(np.array([5, 0, 5]))
    assert [some.text.words(), some.before.words()] == [
        [w.words()[i] for i in (5, 0, 5)] for w in (read.text, read.before)
    ]


@pytest.mark.parametrize("longest", [1, 2, 3, 4])
def test_terms_are_counted_as_scikit_learn_counts_them(longest):
    train, new = (read_sentences(sentences(seed=seed)) for seed in (1, 2))
    part = new_words(longest, 2).fit(train.strings("words", ("",)))
    found = TermColumns(part).entries([new.text])
    expected = part.transform(new.strings("words", ("",))).astype(np.float32)
    assert found.lengths.tolist() == np.diff(expected.indptr).tolist()
    assert found.columns.tolist() == expected.indices.tolist()
    assert found.values.tolist() == expected.data.tolist()


def test_terms_that_skip_their_own_beginnings_are_found():
    part = new_words(3, 1).fit(["a b c", "b d", "a b"])
    part.vocabulary_ = {"a b c": 0, "b d": 1, "d": 2}
    part.idf_ = np.ones(3)
    words = Lexicon().read(["a b c", "x a b d", "a b", ""])
    found = entries_as_matrix(TermColumns(part).entries([words]), 3)
    half = np.float32(1 / np.sqrt(2))
    assert found.tolist() == [[1, 0, 0], [0, half, half], [0, 0, 0], [0, 0, 0]]


def test_names_that_were_never_met_have_no_column():
    space = FeatureSpace(FeatureOptions(blocks=("mentions",)))
    space.fit_transform([SentenceInContext("x", codes=("barrier", "barrier.time"))])
    found = name_entries(space.parts["mentions"], ["k", "m", "k"], {"k": ["barrier.time", "other"], "m": []})
    assert entries_as_matrix(found, 2).tolist() == [[0, 1], [0, 0], [0, 1]]


def test_blocks_stand_beside_each_other():
    left = np.array([[0, 2, 0], [0, 0, 0], [1, 0, 3]], dtype=np.float32)
    right = np.array([[5, 0], [0, 6], [0, 0]], dtype=np.float32)
    both = beside([(0, entries_of(left)), (3, entries_of(right))], 3)
    assert entries_as_matrix(both, 5).tolist() == np.hstack([left, right]).tolist()
    assert entries_as_matrix(both.take(np.array([2, 0])), 5).tolist() == np.hstack([left, right])[[2, 0]].tolist()


def test_a_sentence_has_the_same_row_alone_and_in_company():
    space = FeatureSpace(FeatureOptions(blocks=NO_READER))
    given = sentences()
    space.fit_transform(given)
    together = space.transform(given)
    for place in (0, 7, 39):
        assert (together[place] != space.transform([given[place]])).nnz == 0


def test_phrases_go_on_word_by_word_and_not_into_the_next_text():
    counter = CueCounter({"praise": ["track record", "rolled out", "build~"], "where": ["local authorit~ area", "in"]})
    words = lexicon().read(["a track record of building in local authority areas", "in local", "authorities area"])
    assert counter.counts(words).tolist() == [[2, 1], [0, 1], [0, 0]]
    assert counter.counts(lexicon().read(["local authorities area"])).tolist() == [[0, 1]]
    assert counter.count(["in"] * 5).tolist() == [0, 3]


def test_means_by_hand():
    rows = np.array([[1.0, 2.0], [3.0, 6.0]])
    found = means_of(rows, np.array([0, 1, 1]), np.array([2, 0, 1]))
    assert found.tolist() == [[2, 4], [0, 0], [3, 6]]


def test_a_table_asks_once_for_each_word_and_again_for_another_lexicon():
    asked = []

    def lengths(words):
        asked.extend(words)
        return np.array([len(word) for word in words], dtype=np.int64)

    table = WordTable(lengths)
    first, other = Lexicon(), Lexicon()
    for known, text, expected in ((first, "one three", [3, 5]), (first, "three six", [5, 3]), (other, "six", [3])):
        numbers = known.read([text]).numbers
        assert table.rows(known)[numbers].tolist() == expected
    assert asked == ["one", "three", "six", "six"]
