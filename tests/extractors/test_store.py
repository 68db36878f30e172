from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import ExtractionError, extract
from extractors.document import Box, Cell, Furniture, Problem, Table
from extractors.store import read_document, write_document
from extractors.storedmap import packed, unpacked
from extractors.textmap import GlyphMap
from tests.extractors.pages import BODY, Sheet


def plain(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("One sentence.\n\nAnother one.", encoding="utf-8")
    return tmp_path / "a.txt"


def test_stored_document_equals_the_one_written(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "one.pdf")
    sheet.lines(60, 100, BODY)
    document = extract(sheet.save(), "d")
    write_document(document, tmp_path / "one.npz")
    (tmp_path / "one.pdf").unlink()
    again = read_document(tmp_path / "one.npz")
    assert again.text == document.text
    assert (again.pages, again.blocks, again.sentences) == (document.pages, document.blocks, document.sentences)
    assert again.rectangles(4, 20) == document.rectangles(4, 20)
    assert len(again.rectangles(4, 20)) == 1


def test_tables_and_furniture_are_stored(tmp_path: Path) -> None:
    box = Box(2, 60.25, 100.5, 200.0, 114.75)
    table = Table(
        2, Box(2, 50.0, 90.0, 400.0, 300.0), "Table 1: Costs", (Cell(0, 0, "County", box), Cell(1, 2, "", box))
    )
    read = extract(plain(tmp_path), "a")
    document = replace(read, tables=(table,), furniture=(Furniture("14", box),), problems=(Problem("blurred", 2),))
    write_document(document, tmp_path / "a.npz")
    assert read_document(tmp_path / "a.npz") == document


NUMBER = st.integers(-200_000, 200_000) | st.integers(0, 900)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 3), NUMBER, NUMBER, NUMBER, NUMBER), min_size=1, max_size=40))
def test_a_map_is_unpacked_as_it_was_packed(rows: list[tuple[int, ...]]) -> None:
    columns = np.array(rows, np.int32)
    text_map = GlyphMap(run=columns[:, 0], run_page=np.array([1, 1, 2, 2], np.int32), box=columns[:, 1:])
    again = unpacked(packed(text_map))
    for name in ("run", "run_page", "box"):
        assert getattr(again, name).dtype == np.int32
        assert getattr(again, name).tolist() == getattr(text_map, name).tolist()


def test_plain_text_is_stored_without_boxes(tmp_path: Path) -> None:
    document = extract(plain(tmp_path), "a")
    write_document(document, tmp_path / "a.npz")
    assert read_document(tmp_path / "a.npz") == document


def test_same_document_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One sentence.", encoding="utf-8")
    for name in ("x", "y"):
        write_document(extract(tmp_path / "a.txt", "a"), tmp_path / name)
    assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()


def test_damaged_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(ExtractionError, match=r"bad\.npz: not a stored document"):
        read_document(tmp_path / "bad.npz")


def test_pickled_object_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "evil.npz").open("wb") as file:
        np.savez(file, head=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ExtractionError, match="not a stored document"):
        read_document(tmp_path / "evil.npz")


def test_furniture_is_stored(tmp_path: Path) -> None:
    sheet = Sheet(tmp_path / "two.pdf")
    for _ in range(2):
        sheet.write(60, 40, "Annual review of partnerships", 9)
        sheet.lines(60, 150, BODY)
        sheet.next_page()
    document = extract(sheet.save(), "d")
    write_document(document, tmp_path / "two.npz")
    assert [item.text for item in document.furniture] == ["Annual review of partnerships"] * 2
    assert read_document(tmp_path / "two.npz").furniture == document.furniture
