from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from flows.store import ResultStore


def test_a_result_appears_when_its_block_ends(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    with store.writing("extract", "ab12") as folder:
        (folder / "x").write_text("1")
        assert not store.has("extract", "ab12")
    assert (store.place("extract", "ab12") / "x").read_text() == "1"


def test_a_block_that_fails_leaves_nothing(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    with pytest.raises(ValueError, match="halfway"), store.writing("extract", "ab12") as folder:
        (folder / "x").write_text("1")
        raise ValueError("halfway")
    assert not store.has("extract", "ab12")
    assert list((tmp_path / "making").iterdir()) == []


def test_of_two_makers_of_one_result_the_first_stays(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    with store.writing("tag", "ab12") as slow:
        (slow / "who").write_text("slow")
        with store.writing("tag", "ab12") as quick:
            (quick / "who").write_text("quick")
    assert (store.place("tag", "ab12") / "who").read_text() == "quick"


def test_sweeping_takes_what_dead_processes_left_and_nothing_else(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / "making" / f"{ended.pid}-left"
    left.mkdir(parents=True)
    store = ResultStore(tmp_path)
    with store.writing("tag", "cd34") as folder:
        store.sweep()
        assert folder.is_dir()
        assert not left.exists()


def test_a_dropped_result_can_be_made_again(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    for text in ("old", "new"):
        with store.writing("tag", "ef56") as folder:
            (folder / "x").write_text(text)
        if text == "old":
            store.drop("tag", "ef56")
    assert (store.place("tag", "ef56") / "x").read_text() == "new"
