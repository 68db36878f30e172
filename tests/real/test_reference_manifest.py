"""The reference manifest against the documents it speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.digests import sha256_of
from corpus.fetch import REFERENCE, fetch_corpus, read_addresses

SHARED = Path(__file__).parents[2].parent / "shared" / "corpus"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the real corpus is not in ../shared"),
]


def test_reference_manifest_holds_the_digest_of_every_document() -> None:
    different = [row.doc_id for row in read_addresses(REFERENCE) if sha256_of(SHARED / row.file) != row.sha256]
    assert different == []


def test_fetching_a_corpus_that_is_there_asks_for_nothing() -> None:
    assert {done.outcome for done in fetch_corpus(REFERENCE, SHARED)} == {"present"}
