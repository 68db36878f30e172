"""corpus.sample_key: carrying the key over to what an extractor made of a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.sample_key import KeyMention, KeySentence, match_sentences, place_mention, read_key


def sentence(number: str, text: str, page: int = 1) -> KeySentence:
    return KeySentence("doc", number, page, "body", "", False, "neither", None, None, text)


def mention(start: int, text: str) -> KeyMention:
    return KeyMention("doc", "s001", 1, start, start + len(text), text, "partnership.body", None, None)


def test_match_sentences_ignores_hyphens_quotes_and_spacing() -> None:
    key = [sentence("s001", "The part-time network met in “Corrin”.")]
    assert match_sentences(key, ["Contents", 'The parttime network  met in "Corrin".']) == {"s001": 1}


def test_match_sentences_allows_a_paragraph_number_or_a_note_call() -> None:
    key = [sentence("s001", "Buses leave before the last lesson ends."), sentence("s002", "Nobody had told them.")]
    texts = ["3.14 Buses leave before the last lesson ends.2", "Nobody had told them.7"]
    assert match_sentences(key, texts) == {"s001": 0, "s002": 1}


def test_match_sentences_gives_each_text_to_one_sentence() -> None:
    key = [sentence("s001", "It was late."), sentence("s002", "It was late."), sentence("s003", "It was late.")]
    assert match_sentences(key, ["It was late.", "It was late."]) == {"s001": 0, "s002": 1}


def test_match_sentences_prefers_the_same_page() -> None:
    key = [sentence("s001", "Summary", page=3)]
    assert match_sentences(key, ["Summary", "Summary"], pages=[2, 3]) == {"s001": 1}


def test_match_sentences_leaves_out_what_is_not_there() -> None:
    key = [sentence("s001", "An entirely different remark about minibuses.")]
    assert match_sentences(key, ["Learners enjoyed the workshops very much."]) == {}


def test_match_sentences_survives_ocr_errors() -> None:
    key = [sentence("s001", "The travel grant would pay for eleven days.")]
    assert match_sentences(key, ["The trave1 grant wou1d pay for eleven days."]) == {"s001": 0}


def test_place_mention_finds_the_same_occurrence() -> None:
    text = "A network of networks is a network."
    assert place_mention(mention(27, "network"), text, "3.1 " + text) == (31, 38)


def test_place_mention_of_words_that_are_not_there() -> None:
    assert place_mention(mention(2, "network"), "A network.", "A consortium.") is None


def test_read_key_of_a_folder_without_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_key(tmp_path)


def test_mentions_in_a_sentence_are_those_of_that_document_only() -> None:
    key = read_key()
    for one in key.sentences[::50]:
        assert all(m.doc_id == one.doc_id and m.sentence == one.sentence for m in key.mentions_in(one))
