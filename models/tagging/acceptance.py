"""The trained filter: which candidates are mentions.

Patterns find candidates with high recall; a logistic regression per code, trained on coded sentences, accepts or
rejects them by the words in and around them. It knows only the patterns that it was trained with: a candidate of any
other pattern (one that a researcher has added) and of a rule marked ``certain`` is accepted unseen.

Weights are plain JSON; nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.tagging.candidates import Candidate
from models.tagging.features import score

DEFAULT_FILTER = Path(__file__).parents[1] / "trained" / "mentions-2.json"
FORMAT = "halfloop mention filter 1"


class FilterError(Exception):
    """A filter that cannot be read; ``str()`` is one line that names the file."""


@dataclass(frozen=True, slots=True)
class CodeFilter:
    """The decision for one code: accepted where the probability is at least ``threshold``."""

    bias: float
    threshold: float
    weights: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """Probability that a candidate with these features is a mention."""
        return 1.0 / (1.0 + math.exp(-(self.bias + score(features, self.weights))))


@dataclass(frozen=True)
class MentionFilter:
    """Filters by code, and the keys of the patterns they were trained with. ``digest`` is the sha256 of the file."""

    codes: Mapping[str, CodeFilter]
    patterns: frozenset[str]
    digest: str
    note: str = ""

    def judges(self, candidate: Candidate) -> bool:
        """Whether this filter has a say about the candidate."""
        return candidate.code in self.codes and not candidate.rule.certain and candidate.pattern in self.patterns

    def accepts(self, candidate: Candidate, features: Mapping[str, float]) -> bool:
        """Whether the candidate is taken for a mention."""
        code = self.codes[candidate.code]
        return code.probability(features) >= code.threshold


def load_filter(path: Path) -> MentionFilter:
    """Read a filter.

    Raises
    ------
    FilterError
        If the file is missing or not a filter of this format.
    """
    try:
        raw = path.read_bytes()
        data = json.loads(raw)
        if data["format"] != FORMAT:
            raise FilterError(f"{path}: its format is {data['format']!r}, expected {FORMAT!r}")
        codes = {
            name: CodeFilter(float(c["bias"]), float(c["threshold"]), {k: float(v) for k, v in c["weights"].items()})
            for name, c in data["codes"].items()
        }
        return MentionFilter(codes, frozenset(data["patterns"]), hashlib.sha256(raw).hexdigest(), str(data["note"]))
    except OSError as error:
        raise FilterError(f"{path}: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FilterError(f"{path}: not a mention filter ({type(error).__name__}: {error})") from None


@cache
def default_filter() -> MentionFilter | None:
    """The filter that comes with the project; None where there is none."""
    return load_filter(DEFAULT_FILTER) if DEFAULT_FILTER.exists() else None
