"""The codebook as a page for people."""

from __future__ import annotations

from corpus.codebook import Code, Codebook, Example


def codebook_page(codebook: Codebook, only: str = "", patterns: bool = False) -> str:
    """Markdown of the whole codebook, or of the code ``only``; with its patterns if wanted."""
    lines = [f"# Codebook {codebook.version}", "", f"digest {codebook.digest[:16]}", ""]
    for code in codebook.codes:
        if only in ("", code.name):
            lines += _code(code, patterns)
    if patterns and not only:
        lines += ["## Scopes", ""]
        for s in codebook.scopes:
            lines.append(
                f"- {s.rule_id}: {s.attribute} = {s.value}, {s.direction}, {s.reach} words: {', '.join(s.patterns)}"
            )
        lines += ["", "Scopes end at: " + ", ".join(codebook.terminators), ""]
    return "\n".join(lines).rstrip() + "\n"


def _code(code: Code, patterns: bool) -> list[str]:
    lines = [f"## {code.name}", "", code.definition, ""]
    if code.attributes:
        lines += [f"Attributes: {', '.join(code.attributes)}.", ""]
    lines += ["| subcode | covers |", "|---|---|"]
    lines += [f"| {s.name} | {s.definition} |" for s in code.subcodes]
    if code.include:
        lines += ["", "A mention (in brackets):", ""]
        lines += [f"- {_marked(e)}{_stated(e)}" for e in code.include]
    if code.exclude:
        lines += ["", "Not a mention:", ""]
        lines += [f"- {e.text}" for e in code.exclude]
    if patterns:
        lines += ["", "| rule | subcode | patterns |", "|---|---|---|"]
        lines += [f"| {r.rule_id} | {r.subcode or 'by cues'} | {_cell(r.patterns)} |" for r in code.rules]
        lines += ["", "| veto | patterns |", "|---|---|"]
        lines += [f"| {v.veto_id} | {_cell(v.patterns)} |" for v in code.vetoes]
    return [*lines, ""]


def _marked(example: Example) -> str:
    text = example.text
    for quoted in example.mentions:
        text = text.replace(quoted, f"[{quoted}]", 1)
    return text


def _stated(example: Example) -> str:
    stated = [s for s in (example.subcode, example.locus, example.status) if s]
    return f" ({', '.join(stated)})" if stated else ""


def _cell(patterns: tuple[str, ...]) -> str:
    return "; ".join(f"`{p}`" for p in patterns).replace("|", "\\|")
