"""May a document be passed on? Read from what the manifest says about its licence, in doubt: no."""

from __future__ import annotations

import re

_OPEN = re.compile(
    r"\bOGL\b|open government licen[cs]e|open parliament licen[cs]e|\bCC0\b|\bpublic domain\b|\bMIT\b|fictional sample"
    r"|\bCC[ -]BY(?:[ -]SA)?(?:[ -]\d\.\d)?(?![ -]?(?:NC|ND|SA[ -](?:NC|ND)))\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\bno (?:open )?(?:licen[cs]e|notice)|\bpresumed\b|\bunknown\b|\bunclear\b|\bvar(?:y|ies)\b|\bunless\b|by default"
    r"|all rights reserved|[ -](?:NC|ND)\b|non-?commercial|no-?deriv",
    re.IGNORECASE,
)
_OF_SOMETHING_ELSE = re.compile(r"^\s*(?:repo|repository|code|software)\b", re.IGNORECASE)


def may_be_passed_on(licence: str) -> bool:
    """Whether a manifest's licence field lets the document be given to others, as an archive does.

    The field is free text. A clause (clauses end with a semicolon) must name an open licence; a clause about the
    repository that a file was found in says nothing about the document; any sign of doubt decides against it.

    >>> may_be_passed_on("OGL v3.0 stated in PDF (Crown copyright)")
    True
    >>> may_be_passed_on("government publication, no licence statement; repo MIT")
    False
    >>> may_be_passed_on("CC-BY-NC 4.0")
    False
    """
    if _DOUBT.search(licence):
        return False
    clauses = [clause for clause in licence.split(";") if not _OF_SOMETHING_ELSE.match(clause)]
    return any(_OPEN.search(clause) for clause in clauses)
