"""The sample's key as gold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.sample_key import read_key
from models.tagging.gold import GoldError
from models.tagging.sample_gold import read_sample_gold


def test_every_mention_of_the_key_is_in_the_gold_at_the_words_that_the_key_quotes():
    key = read_key()
    gold = read_sample_gold(key)
    assert {s.document for s in gold} == set(key.documents)
    quoted = sorted((m.doc_id, m.text, m.code) for d in key.documents for s in key.of(d) for m in key.mentions_in(s))
    found = sorted((s.document, s.text[m.start : m.end], m.code) for s in gold for m in s.mentions("either"))
    assert found == quoted
    assert len({s.sentence for s in gold}) == len(gold)


def test_a_mention_that_is_not_in_its_sentence_is_one_clear_line():
    key = read_key()
    wrong = replace(key, mentions=(replace(key.mentions[0], text="zebra crossing"), *key.mentions[1:]))
    with pytest.raises(GoldError, match="zebra crossing"):
        read_sample_gold(wrong)
