"""corpus.fetch: a manifest's documents, and what is said about those that cannot be had."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.download import DownloadError, FetchLimits
from corpus.fetch import REFERENCE, Fetched, fetch_corpus, read_addresses, safe_target, write_manifest
from corpus.manifest import read_manifest
from corpus.records import ManifestError
from tests.corpus.serving import Site, refuse, serving, whole

ONE, TWO = b"%PDF one", b"%PDF two"
LIMITS = FetchLimits(timeout=5.0, attempts=2)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        running.on("/one.pdf", whole(ONE))
        running.on("/two.pdf", whole(TWO))
        yield running


def manifest(folder: Path, *rows: tuple[str, str, str, str], name: str = "addresses.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["id", "file", "sha256", "source"])
        writer.writerows(rows)
    return path


def fetch(path: Path, out: Path, only: frozenset[str] = frozenset()) -> tuple[Fetched, ...]:
    return fetch_corpus(path, out, limits=LIMITS, only=only, sleep=lambda _: None)


def test_fetch_gets_what_is_missing_and_leaves_what_is_there(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    path = manifest(
        tmp_path,
        ("a", "one.pdf", sha(ONE), f"{site.address}/one.pdf"),
        ("b", "sub/two.pdf", sha(TWO), f"{site.address}/two.pdf"),
    )
    assert [d.outcome for d in fetch(path, out)] == ["fetched", "fetched"]
    assert (out / "sub" / "two.pdf").read_bytes() == TWO
    assert [d.outcome for d in fetch(path, out)] == ["present", "present"]
    assert len(site.asked) == 2


def test_fetch_goes_on_after_a_failure_and_says_which(site: Site, tmp_path: Path) -> None:
    site.on("/gone.pdf", refuse(404))
    path = manifest(
        tmp_path,
        ("gone", "gone.pdf", "", f"{site.address}/gone.pdf"),
        ("wrong", "wrong.pdf", sha(b"other"), f"{site.address}/one.pdf"),
        ("good", "two.pdf", sha(TWO), f"{site.address}/two.pdf"),
    )
    gone, wrong, good = fetch(path, tmp_path / "out")
    assert (gone.outcome, wrong.outcome, good.outcome) == ("failed", "failed", "fetched")
    assert "404" in gone.message
    assert "another sha256" in wrong.message
    assert not (tmp_path / "out" / "wrong.pdf").exists()


def test_fetch_never_overwrites_a_file_that_differs(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "one.pdf").write_bytes(b"my annotated copy")
    (done,) = fetch(manifest(tmp_path, ("a", "one.pdf", sha(ONE), f"{site.address}/one.pdf")), out)
    assert done.outcome == "failed"
    assert "left as it is" in done.message
    assert (out / "one.pdf").read_bytes() == b"my annotated copy"
    assert site.asked == []


@pytest.mark.parametrize(
    "file",
    [
        "../one.pdf",
        "/one.pdf",
        "a/../../one.pdf",
        "C:one.pdf",
        "..\\one.pdf",
        "a\nb.pdf",
        "",
        "manifest.csv",
        "x.part",
    ],
)
def test_safe_target_refuses_paths_that_lead_out_or_are_in_use(tmp_path: Path, file: str) -> None:
    with pytest.raises(DownloadError):
        safe_target(tmp_path, file)


def test_safe_target_refuses_links_that_lead_out(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "link").symlink_to(tmp_path)
    with pytest.raises(DownloadError, match="outside the folder"):
        safe_target(tmp_path / "out", "link/one.pdf")


def test_fetch_writes_nothing_outside_its_folder(site: Site, tmp_path: Path) -> None:
    path = manifest(tmp_path, ("evil", "../evil.pdf", "", f"{site.address}/one.pdf"))
    (done,) = fetch(path, tmp_path / "out")
    assert done.outcome == "failed"
    assert not (tmp_path / "evil.pdf").exists()
    assert site.asked == []


def test_fetch_gives_one_file_to_one_row(site: Site, tmp_path: Path) -> None:
    address = f"{site.address}/one.pdf"
    first, second = fetch(
        manifest(tmp_path, ("a", "x.pdf", "", address), ("b", "x.pdf", "", address)), tmp_path / "out"
    )
    assert (first.outcome, second.outcome) == ("fetched", "failed")
    assert "also that of a" in second.message


def test_fetch_only_the_ids_asked_for(site: Site, tmp_path: Path) -> None:
    rows = [(name, f"{name}.pdf", "", f"{site.address}/one.pdf") for name in ("a", "b", "c")]
    assert [d.doc_id for d in fetch(manifest(tmp_path, *rows), tmp_path / "out", frozenset({"b"}))] == ["b"]
    with pytest.raises(ManifestError, match="none of the ids z"):
        fetch(manifest(tmp_path, *rows), tmp_path / "out", frozenset({"z"}))


def test_fetched_folder_is_a_corpus_with_the_rows_that_are_there(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out"
    path = manifest(
        tmp_path,
        ("a", "one.pdf", sha(ONE), f"{site.address}/one.pdf"),
        ("gone", "gone.pdf", "", f"{site.address}/gone.pdf"),
    )
    assert write_manifest(path, out, fetch(path, out)) == ""
    corpus = read_manifest(out)
    assert [row.doc_id for row in corpus.rows] == ["a"]
    assert corpus.problems == ()


def test_fetched_folder_keeps_the_rows_of_an_earlier_fetch(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out"
    rows = [(name, f"{name}.pdf", "", f"{site.address}/one.pdf") for name in ("a", "b")]
    path = manifest(tmp_path, *rows)
    for name in ("a", "b"):
        write_manifest(path, out, fetch(path, out, frozenset({name})))
    assert [row.doc_id for row in read_manifest(out).rows] == ["a", "b"]


def test_fetch_into_a_folder_with_a_manifest_of_its_own_leaves_that_alone(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out"
    own = manifest(out, ("mine", "mine.pdf", "", ""), name="manifest.csv")
    before = own.read_bytes()
    path = manifest(tmp_path, ("a", "one.pdf", "", f"{site.address}/one.pdf"))
    assert "left as it is" in write_manifest(path, out, fetch(path, out))
    assert own.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no column 'id'"),
        (b"id,file\na,b\n", "no column 'source'"),
        (b"id,file,source\n", "no rows"),
        (b"\xff\xfe\x00", "not CSV in UTF-8"),
        (b'id,file,source\n"a,b', "not CSV"),
    ],
)
def test_read_addresses_says_what_is_wrong_with_a_manifest(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes(content)
    with pytest.raises(ManifestError, match=re.escape(says)):
        read_addresses(path)


def test_reference_manifest_names_each_document_once_with_digest_licence_and_address() -> None:
    rows = read_addresses(REFERENCE)
    assert len({row.doc_id for row in rows}) == len({row.file for row in rows}) == len(rows) == 202
    assert all(re.fullmatch(r"[0-9a-f]{64}", row.sha256) for row in rows)
    assert all(row.source.startswith("https://") for row in rows)
    with REFERENCE.open(encoding="utf-8", newline="") as handle:
        assert all(row["licence"] and row["title"] for row in csv.DictReader(handle))


def test_reference_rows_made_from_pages_are_not_asked_for(tmp_path: Path) -> None:
    row = next(row for row in read_addresses(REFERENCE) if row.retrieval == "text made from a web page")
    (done,) = fetch(REFERENCE, tmp_path, frozenset({row.doc_id}))
    assert done.outcome == "failed"
    assert done.message == f"cannot be fetched as a file (text made from a web page); see {row.source}"
