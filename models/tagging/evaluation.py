"""How good the tagger is: against coded sentences, by sentence and by span, per code, subcode and document.

Intervals are percentile intervals of a bootstrap that draws whole documents, since sentences of one document are
alike (two documents or more are needed; otherwise they are missing, nan).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.tagging.gold import GoldMention, GoldSentence, Rule
from models.tagging.mentions import SentenceMention

Level = Literal["sentence", "overlap", "strict"]
LEVELS: tuple[Level, ...] = ("sentence", "overlap", "strict")
RESAMPLES = 1000
_Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of one code at one level. ``low``-``high`` is the 95% interval of F1.

    ``gold`` and ``found`` count sentences (level ``sentence``) or spans. At level ``overlap`` precision counts the
    found spans that touch a gold span and recall the gold spans that are touched.
    """

    level: Level
    code: str
    gold: int
    found: int
    precision: float
    recall: float
    f1: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AttributeScore:
    """Share of true mentions (found and coded, overlapping) whose attribute is the coded one."""

    attribute: str
    code: str
    n: int
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TaggingError:
    """One wrong or missing mention with its sentence, for a person to read."""

    kind: Literal["missed", "false", "subcode", "locus", "status"]
    code: str
    document: str
    sentence: str
    quoted: str
    coded: str
    found: str
    rule: str
    text: str


def span_counts(
    level: Level, gold: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]
) -> tuple[int, int, int, int]:
    """Gold, found, gold that is met, found that is met; spans are (start, end)."""
    if level == "sentence":
        both = int(bool(gold) and bool(found))
        return int(bool(gold)), int(bool(found)), both, both
    if level == "strict":
        met = len(set(gold) & set(found))
        return len(set(gold)), len(set(found)), met, met
    met_gold = sum(any(s < e2 and s2 < e for s2, e2 in found) for s, e in gold)
    met_found = sum(any(s < e2 and s2 < e for s2, e2 in gold) for s, e in found)
    return len(gold), len(found), met_gold, met_found


def rates(c: _Counts) -> tuple[float, float, float]:
    """Precision, recall and F1 of the four counts of :func:`span_counts`, summed; 0 where nothing is there."""
    gold, found, met_gold, met_found = (float(x) for x in c)
    precision = met_found / found if found else 0.0
    recall = met_gold / gold if gold else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def score_codes(
    gold: Sequence[GoldSentence],
    found: Sequence[Sequence[SentenceMention]],
    codes: Sequence[str],
    rule: Rule = "either",
    seed: int = 0,
) -> list[Score]:
    """Scores of each code (``barrier`` or ``barrier.funding``) at each level, and of all codes together (``all``).

    Parameters
    ----------
    gold, found
        Sentences and what was found in each, of equal length.
    codes
        Top codes and full codes. A full code is compared with full codes.
    rule
        How two coders become one gold (see :meth:`GoldSentence.mentions`).
    seed
        Of the bootstrap.
    """
    out = []
    for level in LEVELS:
        pooled: dict[str, _Counts] = defaultdict(lambda: np.zeros(4))
        for code in codes:
            by_document = _by_document(gold, found, code, rule, level)
            if "." not in code:
                for document, counts in by_document.items():
                    pooled[document] = pooled[document] + counts
            out.append(_score(level, code, by_document, seed))
        out.append(_score(level, "all", pooled, seed))
    return out


def _by_document(
    gold: Sequence[GoldSentence],
    found: Sequence[Sequence[SentenceMention]],
    code: str,
    rule: Rule,
    level: Level,
) -> dict[str, _Counts]:
    out: dict[str, _Counts] = defaultdict(lambda: np.zeros(4))
    for sentence, mentions in zip(gold, found, strict=True):
        coded = [(m.start, m.end) for m in sentence.mentions(rule) if _is(m.code, code)]
        tagged = [(m.start, m.end) for m in mentions if _is(m.code, code)]
        out[sentence.document] = out[sentence.document] + np.array(span_counts(level, coded, tagged), dtype=float)
    return out


def _is(full: str, code: str) -> bool:
    return full == code or full.startswith(code + ".")


def _score(level: Level, code: str, by_document: dict[str, _Counts], seed: int) -> Score:
    table = np.array([by_document[d] for d in sorted(by_document)]).reshape(-1, 4)
    total = table.sum(axis=0)
    precision, recall, f1 = rates(total)
    low, high = interval(table, lambda c: rates(c)[2], seed)
    return Score(level, code, int(total[0]), int(total[1]), precision, recall, f1, low, high)


def interval(
    table: NDArray[np.float64], statistic: Callable[[NDArray[np.float64]], float], seed: int = 0
) -> tuple[float, float]:
    """95% percentile interval of ``statistic`` of the column sums, drawing rows (documents) with replacement.

    Parameters
    ----------
    table
        Shape ``(documents, columns)``.
    """
    rows = table[table.any(axis=1)]
    if len(rows) < 2:
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    values = [statistic(rows[rng.integers(0, len(rows), len(rows))].sum(axis=0)) for _ in range(RESAMPLES)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def matched(
    gold: Sequence[GoldSentence], found: Sequence[Sequence[SentenceMention]], rule: Rule = "either"
) -> list[tuple[GoldSentence, GoldMention, SentenceMention]]:
    """True mentions: each coded mention with the found one of the same top code that shares most with it."""
    out = []
    for sentence, mentions in zip(gold, found, strict=True):
        for m in sentence.mentions(rule):
            near = [x for x in mentions if _is(x.code, m.top) and x.start < m.end and m.start < x.end]
            if near:
                best = max(near, key=lambda x: (min(x.end, m.end) - max(x.start, m.start), -x.start))
                out.append((sentence, m, best))
    return out


def score_attributes(
    gold: Sequence[GoldSentence], found: Sequence[Sequence[SentenceMention]], rule: Rule = "either", seed: int = 0
) -> list[AttributeScore]:
    """Accuracy of subcode (per top code), locus and status on true mentions."""
    pairs = matched(gold, found, rule)
    out = []
    for code in sorted({m.top for _, m, _ in pairs}):
        own = [(s.document, m.code == x.code) for s, m, x in pairs if m.top == code and "." in m.code]
        out.append(_attribute("subcode", code, own, seed))
    for name in ("locus", "status"):
        own = [(s.document, getattr(m, name) == getattr(x, name)) for s, m, x in pairs if getattr(m, name)]
        if own:
            out.append(_attribute(name, "barrier", own, seed))
    return out


def _attribute(name: str, code: str, right: Sequence[tuple[str, bool]], seed: int) -> AttributeScore:
    table: dict[str, _Counts] = defaultdict(lambda: np.zeros(2))
    for document, is_right in right:
        table[document] = table[document] + np.array([float(is_right), 1.0])
    rows = np.array([table[d] for d in sorted(table)]).reshape(-1, 2)
    low, high = interval(rows, lambda c: float(c[0] / c[1]) if c[1] else 0.0, seed)
    n = len(right)
    return AttributeScore(name, code, n, sum(r for _, r in right) / n if n else float("nan"), low, high)


def errors(
    gold: Sequence[GoldSentence],
    found: Sequence[Sequence[SentenceMention]],
    codes: Iterable[str],
    rule: Rule = "either",
) -> list[TaggingError]:
    """What was missed, what was found in vain, and which attributes of true mentions are wrong."""
    out = []
    for code in codes:
        for s, mentions in zip(gold, found, strict=True):
            coded = [m for m in s.mentions(rule) if _is(m.code, code)]
            tagged = [m for m in mentions if _is(m.code, code)]
            for m in coded:
                if not any(x.start < m.end and m.start < x.end for x in tagged):
                    out.append(_error("missed", s, (m.start, m.end), m.code, ("", "")))
            for x in tagged:
                if not any(x.start < m.end and m.start < x.end for m in coded):
                    out.append(_error("false", s, (x.start, x.end), "", (x.code, x.rule)))
    wanted = set(codes)
    for s, m, x in matched(gold, found, rule):
        if m.top not in wanted:
            continue
        compared: tuple[tuple[Literal["subcode", "locus", "status"], str | None, str | None], ...] = (
            ("subcode", m.code, x.code),
            ("locus", m.locus, x.locus),
            ("status", m.status, x.status),
        )
        for kind, coded_value, value in compared:
            if coded_value and coded_value != value:
                out.append(_error(kind, s, (m.start, m.end), coded_value, (str(value), x.rule)))
    return out


def _error(
    kind: Literal["missed", "false", "subcode", "locus", "status"],
    s: GoldSentence,
    span: tuple[int, int],
    coded: str,
    found: tuple[str, str],
) -> TaggingError:
    code = next((c for c in (coded, *found) if "." in c), coded).partition(".")[0]
    return TaggingError(kind, code, s.document, s.sentence, s.text[slice(*span)], coded, *found, s.text)
