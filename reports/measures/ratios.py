"""Every defined ratio for each document, for each group of documents and for the corpus."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.statistics.error_of_shares import ErrorOfShares
from reports.measures.definitions import RATIOS, Ratio
from reports.measures.intervals import MINIMUM_CLUSTERS, Interval, garwood, ratio_over_documents, wilson
from reports.measures.row import MINIMUM_N, MeasureRow, Scope

PER = 1000
BY_CLASSIFIER = ("claim", "depth", "learner")
CLASSIFIED = "; without the errors of the classifier"
CORRECTABLE = "claims.learning_share"
GROUPINGS = ("kind", "programme", "voice")


def ratio_rows(
    counts: pd.DataFrame, documents: pd.DataFrame, error: ErrorOfShares | None = None
) -> Iterator[MeasureRow]:
    """Rows for all scopes. ``counts`` as of :func:`document_counts`; ``documents`` gives kind, voice, programme.

    ``error`` is how far the classifier's share of learning is off; None where nobody knows.
    """
    known = documents.set_index("doc_id").reindex(counts.index)
    columns = {str(name): counts[name].to_numpy(dtype=float) for name in counts}
    for place, doc_id in enumerate(counts.index):
        yield from _scope_rows("document", str(doc_id), _chosen(columns, slice(place, place + 1)), error)
    for grouping in GROUPINGS:
        values = known[grouping].to_numpy()
        for value in sorted(set(values) - {""}):
            yield from _scope_rows("group", f"{grouping}:{value}", _chosen(columns, values == value), error)
    if len(counts):
        yield from _scope_rows("corpus", "", columns, error)


Columns = Mapping[str, NDArray[np.float64]]


def _chosen(columns: Columns, which: slice | NDArray[np.bool_]) -> Columns:
    return {name: column[which] for name, column in columns.items()}


def _scope_rows(scope: Scope, name: str, counts: Columns, error: ErrorOfShares | None) -> Iterator[MeasureRow]:
    for ratio in RATIOS:
        if ratio.count:
            row = ratio_row(ratio, scope, name, counts)
            yield with_error(row, counts["claims"], error) if ratio.name == CORRECTABLE else row


def with_error(row: MeasureRow, claims: Iterable[float], error: ErrorOfShares | None) -> MeasureRow:
    """The row of a classifier's share with an interval that allows for its errors; ``claims`` of each document."""
    if error is None or row.withheld:
        return row
    low, high = error.interval(row.low, row.high, list(claims))
    allowed = f"; allows for the classifier's errors, as seen in {error.documents} documents that it had not read"
    return replace(row, low=low, high=high, method=row.method.removesuffix(CLASSIFIED) + allowed)


def ratio_row(ratio: Ratio, scope: Scope, name: str, counts: Columns) -> MeasureRow:
    """One ratio over the documents of ``counts`` (a column of counts by name).

    Withheld where the denominator is under :data:`MINIMUM_N`.
    """
    above = _columns(counts, ratio.count)
    below = _columns(counts, ratio.total)
    count, n = int(above.sum()), int(below.sum())
    if n < MINIMUM_N:
        method = f"withheld: {count} of {n}, under the minimum of {MINIMUM_N}"
        return MeasureRow(scope, name, ratio.name, math.nan, math.nan, math.nan, n, method)
    rate = ratio.unit == "per 1,000 sentences"
    interval = _interval(above, below, rate)
    scale = PER if rate else 1
    return MeasureRow(
        scope,
        name,
        ratio.name,
        interval.estimate * scale,
        interval.low * scale,
        interval.high * scale,
        n,
        f"{count} of {n}; {interval.method}{CLASSIFIED if ratio.rests_on in BY_CLASSIFIER else ''}",
    )


def _interval(above: NDArray[np.float64], below: NDArray[np.float64], rate: bool) -> Interval:
    bearing = below > 0
    if bearing.sum() >= MINIMUM_CLUSTERS and above.sum() > 0:
        return ratio_over_documents(above[bearing], below[bearing])
    plain = garwood if rate else wilson
    return plain(float(above.sum()), float(below.sum()))


def _columns(counts: Columns, names: tuple[str, ...]) -> NDArray[np.float64]:
    total = np.zeros(len(counts["sentences"]))
    for name in names:
        if name in counts:
            total = total + counts[name]
    return total
