"""How documents are put into batches, and what counts as changed."""

from __future__ import annotations

import pytest

from corpus.records import ManifestRow
from extractors.options import ExtractOptions
from flows.content_keys import StageKeys, document_keys
from flows.inventory import Changes, Entry, batches, changes_since
from flows.stages import Job
from flows.tools import Tools, digests_of
from models.readings import READINGS

KEYS = StageKeys("e", "t", "c")


def jobs(count: int) -> list[Job]:
    return [Job(ManifestRow(f"d{n:05}", f"d{n:05}.pdf"), "", "", KEYS) for n in range(count)]


def numbers_of(count: int, workers: int, size: int = 1000) -> list[int]:
    work = jobs(count)
    made = batches(work, {job.row.doc_id: size for job in work}, workers)
    assert sorted(job.row.doc_id for batch in made for job in batch) == [job.row.doc_id for job in work]
    return [len(batch) for batch in made]


@pytest.mark.parametrize(
    ("documents", "workers", "expected"),
    [
        (0, 1, []),
        (3, 1, [1, 1, 1]),  # progress shows
        (64, 1, [16] * 4),
        (640, 1, [16] * 40),
        (1024, 1, [16] * 64),
        (2048, 1, [32] * 64),  # from here on batches grow, tasks do not
        (10_240, 1, [160] * 64),
        (10_240, 2, [160] * 64),
        (10_240, 32, [80] * 128),  # some for each worker
        (100, 20, [2] * 50),
    ],
)
def test_batches_grow_with_the_corpus_and_tasks_hardly(documents: int, workers: int, expected: list[int]) -> None:
    assert numbers_of(documents, workers) == expected


def test_a_heavy_document_is_a_batch_of_its_own_and_comes_first() -> None:
    work = jobs(20)
    sizes = {job.row.doc_id: 1000 for job in work} | {"d00011": 30_000_000}
    first, *others = batches(work, sizes, 1)
    assert [job.row.doc_id for job in first] == ["d00011"]
    assert [len(batch) for batch in others] == [5, 5, 5, 4]


def test_heavy_corpora_do_not_become_thousands_of_tasks() -> None:
    assert len(numbers_of(2000, 1, size=1_000_000)) == 65  # 31 of 31.25 MB each


def test_changes_are_told_by_content() -> None:
    def entry(doc_id: str, sha256: str) -> Entry:
        return Entry(ManifestRow(doc_id, f"{doc_id}.pdf"), sha256, 1, KEYS)

    now = [entry("a", "1"), entry("b", "2"), entry("c", "3")]
    assert changes_since(None, now) == Changes(new=("a", "b", "c"))
    assert changes_since({"a": "1", "b": "9", "z": "8"}, now) == Changes(("c",), ("b",), ("z",), 1, False)


def test_the_reading_is_part_of_what_mentions_rest_on_and_of_nothing_before() -> None:
    row = ManifestRow("d1", "d1.pdf")
    keys = [document_keys(row, "s", ExtractOptions(), digests_of(Tools(reading=name))) for name in READINGS]
    assert len({key.extract for key in keys}) == 1
    assert len({key.tag for key in keys}) == len({key.classify for key in keys}) == len(READINGS)


def test_the_tagger_of_a_run_reads_as_the_run_was_asked_to() -> None:
    assert len({Tools(reading=name).tagger.digest for name in READINGS}) == len(READINGS)
