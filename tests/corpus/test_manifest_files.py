"""Files that a corpus names or holds but that must not be opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus.manifest import read_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus beside a file that is not part of it."""
    (tmp_path / "private.txt").write_text("Not for the corpus.")
    inside = tmp_path / "corpus"
    inside.mkdir()
    (inside / "good.txt").write_text("One sentence.")
    (inside / "out.txt").symlink_to(tmp_path / "private.txt")
    (inside / "nowhere.txt").symlink_to(inside / "gone.txt")
    (inside / "round.txt").symlink_to(inside / "round.txt")
    (inside / "folder.pdf").mkdir()
    os.mkfifo(inside / "pipe.pdf")
    return inside


SAID = {
    "out.txt": "link out of the corpus folder",
    "nowhere.txt": "link that leads nowhere",
    "round.txt": "link that leads nowhere",
    "folder.pdf": "is a folder",
    "pipe.pdf": "a pipe, socket or device",
}


def test_a_guessed_corpus_names_each_file_it_will_not_open(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert [row.file for row in manifest.rows] == ["good.txt"]
    assert {problem.file for problem in manifest.problems} == set(SAID)
    for problem in manifest.problems:
        assert SAID[problem.file] in problem.message
        assert problem.message.startswith(f"{problem.file}: ")


@pytest.mark.parametrize("file", SAID)
def test_a_row_that_names_such_a_file_is_a_problem(folder: Path, file: str) -> None:
    (folder / "manifest.csv").write_text(f"id,file\na,{file}\nb,good.txt\n")
    manifest = read_manifest(folder)
    assert [row.doc_id for row in manifest.rows] == ["b"]
    (problem,) = manifest.problems
    assert problem.message.startswith(f"manifest.csv, row 2: {file}: ")
    assert SAID[file] in problem.message


def test_a_folder_linked_into_the_corpus_does_not_lead_out_of_it(folder: Path, tmp_path: Path) -> None:
    (folder / "side").symlink_to(tmp_path)
    (folder / "manifest.csv").write_text("id,file\na,side/private.txt\nb,good.txt\n")
    (problem,) = read_manifest(folder).problems
    assert "link out of the corpus folder" in problem.message


def test_a_link_within_the_corpus_is_read(folder: Path) -> None:
    (folder / "again.txt").symlink_to(folder / "good.txt")
    assert "again.txt" in [row.file for row in read_manifest(folder).rows]


def test_a_corpus_that_is_itself_a_link_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(folder)
    assert [row.file for row in read_manifest(tmp_path / "linked").rows] == ["good.txt"]


@pytest.mark.parametrize("name", [b"line\nbreak.txt", b"not-utf8-\xff.txt"])
def test_a_name_that_cannot_be_shown_is_a_problem_in_one_line_of_utf8(folder: Path, name: bytes) -> None:
    (folder / os.fsdecode(name)).write_text("Words.")
    found = [problem for problem in read_manifest(folder).problems if "rename it" in problem.message]
    assert len(found) == 1
    for text in (found[0].doc_id, found[0].file, found[0].message):
        assert text.isprintable()
        text.encode("utf-8")
