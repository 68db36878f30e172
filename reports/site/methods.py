"""The methods page: codebook, model, agreement, measures, versions, failures, how to cite and how to reproduce."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from markdown_it import MarkdownIt
from markupsafe import Markup

from corpus.codebook import CodebookError, load_codebook
from reports.agreement import AgreementLine, agreement
from reports.figures import Figures
from reports.measures.definitions import RATIOS
from reports.measures.row import MINIMUM_N
from reports.model_card import model_card
from reports.runs import Run
from reports.site.names import lane, top_codes, words
from reports.site.pages import Site

LASTING = ("content", "codebook_digest", "codebook_version", "model", "model_digest", "seed", "platform")
"""What of ``run.json`` is shown: nothing that a second building of the same run would change, and no paths."""


@dataclass(frozen=True, slots=True)
class CodeText:
    """A code of the codebook with its definition and its subcodes."""

    name: str
    lane: int
    definition: str
    subcodes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure over the whole corpus."""

    label: str
    group: str
    text: str
    note: str
    method: str
    stamp: str


def write_methods(site: Site, run: Run, figures: Figures, tables: Sequence[str]) -> None:
    """Write ``methods.html``."""
    lines = agreement()
    failures = run.documents[run.documents["status"] != "ok"].to_dict("records")
    site.page(
        "methods.html",
        "methods.html",
        codes=_codes(),
        card=_card(run),
        agreement=list(lines.values()),
        measures=_measures(figures, lines),
        minimum=MINIMUM_N,
        failures=failures,
        facts=_facts(run),
        version=version("halfloop"),
        documents=len(run.documents),
        tables=tables,
    )


def stamp_for(*keys: str) -> Markup:
    """The stamps of a table that rests on the named agreements; empty where all suffice."""
    lines = agreement()
    found = [lines[key].stamp for key in keys if key in lines and lines[key].stamp]
    return Markup("").join(Markup('<p><span class="stamp">{}</span></p>').format(text) for text in found)


def _codes() -> list[CodeText]:
    try:
        codebook = load_codebook()
    except CodebookError:
        return []
    tops = top_codes(code.name for code in codebook.codes)
    return [
        CodeText(
            words(code.name),
            lane(code.name, tops),
            code.definition,
            tuple((words(sub.name), sub.definition) for sub in code.subcodes),
        )
        for code in codebook.codes
    ]


def _card(run: Run) -> Markup:
    """The model card as markup; raw HTML in it is shown, not run."""
    names = sorted(set(run.claims["model"]) - {""})
    text = model_card(names[0], _own_model(run)) if names else ""
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(text)) if text else Markup("")


def _own_model(run: Run) -> str:
    parameters = run.info.get("parameters", {})
    named = parameters.get("model") if isinstance(parameters, dict) else None
    return named if isinstance(named, str) else ""


def _measures(figures: Figures, lines: Mapping[str, AgreementLine]) -> list[MeasureLine]:
    found = []
    for ratio in RATIOS:
        figure = figures.get(ratio.name)
        if figure is not None:
            stamp = lines[ratio.rests_on].stamp if ratio.rests_on in lines else ""
            found.append(MeasureLine(ratio.label, ratio.group, figure.text, figure.note, figure.method, stamp))
    return found


def _facts(run: Run) -> list[tuple[str, str]]:
    """Digests, versions and times that ``run.json`` states, as name and value."""
    found = [(words(key), str(run.info[key])) for key in LASTING if key in run.info]
    for group in ("code", "versions"):
        inside = run.info.get(group, {})
        if isinstance(inside, dict):
            found += [(f"{words(group)}: {key}", str(value)) for key, value in sorted(inside.items())]
    return found
