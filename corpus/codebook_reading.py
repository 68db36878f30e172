"""From the parsed YAML of a codebook to its types, with one clear line for whatever is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.codebook import Code, Codebook, CodebookError, Example, Rule, ScopeRule, Subcode, Veto

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MARKED = re.compile(r"\[([^\[\]]+)\]")
_TOP = {"version", "classes", "codes", "scopes", "terminators", "pseudo"}
_CODE = {"definition", "attributes", "default_subcode", "subcodes", "rules", "vetoes", "include", "exclude", "nested"}
_RULE = {"subcode", "patterns", "certain", "status", "locus", "extend", "subject", "tokens", "anchors"}
_SUBCODE = {"definition", "cues", "locus"}
_SCOPE = {"attribute", "value", "direction", "reach", "patterns"}
_EXAMPLE = {"text", "subcode", "locus", "status"}
ATTRIBUTE_VALUES = {
    "locus": ("policy", "local", "unclear"),
    "status": ("asserted", "negated", "resolved", "hypothetical"),
}


class _Place:
    """Where in the file we are, so that a message can say so."""

    def __init__(self, path: Path, where: str = "") -> None:
        self.path, self.where = path, where

    def at(self, step: str) -> _Place:
        return _Place(self.path, f"{self.where} > {step}" if self.where else step)

    def fail(self, message: str) -> CodebookError:
        return CodebookError(f"{self.path}: {self.where + ': ' if self.where else ''}{message}")

    def mapping(self, value: object, allowed: set[str] | None = None) -> Mapping[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(k, str) for k in value):
            raise self.fail("expected 'name: value' lines")
        unknown = sorted(set(value) - allowed) if allowed is not None else []
        if unknown:
            raise self.fail(f"unknown entry '{unknown[0]}' (known: {', '.join(sorted(allowed or ()))})")
        return value

    def strings(self, value: object) -> tuple[str, ...]:
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str | int | float) for v in value):
            raise self.fail("expected a list of lines of text")
        return tuple(str(v) for v in value)

    def truth(self, name: str, entry: Mapping[str, Any]) -> bool:
        value = entry.get(name, False)
        if not isinstance(value, bool):
            raise self.at(name).fail("expected true or false")
        return value

    def text(self, value: object) -> str:
        if not isinstance(value, str | int | float) or not str(value).strip():
            raise self.fail("expected a text")
        return " ".join(str(value).split())


def read_codebook(path: Path, digest: str, data: object) -> Codebook:
    """Check the shape of ``data`` and build the codebook.

    Raises
    ------
    CodebookError
        If an entry is missing, unknown or of the wrong kind.
    """
    place = _Place(path)
    top = place.mapping(data, _TOP)
    classes = {
        name: place.at(f"classes > {name}").strings(members)
        for name, members in place.at("classes").mapping(top.get("classes")).items()
    }
    codes = tuple(
        _code(name, value, place.at(f"codes > {name}"))
        for name, value in place.at("codes").mapping(top.get("codes")).items()
    )
    if not codes:
        raise place.fail("no codes")
    scopes = tuple(
        _scope(name, value, place.at(f"scopes > {name}"))
        for name, value in place.at("scopes").mapping(top.get("scopes")).items()
    )
    return Codebook(
        path,
        digest,
        place.at("version").text(top.get("version")),
        classes,
        codes,
        scopes,
        place.at("terminators").strings(top.get("terminators")),
        place.at("pseudo").strings(top.get("pseudo")),
    )


def _code(name: str, value: object, place: _Place) -> Code:
    if not _NAME.fullmatch(name):
        raise place.fail("a code is named with small letters, digits and underscores")
    entry = place.mapping(value, _CODE)
    attributes = place.at("attributes").strings(entry.get("attributes"))
    for attribute in attributes:
        if attribute not in ATTRIBUTE_VALUES:
            raise place.at("attributes").fail(f"'{attribute}' is not one of {', '.join(ATTRIBUTE_VALUES)}")
    subcodes = tuple(
        _subcode(sub, spec, place.at(f"subcodes > {sub}"))
        for sub, spec in place.at("subcodes").mapping(entry.get("subcodes")).items()
    )
    names = {s.name for s in subcodes}
    default = str(entry.get("default_subcode", "") or "")
    if default and default not in names:
        raise place.at("default_subcode").fail(f"there is no subcode '{default}'")
    rules = tuple(
        _rule(f"{name}.{rule}", name, names, spec, place.at(f"rules > {rule}"))
        for rule, spec in place.at("rules").mapping(entry.get("rules")).items()
    )
    vetoes = tuple(
        Veto(f"{name}.{veto}", name, place.at(f"vetoes > {veto}").strings(patterns))
        for veto, patterns in place.at("vetoes").mapping(entry.get("vetoes")).items()
    )
    return Code(
        name,
        place.at("definition").text(entry.get("definition")),
        attributes,
        default,
        subcodes,
        rules,
        vetoes,
        _examples(entry.get("include"), names, place.at("include"), marked=True),
        _examples(entry.get("exclude"), names, place.at("exclude"), marked=False),
        place.truth("nested", entry),
    )


def _subcode(name: str, value: object, place: _Place) -> Subcode:
    if not _NAME.fullmatch(name):
        raise place.fail("a subcode is named with small letters, digits and underscores")
    entry = place.mapping(value, _SUBCODE)
    return Subcode(
        name,
        place.at("definition").text(entry.get("definition")),
        place.at("cues").strings(entry.get("cues")),
        _value("locus", entry.get("locus"), place),
    )


def _value(attribute: str, value: object, place: _Place) -> str:
    if value in (None, ""):
        return ""
    if value not in ATTRIBUTE_VALUES[attribute]:
        raise place.at(attribute).fail(f"'{value}' is not one of {', '.join(ATTRIBUTE_VALUES[attribute])}")
    return str(value)


def _rule(rule_id: str, code: str, subcodes: set[str], value: object, place: _Place) -> Rule:
    entry = place.mapping(value, _RULE)
    subcode = str(entry.get("subcode", "") or "")
    if subcode and subcode not in subcodes:
        raise place.at("subcode").fail(f"there is no subcode '{subcode}' of '{code}'")
    tokens = entry.get("tokens") or []
    if not isinstance(tokens, list) or not all(
        isinstance(t, list) and t and all(isinstance(x, dict) for x in t) for t in tokens
    ):
        raise place.at("tokens").fail("expected a list of spaCy token patterns, each a list of 'attribute: value'")
    patterns = place.at("patterns").strings(entry.get("patterns"))
    anchors = place.at("anchors").strings(entry.get("anchors"))
    if not patterns and not tokens:
        raise place.fail("a rule needs 'patterns' or 'tokens'")
    if tokens and not anchors:
        raise place.fail("'tokens' need 'anchors': words of which at least one is in every sentence that can match")
    extend = str(entry.get("extend", "") or "")
    if extend not in ("", "left", "right", "both"):
        raise place.at("extend").fail("expected left, right or both")
    return Rule(
        rule_id,
        code,
        subcode,
        patterns,
        place.truth("certain", entry),
        _value("status", entry.get("status"), place),
        _value("locus", entry.get("locus"), place),
        extend,
        place.truth("subject", entry),
        tuple(tuple(t) for t in tokens),
        tuple(a.lower() for a in anchors),
    )


def _examples(value: object, subcodes: set[str], place: _Place, *, marked: bool) -> tuple[Example, ...]:
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise place.fail("expected a list of sentences")
    out = []
    for number, item in enumerate(value, start=1):
        here = place.at(f"example {number}")
        entry = {"text": item} if isinstance(item, str) else here.mapping(item, _EXAMPLE)
        text = here.text(entry.get("text"))
        found = tuple(_MARKED.findall(text))
        if marked and not found:
            raise here.fail("mark the mention with [square brackets]")
        if not marked and found:
            raise here.fail("an exclusion example has no mention, so no [square brackets]")
        subcode = str(entry.get("subcode", "") or "")
        if subcode and subcode not in subcodes:
            raise here.fail(f"there is no subcode '{subcode}'")
        out.append(
            Example(
                _MARKED.sub(r"\1", text),
                found,
                subcode,
                _value("locus", entry.get("locus"), here),
                _value("status", entry.get("status"), here),
            )
        )
    return tuple(out)


def _scope(name: str, value: object, place: _Place) -> ScopeRule:
    entry = place.mapping(value, _SCOPE)
    attribute = str(entry.get("attribute", ""))
    if attribute not in ATTRIBUTE_VALUES:
        raise place.at("attribute").fail(f"'{attribute}' is not one of {', '.join(ATTRIBUTE_VALUES)}")
    direction = str(entry.get("direction", "forward"))
    if direction not in ("forward", "backward", "both"):
        raise place.at("direction").fail("expected forward, backward or both")
    reach = entry.get("reach", 6)
    if not isinstance(reach, int) or isinstance(reach, bool) or reach < 1:
        raise place.at("reach").fail("expected a number of words")
    chosen = _value(attribute, entry.get("value"), place)
    if not chosen:
        raise place.fail("a scope rule needs a 'value'")
    patterns = place.at("patterns").strings(entry.get("patterns"))
    if not patterns:
        raise place.fail("a scope rule needs 'patterns'")
    return ScopeRule(name, attribute, chosen, direction, reach, patterns)
