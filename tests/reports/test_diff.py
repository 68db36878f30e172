"""Run diffs: what was added, lost, relabelled and moved."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from flows.command_line import app
from reports.diff import diff_runs
from reports.diff_page import write_diff_page
from reports.diff_text import diff_lines
from tests.reports.tiny import TinyDocument, build_run

BEFORE = [
    ["[learning single_loop] {barrier.time local asserted|Delay} cost us the summer.", "[legitimation] All is well."]
]
AFTER = [["New first line.", "[legitimation] {barrier.funding local asserted|Delay} cost us the summer.", "Nothing."]]


def test_a_run_does_not_differ_from_itself(tmp_path: Path) -> None:
    run = build_run(tmp_path / "a", [TinyDocument("d", BEFORE)])
    found = diff_runs(run, run)
    assert found.same
    assert list(diff_lines(found, 5)) == ["a → a", "nothing moved"]


def test_claims_and_mentions_are_matched_by_their_words(tmp_path: Path) -> None:
    a = build_run(tmp_path / "a", [TinyDocument("d", BEFORE)])
    b = build_run(tmp_path / "b", [TinyDocument("d", AFTER)])
    found = diff_runs(a, b)
    assert [(c.change, c.before, c.after) for c in found.claims] == [
        ("lost", "legitimation", ""),
        ("relabelled", "learning", "legitimation"),
    ]
    assert [(c.change, c.before, c.after) for c in found.mentions] == [
        ("relabelled", "barrier.time", "barrier.funding")
    ]


def test_documents_added_lost_and_changed(tmp_path: Path) -> None:
    a = build_run(tmp_path / "a", [TinyDocument("gone", BEFORE), TinyDocument("kept", BEFORE)])
    b = build_run(tmp_path / "b", [TinyDocument("kept", AFTER, sha256="f" * 64), TinyDocument("new", BEFORE)])
    changes = {c.doc_id: (c.change, c.detail) for c in diff_runs(a, b).documents}
    assert changes["gone"][0] == "lost"
    assert changes["new"][0] == "added"
    assert changes["kept"] == ("changed", "other bytes; sentences: 2 → 3")


def test_measures_that_moved_and_those_withheld_now(tmp_path: Path) -> None:
    learning, cites = "[learning single_loop] It failed.", "[legitimation] It shone."
    a = build_run(tmp_path / "a", [TinyDocument("d", [[learning] * 60 + [cites] * 40])])
    b = build_run(tmp_path / "b", [TinyDocument("d", [[learning] * 10 + [cites] * 90])])
    moved = {(c.scope, c.measure): c for c in diff_runs(a, b).measures}
    change = moved["document", "claims.learning_share"]
    assert (change.before, change.after, change.apart) == (0.6, 0.1, True)


def test_page_lists_the_changes_and_escapes_them(tmp_path: Path) -> None:
    a = build_run(tmp_path / "a", [TinyDocument("d", [["[learning single_loop] A <b>bold</b> failure."]])])
    b = build_run(tmp_path / "b", [TinyDocument("d", [["[legitimation] A <b>bold</b> failure."]])])
    page = write_diff_page(diff_runs(a, b), b).read_text()
    assert "A &lt;b&gt;bold&lt;/b&gt; failure." in page
    assert "relabelled" in page


def test_command_says_by_its_exit_code_whether_something_moved(tmp_path: Path) -> None:
    build_run(tmp_path / "a", [TinyDocument("d", BEFORE)])
    build_run(tmp_path / "b", [TinyDocument("d", AFTER)])
    runner = CliRunner()
    same = runner.invoke(app, ["diff", str(tmp_path / "a"), str(tmp_path / "a")])
    assert (same.exit_code, "nothing moved" in same.output) == (0, True)
    moved = runner.invoke(app, ["diff", str(tmp_path / "a"), str(tmp_path / "b")])
    assert moved.exit_code == 1
    assert "claims    1 lost, 1 relabelled" in moved.output
    none = runner.invoke(app, ["diff", str(tmp_path / "a"), str(tmp_path / "nowhere")])
    assert none.exit_code == 2
    assert "Traceback" not in none.output
