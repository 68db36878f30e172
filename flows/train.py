"""Train the claim classifier as a Prefect flow: coded sentences in, a validated model with its card out.

``halfloop train`` does the same without Prefect; the flow is for those who train on a schedule or from Prefect's form.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from flows.prefect_local import apply_defaults

apply_defaults()

from prefect import flow, get_run_logger, task  # noqa: E402 - Prefect reads its settings when it is imported
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402

from models.training.card import score_table  # noqa: E402
from models.training.own import train_on_table  # noqa: E402
from models.training.project import train_on_project  # noqa: E402
from models.training.scores import Scores  # noqa: E402


class TrainParameters(BaseModel):
    """Parameters of ``train``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    out: str = Field(description="Folder for the model, its card and metrics")
    labels: str | None = Field(default=None, description="Your own coded sentences, CSV or JSON lines; else ours")
    test: str | None = Field(default=None, description="Further sentences to test on")
    corpus: str = Field(default="../shared/corpus", description="The documents that the project's labels belong to")
    reader: bool = Field(default=True, description="Use the scores of the shipped reader as features")


@flow(name="train", flow_run_name="{parameters.out}", persist_result=False)
def train(parameters: TrainParameters) -> Scores:
    """Fit on coded sentences, validate with documents kept whole, and write model, card and metrics."""
    scores, notes = fit_and_validate(parameters)
    lines = [score_table("Cross-validation, documents kept whole", scores), "", *(f"- {note}" for note in notes)]
    create_markdown_artifact("\n".join(lines), key="training", description=f"Model in {parameters.out}")
    return scores


@task(name="fit and validate", task_run_name="fit and validate", cache_policy=NO_CACHE, persist_result=False)
def fit_and_validate(parameters: TrainParameters) -> tuple[Scores, tuple[str, ...]]:
    """Train on the table named, or else on the project's labels."""
    say, out = get_run_logger().info, Path(parameters.out)
    if parameters.labels is None:
        ours = train_on_project(Path(parameters.corpus), out, parameters.reader, say)
        return ours.cv, ours.notes
    test = Path(parameters.test) if parameters.test else None
    own = train_on_table(Path(parameters.labels), test, out, parameters.reader, say)
    return own.cv, own.notes
