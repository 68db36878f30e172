"""The card of the model that made a run's claims."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

_NAME = re.compile(r"^[A-Za-z0-9._-]+$")
CARDS = ("README.md", "card.md", "model_card.md", "MODEL_CARD.md")


def model_card(name: str, own: str = "") -> str:
    """The Markdown text of a model's card; empty where there is none.

    ``own`` is the folder of the run's own model; without it ``models/trained/NAME`` is meant. Names that are no plain
    folder name are not looked up.
    """
    if not own and not _NAME.match(name):
        return ""
    folder = Path(own) if own else files("models").joinpath("trained", name)
    for card in CARDS:
        text = folder.joinpath(card)
        if text.is_file():
            return text.read_text(encoding="utf-8")
    return ""
