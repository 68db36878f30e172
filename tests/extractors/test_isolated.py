"""A document read in a process of its own is the document that is read here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors import ExtractionError, Limits, extract
from extractors.isolated import close_workers, extract_isolated
from tests.extractors.pages import BODY, Sheet

LIMITS = Limits(seconds=60, memory_megabytes=600)


@pytest.fixture(scope="module", autouse=True)
def workers() -> Iterator[None]:
    yield
    close_workers()


def good(tmp_path: Path) -> Path:
    sheet = Sheet(tmp_path / "good.pdf")
    sheet.lines(60, 100, BODY)
    return sheet.save()


def test_isolated_gives_what_extract_gives(tmp_path: Path) -> None:
    path = good(tmp_path)
    one, other = extract(path, "d"), extract_isolated(path, "d", limits=LIMITS)
    assert (one.text, one.blocks, one.sentences, one.pages, one.sha256) == (
        other.text,
        other.blocks,
        other.sentences,
        other.pages,
        other.sha256,
    )


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_truncated(tmp_path: Path, share: float) -> None:
    data = good(tmp_path).read_bytes()
    (tmp_path / "cut.pdf").write_bytes(data[: int(len(data) * share)])
    try:
        document = extract_isolated(tmp_path / "cut.pdf", "d", limits=LIMITS)
    except ExtractionError as error:
        assert str(error).startswith("cut.pdf: ")
    else:
        assert document.text.startswith("The first pilots")
