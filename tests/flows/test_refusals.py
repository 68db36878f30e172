"""Mistakes of every command: one line that begins with the program's name and names what is wrong, exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from flows.command_line import app

TABLE = "text,label\na short sentence,yes\nanother one,no\na third,yes\n"


def run(*words: str) -> tuple[int, str, list[str]]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.stdout, result.stderr.splitlines()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("open", "{}/none"), "none: no such folder"),
        (("open", "{}"), "holds no run"),
        (("site", "{}"), "holds no run"),
        (("highlight", "{}", "a"), "holds no run"),
        (("diff", "{}", "{}"), "holds no run"),
        (("codebook", "check", "{}/none.yaml"), "none.yaml: No such file or directory"),
        (("codebook", "show", "{}/broken.yaml"), "broken.yaml, line 2: not YAML"),
        (("codebook", "fit", "--labels", "{}"), "sentences.jsonl: No such file or directory"),
        (("evaluate", "mentions", "--labels", "{}"), "sentences.jsonl: No such file or directory"),
        (("evaluate", "mentions", "--rule", "C"), "--rule C: expected one of"),
        (("labels", "check", "{}/none"), "none: no such folder"),
        (("labels", "check", "{}/one"), "one: holds none of the documents"),
        (("labels", "draw", "{}/one", "--out", "{}/none/drawn.jsonl"), "drawn.jsonl: No such file or directory"),
        (("train", "--corpus", "{}/none"), "none: no such folder"),
        (("train", "--labels", "{}/labels.csv"), "--out is missing"),
        (("train", "--labels", "{}/none.csv", "--out", "{}/m"), "none.csv: there is no such file"),
        (("train", "--labels", "{}/unlabelled.csv", "--out", "{}/m"), "unlabelled.csv: column 'label' is missing"),
        (("train", "--labels", "{}/labels.csv", "--out", "{}/m"), "labels.csv: "),
        (("archive", "{}/one"), "one: "),
        (("reproduce", "{}/none"), "none: "),
        (("corpus", "fetch", "{}/one"), "manifest.csv: cannot be read"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.txt").write_text("The pilot was slow.", encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("a: [1,\n b", encoding="utf-8")
    (tmp_path / "labels.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "unlabelled.csv").write_text("text\na\n", encoding="utf-8")
    code, out, lines = run(*(word.format(tmp_path) for word in words))
    assert (code, len(lines)) == (2, 1), out + "\n".join(lines)
    assert lines[0].startswith("halfloop: ")
    assert said in lines[0]
    assert "Errno" not in lines[0]


def test_help_tells_every_command_in_a_line_that_is_not_cut() -> None:
    def every(command: object, name: tuple[str, ...]) -> None:
        inner = getattr(command, "commands", None)
        code, page, _ = run(*name, "--help")
        assert code == 0
        assert "..." not in page.replace("[ARGS]...", ""), page
        for word, part in (inner or {}).items():
            every(part, (*name, word))

    every(get_command(app), ())
