"""The codebook: codes, subcodes, patterns, vetoes, scope cues, as data that a researcher edits.

:func:`load_codebook` reads ``corpus/codebook.yaml`` (or any file of that form) and checks its shape; what it returns
is immutable and knows its own digest, which goes into every run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

DEFAULT_PATH = Path(__file__).with_name("codebook.yaml")


class CodebookError(Exception):
    """A codebook that cannot be used; ``str()`` is one line that names the file, the place and what is wrong."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Patterns that make a mention of one code.

    ``rule_id`` is ``code.name``. ``subcode`` is fixed, or ``""`` where the words around decide (``infer``).
    ``tokens`` holds spaCy token patterns for what the pattern language cannot say; they need ``anchors``, of which one
    must occur in the sentence. ``certain`` rules pass the trained filter unseen. ``status`` is set where the
    construction itself says it. ``extend`` (``left``, ``right``, ``both``) lets a mention grow over its noun phrase.
    ``subject`` lets the words before it in the clause decide the subcode too ("league tables undermine …").
    """

    rule_id: str
    code: str
    subcode: str
    patterns: tuple[str, ...]
    certain: bool = False
    status: str = ""
    locus: str = ""
    extend: str = ""
    subject: bool = False
    tokens: tuple[tuple[Mapping[str, Any], ...], ...] = ()
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Veto:
    """Patterns of look-alikes: a mention of ``code`` that overlaps one of them is dropped."""

    veto_id: str
    code: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence of our own wording. ``mentions`` are the marked parts (``[...]``); none in an exclusion example."""

    text: str
    mentions: tuple[str, ...]
    subcode: str = ""
    locus: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Subcode:
    """One kind of a code. ``cues`` are patterns that speak for it; ``locus`` is what it implies by itself."""

    name: str
    definition: str
    cues: tuple[str, ...] = ()
    locus: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A top code with everything that belongs to it.

    ``nested``: mentions of different subcodes may overlap ("best practice guidance" is named and disseminates).
    """

    name: str
    definition: str
    attributes: tuple[str, ...]
    default_subcode: str
    subcodes: tuple[Subcode, ...]
    rules: tuple[Rule, ...]
    vetoes: tuple[Veto, ...]
    include: tuple[Example, ...]
    exclude: tuple[Example, ...]
    nested: bool = False


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """A cue that gives a value to mentions in its scope (after ConText: Chapman et al. 2001, Harkema et al. 2009).

    ``direction`` is ``forward``, ``backward`` or ``both``; ``reach`` counts words; the scope ends earlier at a
    terminating cue or at the end of the clause.
    """

    rule_id: str
    attribute: str
    value: str
    direction: str
    reach: int
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Codebook:
    """All of it. ``digest`` is the sha256 of the file's bytes."""

    path: Path
    digest: str
    version: str
    classes: Mapping[str, tuple[str, ...]]
    codes: tuple[Code, ...]
    scopes: tuple[ScopeRule, ...]
    terminators: tuple[str, ...]
    pseudo: tuple[str, ...]

    @cached_property
    def by_name(self) -> dict[str, Code]:
        """Codes by name, in the codebook's order."""
        return {code.name: code for code in self.codes}

    def rules(self) -> Iterator[Rule]:
        """All rules of all codes, in the codebook's order."""
        for code in self.codes:
            yield from code.rules

    def subcode(self, code: str) -> Subcode | None:
        """The subcode of ``top.subcode``; None for a bare top code or an unknown one."""
        top, _, name = code.partition(".")
        if top not in self.by_name:
            return None
        return next((s for s in self.by_name[top].subcodes if s.name == name), None)


def load_codebook(path: Path | None = None) -> Codebook:
    """Read a codebook.

    Parameters
    ----------
    path
        A YAML file; the project's own ``corpus/codebook.yaml`` if None.

    Raises
    ------
    CodebookError
        If the file is missing, is not YAML or lacks the form of a codebook.
    """
    from corpus.codebook_reading import read_codebook  # noqa: PLC0415 - the reader imports the types above

    path = DEFAULT_PATH if path is None else path
    try:
        raw = path.read_bytes()
        data = yaml.safe_load(raw)
    except OSError as error:
        raise CodebookError(f"{path}: {error.strerror or error}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise CodebookError(f"{path}{where}: not YAML ({getattr(error, 'problem', None) or error})") from None
    return read_codebook(path, hashlib.sha256(raw).hexdigest(), data)
