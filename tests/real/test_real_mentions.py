"""Judged candidates and gold of the real corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.codebook import load_codebook
from corpus.manifest import read_manifest
from extractors import extract
from models.tagger import Tagger
from models.tagging.evaluation import score_codes
from models.tagging.gold import read_gold
from models.tagging.judgements import read_judgements, resolve
from models.tagging.keywords import KeywordDictionary

SHARED = Path(__file__).parents[3] / "shared"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (SHARED / "labels").exists(), reason="the real labels are not in ../shared/labels"),
]
CODES = ("barrier", "best_practice", "partnership")


def test_judged_sentences_of_plain_text_documents_are_found_again():
    corpus = SHARED / "corpus"
    rows = [r for r in read_manifest(corpus).rows if r.file.endswith(".md") or r.file.endswith("-strategy.txt")]
    digests = {r.sha256 for r in rows}
    judgements = [j for j in read_judgements() if j.anchor.sha256 in digests]
    found, lost = resolve(judgements, rows, lambda row: extract(corpus / row.file, row.doc_id))
    assert len(found) > 100
    assert lost <= 0.05 * len(found)


def test_on_its_own_training_sentences_the_tagger_beats_the_keyword_dictionary_for_each_code():
    gold = read_gold(SHARED / "labels")
    texts = [s.text for s in gold]
    ours = score_codes(gold, Tagger(load_codebook()).tag_sentences(texts), CODES)
    plain = score_codes(gold, KeywordDictionary().tag_sentences(texts), CODES)
    for a, b in zip(ours, plain, strict=True):
        assert a.f1 > b.f1, (a.level, a.code)
