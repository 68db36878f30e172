from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from corpus.frozen import FROZEN_FILE, read_frozen, write_frozen
from corpus.licences import may_be_passed_on
from corpus.manifest import read_manifest
from corpus.records import ManifestError, ManifestRow, RowProblem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"Text of {name}.")
    return tmp_path


def _manifest(folder: Path, text: str, encoding: str = "utf-8") -> None:
    (folder / "manifest.csv").write_bytes(text.encode(encoding))


def test_rows_come_sorted_with_their_fields(folder: Path) -> None:
    digest = hashlib.sha256(b"Text of a.txt.").hexdigest()
    _manifest(folder, f"id,file,sha256,kind,published,unknown\nb,b.txt,,news,2020-01,x\na,a.txt,{digest.upper()},,,\n")
    manifest = read_manifest(folder)
    assert manifest.rows == (
        ManifestRow("a", "a.txt", sha256=digest),
        ManifestRow("b", "b.txt", kind="news", published="2020-01"),
    )
    assert not manifest.problems
    assert not manifest.guessed


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (",", "cp1252")])
def test_what_spreadsheets_write_is_read(folder: Path, separator: str, encoding: str) -> None:
    _manifest(
        folder, separator.join(["ID", "File", "Title"]) + "\r\n" + separator.join(["a", "a.txt", "Café"]), encoding
    )
    assert read_manifest(folder).rows == (ManifestRow("a", "a.txt", title="Café"),)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a,missing.txt,,", "row 2: missing.txt: no such file"),
        (",a.txt,,", "row 2: column id is empty"),
        ("a,,,", "row 2: column file is empty"),
        ("a,../a.txt,,", "lies outside the corpus folder"),
        ("a,a.txt,xyz,", "column sha256 is 'xyz', not 64 hexadecimal digits"),
        ("a,a.txt,,May 2020", "column published is 'May 2020', not YYYY"),
        ("a,a.txt,,,,", "has 6 cells where the header has 4 columns"),
    ],
)
def test_a_bad_row_is_a_problem_and_the_others_are_read(folder: Path, row: str, said: str) -> None:
    _manifest(folder, f"id,file,sha256,published\n{row}\nb,b.txt,,\n")
    manifest = read_manifest(folder)
    assert [r.doc_id for r in manifest.rows] == ["b"]
    assert len(manifest.problems) == 1
    assert said in manifest.problems[0].message
    assert manifest.problems[0].message.startswith("manifest.csv, row 2: ")


def test_a_second_row_of_an_id_is_a_problem_of_its_own(folder: Path) -> None:
    _manifest(folder, "id,file\na,a.txt\na,b.txt\na,b.txt\n")
    manifest = read_manifest(folder)
    assert manifest.rows == (ManifestRow("a", "a.txt"),)
    assert [p.doc_id for p in manifest.problems] == ["a#row3", "a#row4"]
    assert "used by an earlier row (a.txt)" in manifest.problems[0].message


def test_an_id_that_failed_before_it_was_used_stands_once(folder: Path) -> None:
    _manifest(folder, "id,file\na,missing.txt\na,a.txt\n")
    manifest = read_manifest(folder)
    ids = [row.doc_id for row in manifest.rows] + [p.doc_id for p in manifest.problems]
    assert len(ids) == len(set(ids)) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04\x00\x00spreadsheet", "is not CSV but binary data"),
        (b"name,path\nx,y\n", "column 'id' is missing"),
        (b"id,kind\nx,y\n", "column 'file' is missing"),
        (b"id,file,file\nx,y,z\n", "column 'file' stands twice"),
        (b"id,file\n", "has a header but no rows"),
        (b'id,file\n"a,a.txt\n', "not CSV"),
    ],
)
def test_what_is_no_manifest_is_refused_in_one_line(folder: Path, content: bytes, said: str) -> None:
    (folder / "manifest.csv").write_bytes(content)
    with pytest.raises(ManifestError) as refused:
        read_manifest(folder)
    assert said in str(refused.value)
    assert "manifest.csv" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_missing_and_empty_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no such folder"):
        read_manifest(tmp_path / "nowhere")
    with pytest.raises(ManifestError, match="holds no document"):
        read_manifest(tmp_path)
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(ManifestError, match="is a file"):
        read_manifest(tmp_path / "a.txt")


def test_a_folder_without_manifest_is_guessed(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("response-to-the-evaluation-2019-05.pdf", "deep/plain.txt", "deep/plain.html", "README.md", "x.docx"):
        (tmp_path / name).write_text("x")
    manifest = read_manifest(tmp_path)
    assert manifest.guessed
    assert [row.doc_id for row in manifest.rows] == [
        "deep/plain.html",
        "deep/plain.txt",
        "response-to-the-evaluation-2019-05",
    ]
    response = manifest.rows[2]
    assert (response.kind, response.voice, response.published) == ("government_response", "government", "2019-05")
    assert response.guessed == ("title", "published", "kind", "voice")


def test_a_frozen_corpus_keeps_guesses_and_bad_rows(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    rows = (ManifestRow("a", "a.txt", title="A", guessed=("title",)),)
    problems = (RowProblem("b", "b.txt", "b.txt: no such file"),)
    write_frozen(tmp_path, rows, problems)
    assert read_manifest(tmp_path).rows == rows
    assert read_manifest(tmp_path).problems == problems


def test_a_frozen_corpus_cannot_name_files_elsewhere(tmp_path: Path) -> None:
    write_frozen(tmp_path, (ManifestRow("a", "../a.txt"),), ())
    with pytest.raises(ManifestError, match="outside"):
        read_frozen(tmp_path)
    (tmp_path / FROZEN_FILE).write_text("[]")
    with pytest.raises(ManifestError, match="not the inputs of a run"):
        read_frozen(tmp_path)


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("OGL v3.0", True),
        ("Open Parliament Licence stated in PDF", True),
        ("CC BY 4.0", True),
        ("CC-BY-SA 3.0", True),
        ("CC0", True),
        ("federal work, public domain; repo MIT", True),
        ("MIT (fictional sample)", True),
        ("", False),
        ("(c) A Publisher", False),
        ("CC BY-NC 4.0", False),
        ("CC-BY-ND 4.0", False),
        ("CC BY-NC-SA", False),
        ("no licence in PDF; repo MIT", False),
        ("repo CC0; terms vary", False),
        ("presumed OGL", False),
        ("COMMITTEE PRINT", False),
    ],
)
def test_only_a_licence_stated_without_doubt_lets_a_document_go(licence: str, allowed: bool) -> None:
    assert may_be_passed_on(licence) is allowed
