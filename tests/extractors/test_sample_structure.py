"""The sample's PDFs give back what their sources say: headings, running heads that go, notes, lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

import pytest

from corpus.sample_key import SAMPLE
from extractors import Block, Document, ExtractOptions, extract

NAMES = sorted(path.stem for path in SAMPLE.glob("*.pdf"))


@cache
def document(name: str) -> Document:
    return extract(SAMPLE / f"{name}.pdf", name, ExtractOptions(ocr="never", ignore_tags=True))


@cache
def source(name: str) -> str:
    return (SAMPLE / "text" / f"{name}.md").read_text(encoding="utf-8")


def front(name: str) -> Mapping[str, str]:
    lines = source(name).split("\n---\n", 1)[0].removeprefix("---\n").splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def headings(name: str) -> list[tuple[str, int]]:
    """(text, level) of the source's headings."""
    found = re.findall(r"^(#{1,3}) (.+)$", source(name), re.M)
    return [(" ".join(re.sub(r"\[([^|\]]*)\|[^\]]*\]", r"\1", text).split()), len(marks)) for marks, text in found]


def test_the_sample_is_there() -> None:
    assert len(NAMES) == 6


@pytest.mark.parametrize("name", NAMES)
def test_headings_are_found_in_their_order(name: str) -> None:
    wanted = [text for text, _ in headings(name)]
    found = [document(name).text[b.start : b.end] for b in document(name).blocks if b.kind == "heading"]
    missing = [text for text in wanted if text not in found]
    assert len(wanted) >= 5
    assert len(missing) <= 0.1 * len(wanted), missing
    places = [found.index(text) for text in dict.fromkeys(wanted) if text in found]
    assert sum(a > b for a, b in pairwise(places)) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_higher_headings_have_lower_levels(name: str) -> None:
    level = {document(name).text[b.start : b.end]: b.level for b in document(name).blocks if b.kind == "heading"}
    by_depth: dict[int, set[int]] = {}
    for text, depth in headings(name):
        if text in level:
            by_depth.setdefault(depth, set()).add(level[text])
    assert max(by_depth[1]) < min(by_depth[2])


@pytest.mark.parametrize("name", NAMES)
def test_running_heads_and_feet_are_not_in_the_running_text(name: str) -> None:
    known = front(name)
    body = [document(name).text[b.start : b.end] for b in document(name).blocks]
    for entry in ("header_odd", "header_even", "footer"):
        if entry in known:
            assert body.count(known[entry]) <= 1, "the title page may say it once"


@pytest.mark.parametrize("name", NAMES)
def test_blocks_sentences_and_pages_fit_together(name: str) -> None:
    read = document(name)
    ends = 0
    for block in read.blocks:
        assert ends <= block.start < block.end <= len(read.text)
        ends = block.end
    for number, sentence in enumerate(read.sentences):
        block = read.blocks[sentence.block]
        assert sentence.sentence_id == number
        assert block.start <= sentence.start < sentence.end <= block.end, "no sentence crosses a block"
        boxes = read.rectangles(sentence.start, sentence.end)
        assert boxes
        assert boxes[0].page == sentence.page


NOTE = re.compile(r"^\[\^\d+\] ", re.M)


def notes(name: str) -> list[Block]:
    return [block for block in document(name).blocks if block.kind == "footnote"]


def test_every_note_is_kept_apart_and_linked_to_its_call() -> None:
    noted = [name for name in NAMES if NOTE.search(source(name))]
    assert noted
    for name in noted:
        found = notes(name)
        assert len(found) == len(NOTE.findall(source(name)))
        for note in found:
            assert note.anchor is not None
            called = next(b for b in document(name).blocks if b.start <= (note.anchor or 0) <= b.end)
            assert called.kind != "footnote"


def test_documents_without_notes_have_none() -> None:
    without = [name for name in NAMES if not NOTE.search(source(name))]
    assert {name: len(notes(name)) for name in without} == dict.fromkeys(without, 0)


def test_one_page_is_a_scan_and_the_document_says_so() -> None:
    partial = {name: document(name).problems for name in NAMES if document(name).problems}
    assert list(partial) == ["committee-report"]
    (problem,) = partial["committee-report"]
    assert "no text layer" in problem.message
    page = document("committee-report").pages[(problem.page or 0) - 1]
    assert (page.source, page.start) == ("none", page.end)


def test_tables_are_reachable_and_out_of_the_text() -> None:
    with_tables = [read for read in map(document, NAMES) if read.tables]
    assert with_tables
    for read in with_tables:
        for table in read.tables:
            rows = {cell.row for cell in table.cells}
            assert len(rows) >= 2
            assert len({cell.column for cell in table.cells}) >= 2
