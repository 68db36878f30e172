"""Hostile files: each ends in one clear line or in a document, within the limits, and the next file is read."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors import Document, ExtractionError, ExtractOptions, Limits, extract
from extractors.isolated import Worker, close_workers, extract_isolated
from extractors.memory import capped
from tests.extractors import hostile

# seconds are generous: a busy machine must not fail a test; what has to be stopped grows, or is stopped by hand
LIMITS = Limits(seconds=60, memory_megabytes=600)
OPTIONS = ExtractOptions(ocr="never")


@pytest.fixture(scope="module", autouse=True)
def workers() -> Iterator[None]:
    yield
    close_workers()


def read(path: Path, options: ExtractOptions = OPTIONS) -> Document:
    return extract_isolated(path, "d", options, LIMITS)


def complaint(path: Path) -> str:
    """The line of a file that cannot be read; afterwards a good file is read all the same."""
    with pytest.raises(ExtractionError) as refused:
        read(path)
    line = str(refused.value)
    assert line.startswith((f"{path.name}: ", f"{path.name}, page "))
    assert line.isprintable(), "one line"
    assert "Traceback" not in line
    good = path.with_name("next.txt")
    good.write_text("The next file is read.")
    assert read(good).text == "The next file is read."
    return line


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


# files that are not what they say


def test_zero_bytes(tmp_path: Path) -> None:
    assert "the file is empty (0 bytes)" in complaint(write(tmp_path / "a.pdf", b""))


def test_html_named_pdf(tmp_path: Path) -> None:
    page = b"<!DOCTYPE html><html><body><h1>404</h1></body></html>"
    assert "HTML page saved as .pdf" in complaint(write(tmp_path / "a.pdf", page))


def test_truncated(tmp_path: Path) -> None:
    assert "truncated" in complaint(hostile.truncated(tmp_path / "a.pdf"))


def test_encrypted_with_a_password(tmp_path: Path) -> None:
    assert "encrypted" in complaint(hostile.encrypted(tmp_path / "a.pdf", "secret"))


def test_encrypted_with_the_empty_password_is_read(tmp_path: Path) -> None:
    assert read(hostile.encrypted(tmp_path / "a.pdf", "")).text == "Words behind a lock."


def test_a_folder_named_like_a_document(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").mkdir()
    assert "is not a file" in complaint(tmp_path / "a.pdf")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.pdf")
    assert "is not a file" in complaint(tmp_path / "a.pdf")


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.pdf", b"%PDF-1.7")
    if os.geteuid():
        path.chmod(0)
    else:  # root may read everything: let the system refuse as it does others

        def refuse(self: Path) -> bytes:
            raise PermissionError(13, "Permission denied", str(self))

        monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ExtractionError, match=r"^a\.pdf: cannot be read: Permission denied$"):
        extract(path, "d")


def test_a_file_larger_than_allowed(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(3_000_000)  # a hole, not three megabytes
    with pytest.raises(ExtractionError, match="3 MB, more than the limit of 2 MB"):
        read(path, ExtractOptions(max_megabytes=2))


def test_a_name_with_a_line_break_stays_one_line(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError) as refused:
        read(write(tmp_path / "a\nb.pdf", b""))
    assert str(refused.value) == "a b.pdf: the file is empty (0 bytes)"


# files that grow or stall their reader


def test_a_gigabyte_of_zeros_in_one_stream(tmp_path: Path) -> None:
    path = hostile.flate_bomb(tmp_path / "a.pdf")
    assert path.stat().st_size < 1_100_000
    assert "more than 600 MB of memory" in complaint(path)


def test_a_bomb_in_a_bomb_in_a_bomb(tmp_path: Path) -> None:
    path = hostile.nested_bomb(tmp_path / "a.pdf")
    assert path.stat().st_size < 20_000
    assert "more than 600 MB of memory" in complaint(path)


def test_forms_that_draw_each_other_are_read_and_end(tmp_path: Path) -> None:
    assert "Round and round." in read(hostile.cyclic_forms(tmp_path / "a.pdf")).text


def test_exponentially_nested_forms(tmp_path: Path) -> None:
    line = complaint(hostile.exponential_forms(tmp_path / "a.pdf"))
    assert "was stopped" in line or "the file breaks PDFium" in line


def test_cyclic_page_tree_gives_its_page_once(tmp_path: Path) -> None:
    document = read(hostile.cyclic_tree(tmp_path / "a.pdf"))
    assert document.text == "The only page of a tree that bites its tail."
    assert document.status == "partial"
    assert "runs in a circle" in document.problems[0].message


def test_pages_that_are_the_same_without_a_circle_are_all_kept(tmp_path: Path) -> None:
    document = read(hostile.many_pages(tmp_path / "a.pdf", 6))
    assert document.text.count("The same line again.") == 6
    assert document.problems == ()


def test_a_hundred_thousand_objects(tmp_path: Path) -> None:
    assert read(hostile.tiny_objects(tmp_path / "a.pdf")).text == "One page among many objects."


def test_ten_thousand_pages(tmp_path: Path) -> None:
    document = read(hostile.many_pages(tmp_path / "a.pdf"), ExtractOptions(ocr="never", max_pages=50))
    assert len(document.pages) == 50
    assert document.problems[0].message == "10000 pages; only the first 50 were read (max_pages)"


def test_fonts_that_lead_to_no_characters_are_no_text_layer(tmp_path: Path) -> None:
    document = read(hostile.no_unicode_map(tmp_path / "a.pdf"))
    assert [(p.page, p.message) for p in document.problems] == [(1, "has no usable text layer; OCR is off")]


def test_a_page_of_a_hundred_square_kilometres(tmp_path: Path) -> None:
    """Nothing on it can be read, and nobody paints a picture of that size to find out."""
    data = hostile.one_page(hostile.stream(b"0 0 100 100 re f"))
    huge = data.replace(b"[0 0 595 842]", b"[0 0 28000000 28000000]")
    assert "page 1: has no text layer" in complaint(write(tmp_path / "a.pdf", huge))


# text and markup


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    document = read(write(tmp_path / "a.txt", b"Na\xefve plans \x96 and \xc3\x28 more."))
    assert document.text == "Naïve plans – and Ã( more."


def test_fifty_megabytes_in_one_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", b"word " * 10_000_000)
    document = extract_isolated(path, "d", OPTIONS, Limits(seconds=120, memory_megabytes=1500))
    assert len(document.text) == 49_999_999


def test_many_short_lines(tmp_path: Path) -> None:
    text = read(write(tmp_path / "a.txt", b"A short line\n" * 100_000)).text
    assert len(text) == 13 * 100_000 - 1


@pytest.mark.parametrize("tag", [b"<div>", b"<span>", b"<table><tr><td>"])
def test_html_nested_deeper_than_anybody_writes(tmp_path: Path, tag: bytes) -> None:
    page = b"<html><body>" + tag * 300_000 + b"x"
    assert "nested 300,000 deep" in complaint(write(tmp_path / "a.html", page))


def test_html_tables_in_tables(tmp_path: Path) -> None:
    page = b"<html><body><p>Words.</p>" + b"<table><tr><td>" * 2000 + b"x"
    document = read(write(tmp_path / "a.html", page))
    assert document.text == "Words."
    assert [cell.text for table in document.tables for cell in table.cells] == ["x"]


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    head = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e0 "ha">{entities}]>'
    page = f"{head}<html><body><p>&e12; words</p></body></html>"
    assert len(read(write(tmp_path / "a.html", page.encode())).text) < 1000


def test_markdown_quoted_a_hundred_thousand_times(tmp_path: Path) -> None:
    complaint(write(tmp_path / "a.md", b">" * 100_000 + b" x"))


# the process around them


def test_time_limit(tmp_path: Path) -> None:
    """A parser that does not answer: its process is stopped from outside."""
    path = write(tmp_path / "a.txt", b"Words.")
    worker = Worker()
    worker.extract(path, "d", OPTIONS, LIMITS)
    os.kill(worker.pid, signal.SIGSTOP)
    with pytest.raises(ExtractionError, match=r"^a\.txt: took longer than 0\.3 s and was stopped$"):
        worker.extract(path, "d", OPTIONS, Limits(seconds=0.3))
    assert not worker.alive


def test_a_process_that_ends_itself(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", b"Words.")
    worker = Worker()
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(ExtractionError, match=r"^a\.txt: the parser process crashed \(SIGKILL\)$"):
        worker.extract(path, "d", OPTIONS, LIMITS)
    assert not worker.alive


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts private memory against RLIMIT_DATA")
def test_the_cap_on_memory_holds_inside_and_is_lifted_afterwards() -> None:
    with capped(50), pytest.raises(MemoryError):
        bytearray(200_000_000)
    assert len(bytearray(200_000_000)) == 200_000_000
