"""Coded mentions of sentences: two coders' files, their adjudication by a named rule, and judged candidates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Rule = Literal["either", "agreed", "A", "B"]
RULES: tuple[Rule, ...] = ("either", "agreed", "A", "B")


class GoldError(Exception):
    """Labels that cannot be read; ``str()`` is one line that names the file and the line."""


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A coded span: offsets into the sentence, code with subcode, attributes, and how many of the coders marked it."""

    start: int
    end: int
    code: str
    locus: str | None
    status: str | None
    coders: int = 1

    @property
    def top(self) -> str:
        """The top code."""
        return self.code.partition(".")[0]


@dataclass(frozen=True)
class GoldSentence:
    """A sentence with what each coder marked in it. ``document`` is what it must not share with test data."""

    sentence: str
    document: str
    text: str
    coded: Mapping[str, tuple[GoldMention, ...]] = field(default_factory=dict)

    def mentions(self, rule: Rule = "either") -> tuple[GoldMention, ...]:
        """The gold mentions by a named rule.

        ``agreed``: those that both coders marked (overlapping, same top code), with A's span and attributes.
        ``either``: these and those that one coder marked alone, since a coder overlooks a mention more often than
        inventing one; this is the rule of the reported figures. ``A``, ``B``: one coder as it stands.
        """
        if rule in ("A", "B"):
            return self.coded.get(rule, ())
        a, b = self.coded.get("A", ()), self.coded.get("B", ())
        out = [_counted(m, 2 if _meets(m, b) else 1) for m in a]
        out += [m for m in b if not _meets(m, a)]
        chosen = [m for m in out if rule == "either" or m.coders == 2]
        return tuple(sorted(chosen, key=lambda m: (m.start, m.end, m.code)))


def _counted(m: GoldMention, coders: int) -> GoldMention:
    return GoldMention(m.start, m.end, m.code, m.locus, m.status, coders)


def overlap(a: GoldMention, start: int, end: int) -> bool:
    """Whether the mention shares a character with ``start..end``."""
    return a.start < end and start < a.end


def _meets(mention: GoldMention, others: Iterable[GoldMention]) -> bool:
    return any(o.top == mention.top and overlap(o, mention.start, mention.end) for o in others)


def read_gold(folder: Path) -> list[GoldSentence]:
    """Read ``sentences.jsonl``, ``coder_A.jsonl`` and ``coder_B.jsonl`` of a label folder.

    Raises
    ------
    GoldError
        If a file is missing, a line is not JSON, lacks a field, or an offset does not quote the text it names.
    """
    coded: dict[str, dict[str, tuple[GoldMention, ...]]] = {}
    sentences = _rows(folder / "sentences.jsonl")
    texts = {str(row["id"]): str(row["text"]) for row in sentences}
    for coder in ("A", "B"):
        path = folder / f"coder_{coder}.jsonl"
        for number, row in enumerate(_rows(path), start=1):
            key = str(row.get("id"))
            if key not in texts:
                raise GoldError(f"{path}, line {number}: sentence {key!r} is not in sentences.jsonl")
            coded.setdefault(key, {})[coder] = tuple(
                _mention(m, texts[key], path, number) for m in row.get("mentions") or ()
            )
    return [
        GoldSentence(str(row["id"]), str(row["doc_id"]), texts[str(row["id"])], coded.get(str(row["id"]), {}))
        for row in sentences
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise GoldError(f"{path}: {error.strerror or error}") from None
    out = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise GoldError(f"{path}, line {number}: not JSON ({error})") from None
        if not isinstance(row, dict) or "id" not in row:
            raise GoldError(f"{path}, line {number}: no 'id'")
        out.append(row)
    return out


def _mention(row: Mapping[str, Any], text: str, path: Path, number: int) -> GoldMention:
    try:
        start, end, code = int(row["start"]), int(row["end"]), str(row["code"])
    except (KeyError, TypeError, ValueError):
        raise GoldError(f"{path}, line {number}: a mention needs 'start', 'end' and 'code'") from None
    if "text" in row and text[start:end] != row["text"]:
        raise GoldError(f"{path}, line {number}: characters {start}-{end} are not {row['text']!r}")
    return GoldMention(start, end, code, row.get("locus"), row.get("status"))


def documents(sentences: Sequence[GoldSentence]) -> list[str]:
    """The documents of the sentences, sorted."""
    return sorted({s.document for s in sentences})
