"""A trained model on disk: a skops file, what it is, and a digest. Nothing else is loaded."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import skops.io

MODEL_FILE = "model.skops"
DESCRIPTION_FILE = "model.json"
TRUSTED_TYPES = ("numpy.dtype",)


class ModelError(Exception):
    """A model that cannot be used; ``str()`` is one line that names its folder and the cause."""


def write_model(folder: Path, state: dict[str, Any], description: dict[str, Any]) -> str:
    """Write ``state`` and ``description`` to ``folder``; return the model file's sha256."""
    folder.mkdir(parents=True, exist_ok=True)
    data = skops.io.dumps(state, compression=8)
    digest = hashlib.sha256(data).hexdigest()
    (folder / MODEL_FILE).write_bytes(data)
    text = json.dumps({**description, "sha256": digest}, indent=2, ensure_ascii=False, sort_keys=True)
    (folder / DESCRIPTION_FILE).write_text(text + "\n", encoding="utf-8")
    return digest


def read_description(folder: Path) -> dict[str, Any]:
    """The description beside a model.

    Raises
    ------
    ModelError
        If it is missing or is not a JSON object with a digest.
    """
    path = folder / DESCRIPTION_FILE
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder}: no model here ({DESCRIPTION_FILE} is missing)") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read ({error})") from None
    if not isinstance(description, dict) or not isinstance(description.get("sha256"), str):
        raise ModelError(f"{path}: expected an object with the key sha256")
    return description


def read_state(folder: Path, expected_sha256: str) -> dict[str, Any]:
    """The state written by :func:`write_model`, after its digest and the types inside were checked.

    Raises
    ------
    ModelError
        If the file is missing, differs from its digest or holds a type that is not on the list.
    """
    path = folder / MODEL_FILE
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from None
    found = hashlib.sha256(data).hexdigest()
    if found != expected_sha256:
        raise ModelError(f"{path}: sha256 is {found[:12]}…, {DESCRIPTION_FILE} says {expected_sha256[:12]}…")
    try:
        unknown = [name for name in skops.io.get_untrusted_types(data=data) if name not in TRUSTED_TYPES]
        if unknown:
            raise ModelError(f"{path}: holds types that are not allowed: {', '.join(unknown)}")
        state = skops.io.loads(data, trusted=list(TRUSTED_TYPES))
    except ModelError:
        raise
    except Exception as error:  # skops raises many kinds on a damaged file; each becomes one line
        raise ModelError(f"{path}: not a model file ({type(error).__name__})") from None
    if not isinstance(state, dict):
        raise ModelError(f"{path}: holds a {type(state).__name__}, not a model")
    return state
