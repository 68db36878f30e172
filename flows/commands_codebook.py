"""Commands of the area `codebook`: check it, print it, fit and evaluate the tagger that it drives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.stopping import stop

CodebookPath = Annotated[Path | None, typer.Argument(help="A codebook file; the project's own if left out.")]
Labels = Annotated[Path, typer.Option(help="Folder with sentences.jsonl, coder_A.jsonl and coder_B.jsonl.")]
Corpus = Annotated[
    Path | None, typer.Option(help="Folder of the documents, for the judged candidates of corpus/labels; optional.")
]


def register(app: typer.Typer) -> None:
    """Add this area's commands to the application."""
    codebook = typer.Typer(help="The codebook: check it, print it, fit the filter of its tagger.", no_args_is_help=True)
    codebook.command("check")(check)
    codebook.command("show")(show)
    codebook.command("fit")(fit)
    app.add_typer(codebook, name="codebook")
    evaluation = typer.Typer(help="Compare what the models say with what coders said.", no_args_is_help=True)
    evaluation.callback()(_only_groups)
    evaluation.command("mentions")(evaluate_mentions)
    app.add_typer(evaluation, name="evaluate")


def _only_groups() -> None:
    """Keep `evaluate` a group although it has one command of this area."""


def check(path: CodebookPath = None) -> None:
    """Check a codebook: shape, clashes, patterns, examples.

    Patterns that never match and examples that do not behave as stated are errors. Exit code 0: none; 1: some; 2: it
    cannot be read.
    """
    from corpus.codebook import CodebookError, load_codebook
    from models.tagging.check import check_codebook

    try:
        codebook = load_codebook(path)
    except CodebookError as error:
        raise stop(error) from None
    findings = check_codebook(codebook)
    for f in findings:
        typer.echo(f"{f.kind}: {f.place}: {f.message}")
    wrong = sum(f.kind == "error" for f in findings)
    rules = list(codebook.rules())
    typer.echo(
        f"{codebook.path}: {len(codebook.codes)} codes, {len(rules)} rules, "
        f"{sum(len(r.patterns) + len(r.tokens) for r in rules)} patterns, {wrong} errors, {len(findings) - wrong} notes"
    )
    raise typer.Exit(1 if wrong else 0)


def show(
    path: CodebookPath = None,
    code: Annotated[str, typer.Option(help="One code only.")] = "",
    patterns: Annotated[bool, typer.Option(help="The patterns too.")] = False,
    syntax: Annotated[bool, typer.Option(help="How patterns are written, instead of the codebook.")] = False,
) -> None:
    """Print a codebook for people, as Markdown."""
    from corpus import codebook_patterns
    from corpus.codebook import CodebookError, load_codebook
    from corpus.codebook_page import codebook_page

    if syntax:
        typer.echo((codebook_patterns.__doc__ or "").strip())
        return
    try:
        codebook = load_codebook(path)
    except CodebookError as error:
        raise stop(error) from None
    if code and code not in codebook.by_name:
        raise stop(f"{codebook.path}: there is no code '{code}' (known: {', '.join(codebook.by_name)})")
    typer.echo(codebook_page(codebook, code, patterns))


def fit(
    labels: Labels = Path("../shared/labels"),
    corpus: Corpus = None,
    out: Annotated[Path, typer.Option(help="The filter to write.")] = Path("models/trained/mentions-3.json"),
    codebook: Annotated[Path | None, typer.Option(help="A codebook file.")] = None,
) -> None:
    """Fit the tagger's filter on coded sentences.

    Where the documents are at hand, on judged candidates too. Where the coded sentences have held-out readings, the
    joint decision of filter and reader is fitted with it.
    """
    from corpus.codebook import CodebookError, load_codebook
    from flows.mention_evaluation import held_out_readers, read_material
    from models.tagger import Tagger
    from models.tagging.fit import fit_filter
    from models.tagging.gold import GoldError
    from models.tagging.reader import MentionReaderError

    try:
        tagger = Tagger(load_codebook(codebook), None)
        gold, judged = read_material(labels, corpus, typer.echo)
        note = f"{len(gold)} coded sentences, {len(judged)} sentences with judged candidates"
        readers = held_out_readers(gold, typer.echo)
        fit_filter(
            tagger, gold, judged, out, note=note, reader=readers.reader, careful=readers.careful, progress=typer.echo
        )
    except (CodebookError, GoldError, MentionReaderError, OSError) as error:
        raise stop(error) from None
    typer.echo(f"wrote {out}")


def evaluate_mentions(
    labels: Labels = Path("../shared/labels"),
    out: Annotated[Path, typer.Option(help="Folder for scores and errors; errors quote the sentences.")] = Path(
        "runs/evaluation-mentions"
    ),
    rule: Annotated[str, typer.Option(help="Gold of two coders: either, agreed, A or B.")] = "either",
    shipped: Annotated[
        bool, typer.Option(help="Use the shipped filter as it is: only for labels that it was not trained with.")
    ] = False,
    sample: Annotated[
        bool, typer.Option(help="Score against the key of the embedded sample, which the filter was not trained with.")
    ] = False,
    corpus: Corpus = None,
    folds: Annotated[int, typer.Option(help="Parts that the documents are split into.", min=2)] = 10,
    code: Annotated[
        str,
        typer.Option(
            help="One top code that drawn sentences of corpus/labels were read for (learning_mode): score it on them, "
            "found again in the documents of --corpus."
        ),
    ] = "",
) -> None:
    """Score the tagger beside a list of keywords.

    By sentence and span, code, subcode and document, against coded sentences: --sample needs nothing but this project.

    Unless --shipped or --sample, every sentence is tagged with a filter fitted without its document.
    """
    from corpus.codebook import CodebookError
    from flows.drawn_evaluation import run_drawn_evaluation
    from flows.mention_evaluation import run_evaluation
    from models.tagging.gold import RULES, GoldError
    from models.tagging.reader import MentionReaderError

    if code:
        try:
            lines = run_drawn_evaluation(code, corpus or Path("../shared/corpus"), out, typer.echo)
        except (CodebookError, GoldError, MentionReaderError, OSError) as error:
            raise stop(error) from None
        typer.echo("\n".join(lines))
        return
    chosen = next((r for r in RULES if r == rule), None)
    if chosen is None:
        raise stop(f"--rule {rule}: expected one of {', '.join(RULES)}")
    try:
        lines = run_evaluation(
            labels, out, chosen, shipped=shipped, sample=sample, corpus=corpus, folds=folds, progress=typer.echo
        )
    except (CodebookError, GoldError, MentionReaderError, OSError) as error:
        raise stop(error) from None
    typer.echo("\n".join(lines))
