"""Commands of the area `train`: train a classifier on the project's labels or on anybody's; look after labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from flows.stopping import stop

REFERENCE = Path("../shared/corpus")


def register(app: typer.Typer) -> None:
    """Add this area's commands to the application."""
    labels_app = typer.Typer(help="Coded sentences: find them, measure agreement, draw more.", no_args_is_help=True)
    _register_train(app)
    _register_labels(labels_app)
    app.add_typer(labels_app, name="labels")


def _register_train(app: typer.Typer) -> None:
    @app.command("train")
    def train(
        labels: Annotated[
            Path | None,
            typer.Option(help="CSV or JSON lines with text and label; optional document, before, after, split."),
        ] = None,
        test: Annotated[Path | None, typer.Option(help="Further sentences to test on, same columns.")] = None,
        out: Annotated[Path | None, typer.Option(help="Folder for model, metrics.json, card and worst errors.")] = None,
        corpus: Annotated[
            Path | None,
            typer.Option(
                help="Without --labels: the folder that holds the documents of corpus/labels. If not given: "
                f"{REFERENCE}, or the embedded sample where that is not there."
            ),
        ] = None,
        reader: Annotated[bool, typer.Option(help="Use the scores of the shipped reader as features.")] = True,
        json_output: Annotated[bool, typer.Option("--json", help="Print metrics as JSON.")] = False,
    ) -> None:
        """Train a sentence classifier and validate it.

        With --labels: on your own sentences and your own labels. Without: on the labels that come with the project.
        Documents are kept whole: none is on both sides of a split.
        """
        from corpus.codings import LabelError
        from corpus.records import ManifestError
        from models.claims.store import ModelError
        from models.training.tables import TableError

        def say(line: str) -> None:
            if not json_output:
                typer.echo(line)

        try:
            if labels is not None:
                from models.training.own import train_on_table

                if out is None:
                    raise TableError("--out is missing: name the folder that the model is to be written to")
                trained = train_on_table(labels, test, out, use_reader=reader, progress=say)
                cv, tested, notes = trained.cv, trained.test, trained.notes
            else:
                from models.training.project import train_on_project

                out = out or Path("models/trained/retrained")
                if corpus is not None and not corpus.is_dir():
                    raise ManifestError(f"{corpus}: no such folder")
                if corpus is None and not REFERENCE.is_dir():
                    say(f"{REFERENCE} is not there: training on the embedded sample alone")
                result = train_on_project(corpus or REFERENCE, out, use_reader=reader, progress=say)
                cv, tested, notes = result.cv, None, result.notes
        except (TableError, LabelError, ModelError, ManifestError, OSError) as error:
            raise stop(error) from None
        if json_output:
            typer.echo(json.dumps({"cv": cv.as_json(), "test": tested.as_json() if tested else None, "notes": notes}))
            return
        for title, scores in (("cross-validation", cv), ("test", tested)):
            if scores is not None:
                low, high = scores.macro_f1_interval.low, scores.macro_f1_interval.high
                say(
                    f"{title}: macro F1 {scores.macro_f1:.3f} ({low:.3f} to {high:.3f}), accuracy {scores.accuracy:.3f}"
                )
                for label, part in zip(scores.labels, scores.classes, strict=True):
                    say(f"  {label}: precision {part.precision:.3f}, recall {part.recall:.3f}, F1 {part.f1:.3f}")
        for note in notes:
            say(f"note: {note}")
        say(f"written to {out}")


def _register_labels(labels_app: typer.Typer) -> None:
    @labels_app.command("check")
    def check(
        corpus: Annotated[Path, typer.Argument(help="The folder that holds the labelled documents.")],
    ) -> None:
        """Find every coded sentence in the documents again.

        Lists those that are not found. Exit code 0: all are; 1: some are not; 2: none is.
        """
        from corpus.codings import LabelError
        from corpus.records import ManifestError
        from models.training.project import find_examples

        try:
            examples, lost = find_examples(corpus)
        except (LabelError, ManifestError, OSError) as error:
            raise stop(error) from None
        if not examples:
            raise stop(f"{corpus}: holds none of the documents that sentences of corpus/labels were coded in")
        for item in lost:
            typer.echo(f"not found: {item.sentence} in {item.doc_id}: {item.reason}")
        total = len(examples) + len(lost)
        typer.echo(f"{len(examples)} of {total} coded sentences found ({len(examples) / total:.2%})")
        raise typer.Exit(1 if lost else 0)

    @labels_app.command("agreement")
    def agreement() -> None:
        """Measure how far the project's coders agree.

        Krippendorff's alpha with intervals that resample documents.
        """
        from corpus.codings import read_labels
        from models.training.agreement import agreement_rows

        for row in agreement_rows(read_labels()):
            a = row.agreement
            typer.echo(f"{row.what:<34} alpha {a.alpha:.3f} ({a.low:.3f} to {a.high:.3f}), {a.units} sentences")

    @labels_app.command("draw")
    def draw(
        corpus: Annotated[Path, typer.Argument(help="The folder of documents to draw from.")],
        out: Annotated[
            Path, typer.Option(help="JSON lines for the coders; holds text, keep it out of the repository.")
        ],
        per_document: Annotated[int, typer.Option(min=1, help="Sentences per document.")] = 60,
        cue_share: Annotated[float, typer.Option(min=0, max=1, help="Part of them with cue words.")] = 0.8,
        seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 20261124,
    ) -> None:
        """Draw sentences for coding.

        At random within strata, leaving out those coded already.
        """
        from corpus.codings import LabelError, read_labels
        from corpus.manifest import read_manifest
        from corpus.records import ManifestError
        from models.training.drawing import DrawPlan, draw_sentences, write_drawn
        from models.training.project import read_document

        try:
            rows = read_manifest(corpus).rows
            plan = DrawPlan(per_document, cue_share, seed)
            drawn = draw_sentences(
                rows, lambda row: read_document(corpus, row), read_labels(), lambda row: row.doc_id, plan
            )
            write_drawn(out, drawn)
        except (LabelError, ManifestError, OSError) as error:
            raise stop(error) from None
        typer.echo(f"{len(drawn)} sentences written to {out}")
