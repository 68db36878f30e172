"""What the trained filter sees of a candidate: its words, its neighbours, the word classes and rules around it.

All features are names of single words, word classes or rules, so that weights can be read by people and no text of a
training document is stored with them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.codebook import Codebook
from corpus.codebook_patterns import expand
from models.tagging.candidates import Candidate

_TOKEN = re.compile(r"[\w'\u2019]+|[.,;:?!()\u201c\u201d\u2013\u2014]")
_ENDING = re.compile(r"(?:ing|ed|es|s)$")
_REACH = 70
SETTING = "setting"


def stem(word: str) -> str:
    """The word without its commonest endings, so that inflected forms share a weight."""
    return _ENDING.sub("", word) if len(word) > 5 else word


class FeatureMaker:
    """Features of candidates, for one codebook (its word classes become features)."""

    def __init__(self, codebook: Codebook) -> None:
        self._classes: dict[str, tuple[str, ...]] = {}
        members: dict[str, list[str]] = {}
        for name, entries in codebook.classes.items():
            for entry in entries:
                if " " not in entry:
                    for word in expand(entry):
                        members.setdefault(word, []).append(name)
        self._classes = {word: tuple(names) for word, names in members.items()}

    def of(self, text: str, low: str, candidate: Candidate, others: Sequence[Candidate]) -> dict[str, float]:
        """Features of one candidate.

        Parameters
        ----------
        text, low
            The sentence as it stands and in lower case, of equal length.
        candidate
            The candidate.
        others
            All candidates of the sentence, itself included.
        """
        start, end = candidate.start, candidate.end
        inside = _TOKEN.findall(low, start, end)
        left = _TOKEN.findall(low, max(0, start - _REACH), start)[-3:][::-1]
        right = _TOKEN.findall(low, end, end + _REACH)[:3]
        out: dict[str, float] = {f"rule={candidate.rule.rule_id}": 1.0, f"pattern={candidate.pattern}": 1.0}
        for word in inside:
            out[f"in={stem(word)}"] = 1.0
        if inside:
            out[f"first={inside[0]}"] = 1.0
            out[f"last={inside[-1]}"] = 1.0
        for side, words in (("left", left), ("right", right)):
            for place, word in enumerate(words):
                out[f"{side}{place}={word}"] = 1.0
                for name in self._classes.get(word, ()):
                    out[f"{side}class={name}"] = 1.0
        out["length"] = min(len(inside), 6) / 6
        out["capital"] = float(text[start].isupper())
        out["capital after"] = float(text[end : end + 2].strip()[:1].isupper())
        out["short"] = float(len(low) < 90)
        out["full stop"] = float(low.rstrip()[-1:] in (".", "?", "!"))
        for other in others:
            if other is candidate:
                continue
            if other.code != candidate.code:
                out[f"beside={other.code}"] = 1.0
            elif other.start < end and start < other.end:
                out[f"over={other.rule.rule_id}"] = 1.0
            else:
                out[f"also={other.rule.rule_id}"] = 1.0
        return out

    def setting(self, low: str) -> dict[str, float]:
        """Features of the sentence: which words of the class ``setting`` it has. Half weight, since they are many."""
        return {
            f"setting={stem(word)}": 0.5
            for word in dict.fromkeys(_TOKEN.findall(low))  # no set: its order would change the sum's last digit
            if SETTING in self._classes.get(word, ())
        }


def score(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The weighted sum of features, in a fixed order."""
    return sum([value * weights[name] for name, value in features.items() if name in weights])
