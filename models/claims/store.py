"""A trained model on disk: a skops file, what it is, and a digest. Nothing else is loaded."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import skops.io

MODEL_FILE = "model.skops"
DESCRIPTION_FILE = "model.json"
_SCHEMA = "schema.json"
_NO_DATE = (1980, 1, 1, 0, 0, 0)
TRUSTED_TYPES = ("numpy.dtype",)


class ModelError(Exception):
    """A model that cannot be used; ``str()`` is one line that names its folder and the cause."""


def write_model(folder: Path, state: dict[str, Any], description: dict[str, Any]) -> str:
    """Write ``state`` and ``description`` to ``folder``; return the model file's sha256."""
    folder.mkdir(parents=True, exist_ok=True)
    data = _same_each_time(skops.io.dumps(state))
    digest = hashlib.sha256(data).hexdigest()
    (folder / MODEL_FILE).write_bytes(data)
    text = json.dumps({**description, "sha256": digest}, indent=2, ensure_ascii=False, sort_keys=True)
    (folder / DESCRIPTION_FILE).write_text(text + "\n", encoding="utf-8")
    return digest


def _same_each_time(archive: bytes) -> bytes:
    """The same archive without times of writing and memory addresses, so that the same model gives the same bytes."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        files = {name: old.read(name) for name in old.namelist()}
    schema = json.loads(files.pop(_SCHEMA))
    numbers: dict[int, int] = {}
    names: dict[str, str] = {}
    _renumber(schema, numbers, names)
    renamed = {names.get(name, name): content for name, content in files.items()}
    renamed[_SCHEMA] = json.dumps(schema).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(renamed):
            new.writestr(zipfile.ZipInfo(name, _NO_DATE), renamed[name], zipfile.ZIP_DEFLATED, compresslevel=8)
    return packed.getvalue()


def _renumber(node: Any, numbers: dict[int, int], names: dict[str, str]) -> None:
    """Objects and files are called by address in the schema: call them by order of appearance instead."""
    if isinstance(node, list):
        for item in node:
            _renumber(item, numbers, names)
    elif isinstance(node, dict):
        if isinstance(node.get("__id__"), int):
            node["__id__"] = numbers.setdefault(node["__id__"], len(numbers))
        if isinstance(node.get("file"), str):
            ending = PurePosixPath(node["file"]).suffix
            node["file"] = names.setdefault(node["file"], f"{len(names)}{ending}")
        for item in node.values():
            _renumber(item, numbers, names)


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
