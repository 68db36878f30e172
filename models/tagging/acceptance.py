"""The trained filter: which candidates are mentions.

Patterns find candidates with high recall; a logistic regression per code, trained on coded sentences, accepts or
rejects them by the words in and around them. It knows only the patterns that it was trained with: a candidate of any
other pattern (one that a researcher has added) and of a rule marked ``certain`` is accepted unseen.

Weights are plain JSON; nothing is unpickled. The same file may hold the decision that filter and reader come
to together (:mod:`models.tagging.joint`).
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
from models.tagging.joint import Joint

DEFAULT_FILTER = Path(__file__).parents[1] / "trained" / "mentions-3.json"
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
    """Filters by code, and the keys of the patterns they were trained with. ``digest`` is the sha256 of the file.

    ``joint`` is how the filter decides together with the small reader, ``careful`` how with the careful one; None where
    it was fitted without.
    """

    codes: Mapping[str, CodeFilter]
    patterns: frozenset[str]
    digest: str
    note: str = ""
    joint: Joint | None = None
    careful: Joint | None = None

    def judges(self, candidate: Candidate) -> bool:
        """Whether this filter has a say about the candidate."""
        return candidate.code in self.codes and not candidate.rule.certain and candidate.pattern in self.patterns

    def probability(self, candidate: Candidate, features: Mapping[str, float]) -> float:
        """Probability that the candidate is a mention, from the words in and around it."""
        return self.codes[candidate.code].probability(features)

    def accepts(self, candidate: Candidate, features: Mapping[str, float]) -> bool:
        """Whether the candidate is taken for a mention where no reader has a say."""
        return self.probability(candidate, features) >= self.codes[candidate.code].threshold


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
        joint, careful = (Joint.from_json(data[n]) if data.get(n) else None for n in ("joint", "careful"))
        digest = hashlib.sha256(raw).hexdigest()
        return MentionFilter(codes, frozenset(data["patterns"]), digest, str(data["note"]), joint, careful)
    except OSError as error:
        raise FilterError(f"{path}: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FilterError(f"{path}: not a mention filter ({type(error).__name__}: {error})") from None


@cache
def default_filter() -> MentionFilter | None:
    """The filter that comes with the project; None where there is none."""
    return load_filter(DEFAULT_FILTER) if DEFAULT_FILTER.exists() else None
