"""The notebook in docs/ answers its three questions on the sample."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from corpus.sample_key import read_key
from reports.runs import Run

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "three-questions.ipynb"


def test_notebook_answers_its_questions_on_the_sample(sample_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALFLOOP_RUN", str(sample_run.folder))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    results = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert all(outputs for outputs in results)
    answer = ast.literal_eval(results[-1][0]["data"]["text/plain"])
    by_hand = [m for m in read_key().measures if m.measure == "quotations_that_leave_a_limit_out"]
    assert answer["quotations that leave something out"] == sum(int(m.value) for m in by_hand)
    passed_over = [m for m in read_key().measures if (m.measure, m.value) == ("evidence", "passed_over")]
    assert answer["evidence passed over"] == len(passed_over)


def test_notebook_is_kept_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in notebook.cells)
