"""Two documents side by side: all their measures, from one data file; and the pairs of report and response."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from reports.agreement import agreement
from reports.evidence import Evidence
from reports.figures import Figures
from reports.measures.contrasts import contrasts
from reports.measures.definitions import RATIOS
from reports.site.names import file_name
from reports.site.pages import Site
from reports.site.pairs import PairLink


def write_compare(site: Site, evidence: Evidence, figures: Figures, pairs: Sequence[PairLink]) -> None:
    """Write ``compare.html`` and ``data/compare.js``."""
    readable = [view for view in evidence.views.values() if not view.failed]
    stamps = {key: line.stamp for key, line in agreement().items()}
    measures = [
        [ratio.name, ratio.label, ratio.group, ratio.unit, stamps.get(ratio.rests_on, "")]
        for ratio in RATIOS
        if not ratio.name.startswith("barrier.locus.unclear")
    ]
    values = {file_name(view.doc_id): [_value(figures, str(m[0]), view.doc_id) for m in measures] for view in readable}
    profiles = {file_name(d): [[c.joint, c.transfer] for c in profile] for d, profile in evidence.profiles.items()}
    data = {
        "measures": measures,
        "documents": [
            [file_name(v.doc_id), v.title, v.text("kind"), v.text("voice"), v.text("published")] for v in readable
        ],
        "values": values,
        "contrasts": [[c.name, c.question, c.joint, c.transfer] for c in contrasts()],
        "profiles": profiles,
    }
    site.data("data/compare.js", "halfloop.compare", data)
    first, second = _first_choice(pairs, values)
    documents = [(file_name(view.doc_id), view.title) for view in readable]
    site.page("compare.html", "compare.html", pairs=pairs, documents=documents, first=first, second=second)


def _value(figures: Figures, measure: str, doc_id: str) -> list[object]:
    found = figures.get(measure, doc_id)
    if found is None:
        return []
    if not found.given:
        return [None, None, None, found.n, found.text]
    numbers = [found.estimate, found.low, found.high]
    return [*(None if math.isnan(number) else round(number, 4) for number in numbers), found.n]


def _first_choice(pairs: Sequence[PairLink], values: Mapping[str, object]) -> tuple[str, str]:
    if pairs:
        return file_name(pairs[0].report_id), file_name(pairs[0].response_id)
    names = list(values)
    return (names[0], names[1]) if len(names) > 1 else ("", "")
