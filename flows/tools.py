"""What a worker process loads once and uses for every document: the codebook's tagger and the claim model."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from models.readings import USUAL, Closeness

if TYPE_CHECKING:
    from models.claims import ClaimModel
    from models.tagger import Tagger


MODEL_FILE, DESCRIPTION_FILE = "model.skops", "model.json"


@dataclass(frozen=True)
class Tools:
    """Where codebook and model stand; both are loaded when first used. None means the project's own."""

    codebook: Path | None = None
    model_folder: Path | None = None
    reading: Closeness = USUAL

    @cached_property
    def tagger(self) -> Tagger:
        """The tagger of the codebook."""
        from corpus.codebook import load_codebook
        from models.tagger import Tagger

        return Tagger(load_codebook(self.codebook), reading=self.reading)

    @cached_property
    def model(self) -> ClaimModel:
        """The claim model."""
        from models.claims import ClaimModel

        return ClaimModel.load(self.model_folder, reading=self.reading)


@dataclass(frozen=True, slots=True)
class ToolDigests:
    """What identifies codebook, model and reading in keys and in ``run.json``."""

    codebook: str
    codebook_version: str
    model: str
    model_name: str
    reading: Closeness = USUAL


def digests_of(tools: Tools) -> ToolDigests:
    """Read codebook and model description, without loading the model itself.

    Raises
    ------
    corpus.codebook.CodebookError, models.claims.ModelError
        One of them cannot be used.
    """
    from corpus.codebook import load_codebook
    from models.trained import CURRENT, TRAINED

    codebook = load_codebook(tools.codebook)
    folder = tools.model_folder or TRAINED / CURRENT
    try:
        description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # the model's own reader says what is wrong with it
        from models.claims.store import read_description

        description = read_description(folder)
    state = hashlib.sha256()
    for name in (MODEL_FILE, DESCRIPTION_FILE):
        path = folder / name
        state.update(hashlib.sha256(path.read_bytes() if path.is_file() else b"").digest())
    state.update(tools.reading.encode())
    name = str(description.get("name", "unnamed"))
    return ToolDigests(codebook.digest, codebook.version, state.hexdigest(), name, tools.reading)
