"""The command ``halfloop corpus fetch``: what it prints and its exit codes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from flows.commands_corpus import register
from tests.corpus.serving import Site, serving, whole

DATA = b"%PDF report"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        running.on("/report.pdf", whole(DATA))
        yield running


def run(*arguments: str) -> tuple[int, list[str], list[str]]:
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, ["corpus", "fetch", *arguments])
    return result.exit_code, result.stdout.splitlines(), result.stderr.splitlines()


def manifest(folder: Path, *rows: str) -> str:
    path = folder / "addresses.csv"
    path.write_text("id,file,sha256,source\n" + "".join(row + "\n" for row in rows), encoding="utf-8")
    return str(path)


def good(site: Site) -> str:
    return f"report,report.pdf,{hashlib.sha256(DATA).hexdigest()},{site.address}/report.pdf"


def test_fetch_command_all_well(site: Site, tmp_path: Path) -> None:
    code, out, err = run(manifest(tmp_path, good(site)), "--out", str(tmp_path / "out"))
    assert (code, err) == (0, [])
    assert out == ["report: fetched report.pdf", "1 fetched, 0 already there, 0 could not be had"]
    assert (tmp_path / "out" / "report.pdf").read_bytes() == DATA


def test_fetch_command_some_missing(site: Site, tmp_path: Path) -> None:
    rows = (good(site), f"gone,gone.pdf,,{site.address}/gone.pdf")
    code, out, err = run(manifest(tmp_path, *rows), "--out", str(tmp_path / "out"))
    assert code == 1
    assert err == ["gone: the server answered 404 Not Found"]
    assert out[-1] == "1 fetched, 0 already there, 1 could not be had"


def test_fetch_command_nothing_to_be_had(tmp_path: Path) -> None:
    code, _, err = run(manifest(tmp_path, "a,a.pdf,,ftp://example.org/a.pdf"), "--out", str(tmp_path / "out"))
    assert code == 2
    assert err == ["a: the address 'ftp://example.org/a.pdf' is not an http or https address"]


def test_fetch_command_without_a_manifest_that_can_be_read(tmp_path: Path) -> None:
    code, out, err = run(str(tmp_path / "none.csv"), "--out", str(tmp_path / "out"))
    assert (code, out) == (2, [])
    assert err == [f"halfloop: {tmp_path / 'none.csv'}: cannot be read: No such file or directory"]
