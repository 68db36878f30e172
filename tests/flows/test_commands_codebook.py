"""The commands `codebook check`, `codebook show`, `codebook fit` and `evaluate mentions`."""

from __future__ import annotations

import csv
import json

from typer.testing import CliRunner

from corpus.codebook import DEFAULT_PATH
from corpus.sample_key import read_key
from flows.command_line import app

run = CliRunner().invoke


def test_check_passes_the_projects_codebook():
    result = run(app, ["codebook", "check"])
    assert result.exit_code == 0
    assert "0 errors" in result.output


def test_check_names_what_is_wrong_and_ends_with_1(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(
        'version: "1"\ncodes:\n  pet:\n    definition: Pets.\n    rules:\n'
        '      a: {patterns: [cat, "<none>"]}\n      b: {patterns: [cat, house cat]}\n'
        "    vetoes: {wild: [house cat]}\n",
        encoding="utf-8",
    )
    result = run(app, ["codebook", "check", str(path)])
    assert result.exit_code == 1
    assert "there is no word class <none>" in result.output
    assert "pattern 'cat' stands in pet.a and pet.b" in result.output
    assert "pattern 'house cat' can never match" in result.output


def test_check_tries_the_examples(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(
        'version: "1"\ncodes:\n  pet:\n    definition: Pets.\n    rules: {a: {patterns: [cat]}}\n'
        '    include: ["A [dog]."]\n    exclude: ["A cat."]\n',
        encoding="utf-8",
    )
    result = run(app, ["codebook", "check", str(path)])
    assert result.exit_code == 1
    assert "'A dog.' gives no mention of 'dog'" in result.output
    assert "'A cat.' gives 'cat' by pet.a" in result.output


def test_a_codebook_that_cannot_be_read_is_one_line_and_2(tmp_path):
    result = run(app, ["codebook", "check", str(tmp_path / "absent.yaml")])
    assert result.exit_code == 2
    assert result.output.strip().count("\n") == 0
    assert "Traceback" not in result.output


def test_show_prints_for_people():
    page = run(app, ["codebook", "show", "--code", "barrier"])
    assert page.exit_code == 0
    assert "| funding |" in page.output
    assert "## partnership" not in page.output
    assert "any member of the word class" in run(app, ["codebook", "show", "--syntax"]).output
    assert run(app, ["codebook", "show", "--code", "nothing"]).exit_code == 2


def labels(folder, documents=4):
    rows, codings = [], []
    for n in range(documents):
        text = f"The crews of port {n} still face a serious problem."
        at = text.index("problem")
        mention = {"code": "barrier.other", "text": "problem", "start": at, "end": at + 7}
        mention |= {"locus": "local", "status": "asserted"}
        rows.append({"id": f"a{n}", "doc_id": f"d{n}", "text": text})
        codings.append({"id": f"a{n}", "mentions": [mention]})
        rows.append({"id": f"b{n}", "doc_id": f"d{n}", "text": f"The pupils of class {n} solved a maths problem."})
        codings.append({"id": f"b{n}", "mentions": []})
    for name, content in (("sentences", rows), ("coder_A", codings), ("coder_B", codings)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in content))


def test_evaluate_scores_held_out_and_writes_readable_errors(tmp_path):
    labels(tmp_path)
    out = tmp_path / "out"
    result = run(app, ["evaluate", "mentions", "--labels", str(tmp_path), "--out", str(out), "--folds", "2"])
    assert result.exit_code == 0, result.output
    assert "macro F1 by sentence" in result.output
    with (out / "scores.csv").open(encoding="utf-8-sig") as handle:
        scores = {(r["system"], r["level"], r["code"]): r for r in csv.DictReader(handle)}
    assert scores["tagger", "sentence", "barrier"]["gold"] == "4"
    assert scores["keywords", "sentence", "barrier"]["found"] == "8"
    assert (out / "errors.csv").read_text(encoding="utf-8-sig").startswith("kind,code,document,sentence,quoted")
    assert (out / "documents.csv").exists()


def test_evaluate_refuses_unknown_rules_and_missing_labels(tmp_path):
    assert run(app, ["evaluate", "mentions", "--labels", str(tmp_path), "--rule", "mine"]).exit_code == 2
    missing = run(app, ["evaluate", "mentions", "--labels", str(tmp_path), "--out", str(tmp_path / "o")])
    assert missing.exit_code == 2
    assert "sentences.jsonl" in missing.output


def test_fit_writes_a_filter(tmp_path):
    labels(tmp_path)
    out = tmp_path / "filter.json"
    result = run(app, ["codebook", "fit", "--labels", str(tmp_path), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert json.loads(out.read_text())["codes"].keys() == {"barrier"}
    assert DEFAULT_PATH.exists()


def test_the_embedded_sample_is_scored_with_the_shipped_filter_and_needs_no_labels(tmp_path):
    out = tmp_path / "scores"
    result = run(app, ["evaluate", "mentions", "--sample", "--labels", str(tmp_path / "absent"), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "of 6 documents" in result.output
    rows = list(csv.DictReader((out / "scores.csv").open(encoding="utf-8-sig")))
    by_code = {r["code"]: r for r in rows if r["system"] == "tagger" and r["level"] == "overlap"}
    key = read_key()
    for code in ("barrier", "best_practice", "partnership"):
        assert int(by_code[code]["gold"]) == sum(m.code.partition(".")[0] == code for m in key.mentions)
