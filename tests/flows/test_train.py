"""Training as a flow, on a few sentences of our own."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

pytestmark = [pytest.mark.usefixtures("prefect_api"), pytest.mark.xdist_group("prefect")]


def test_the_flow_writes_a_model_that_a_run_can_use(tmp_path: Path) -> None:
    from flows.train import TrainParameters, train
    from models.claims import ClaimModel

    table = tmp_path / "coded.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "document"])
        for number in range(12):
            writer.writerow([f"We found that attendance fell in district {number}.", "learning", f"d{number % 6}"])
            writer.writerow([f"The plan for district {number} will be published.", "neither", f"d{number % 6}"])
    scores = train(TrainParameters(out=str(tmp_path / "model"), labels=str(table), reader=False))
    assert (scores.n, scores.documents) == (24, 6)
    assert set(ClaimModel.load(tmp_path / "model").labels) == {"learning", "neither"}
    assert json.loads((tmp_path / "model" / "metrics.json").read_text())["cv"]["n"] == 24
