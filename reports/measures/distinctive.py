"""Words that set one voice apart from the others: weighted log-odds with an informative Dirichlet prior.

References
----------
Monroe, Colaresi & Quinn (2008), Fightin' Words, Political Analysis 16, 372-403, equations 15, 16, 20 and 22 with the
whole corpus as prior.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass

ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*")
PRIOR_WORDS = 1000.0
"""How many words the prior weighs (alpha 0 of the paper)."""


@dataclass(frozen=True, slots=True)
class DistinctiveWord:
    """A word of one group: its counts there and elsewhere, its log-odds ratio and z-score."""

    group: str
    word: str
    count: int
    elsewhere: int
    log_odds: float
    z: float


def words_of(text: str) -> list[str]:
    """Lower-case words; numbers, single letters and addresses of the web are left out.

    >>> words_of("The Council's 12 co-ordinated plans, a success.")
    ['the', "council's", 'co-ordinated', 'plans', 'success']
    """
    return [word for word in WORD.findall(ADDRESS.sub(" ", text.lower())) if len(word) > 1]


def distinctive_words(
    counts: Mapping[str, Counter[str]],
    least: int = 5,
    most: int = 25,
    prior_words: float = PRIOR_WORDS,
    shown: Set[str] | None = None,
) -> dict[str, list[DistinctiveWord]]:
    """For each group the ``most`` words with the highest z-scores against all other groups together.

    Words that occur fewer than ``least`` times in the whole, or are not among ``shown`` where that is given, are left
    out of the lists, not of the totals.
    """
    whole: Counter[str] = Counter()
    for counter in counts.values():
        whole.update(counter)
    total = sum(whole.values())
    found: dict[str, list[DistinctiveWord]] = {}
    for group in sorted(counts):
        inside = sum(counts[group].values())
        outside = total - inside
        if not inside or not outside:
            continue
        scored = [
            _score(group, word, (counts[group][word], number), (inside, outside, total), prior_words)
            for word, number in whole.items()
            if number >= least and (shown is None or word in shown)
        ]
        scored.sort(key=lambda one: (-one.z, one.word))
        found[group] = [one for one in scored[:most] if one.z > 0]
    return found


def _score(
    group: str, word: str, counts: tuple[int, int], totals: tuple[int, int, int], prior_words: float
) -> DistinctiveWord:
    count, whole = counts
    inside, outside, total = totals
    prior = prior_words * whole / total
    other = whole - count
    here = (count + prior) / (inside + prior_words - count - prior)
    there = (other + prior) / (outside + prior_words - other - prior)
    log_odds = math.log(here) - math.log(there)
    return DistinctiveWord(
        group, word, count, other, log_odds, log_odds / math.sqrt(1 / (count + prior) + 1 / (other + prior))
    )
