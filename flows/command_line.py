"""The command ``halfloop``. Each area registers its own commands; heavy imports happen inside them."""

from __future__ import annotations

import importlib

import typer

AREAS = (
    "flows.commands_run",
    "flows.commands_reports",
    "flows.commands_reproduce",
    "flows.commands_schedule",
    "flows.commands_codebook",
    "flows.commands_train",
    "flows.commands_corpus",
)

app = typer.Typer(
    name="halfloop",
    help="Do governments learn from practice, or only cite it? A folder of policy documents in, evidence out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for area in AREAS:
    importlib.import_module(area).register(app)
