"""The plain keyword dictionary that a user would otherwise write: the baseline of the evaluation.

The words are those that the codebook's page names for each code, as a stem list of the kind that dictionary methods
in content analysis use; no context, no veto. A word matches wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.tagging.mentions import SentenceMention

KEYWORDS: dict[str, tuple[str, ...]] = {
    "barrier": (
        "barrier*", "obstacle*", "constrain*", "inhibit*", "challenge*", "difficult*", "limitation*", "frustrat*",
        "undermin*", "compromis*", "hamper*", "deter", "deters", "deterred", "prevent*", "lack of", "lack", "shortage*",
        "at the expense of", "too little time", "hinder*", "imped*", "problem*",
    ),
    "best_practice": (
        "best practice*", "good practice*", "effective practice*", "promising practice*", "innovative practice*",
        "what works", "benchmark*", "pilot*", "pathfinder*", "trailblazer*", "pioneer*", "beacon*", "demonstrator*",
        "test-bed*", "early adopter*", "lighthouse*", "centre of excellence", "centres of excellence", "case stud*",
        "guide", "guides", "guidance", "manual*", "toolkit*", "showcase*", "conference*", "roll-out", "roll out",
        "rolled out", "scale up", "scaling up", "replicat*", "adopt*", "mainstream*", "co-design*", "peer learning",
        "learning network*", "communit* of practice", "joint practice development",
    ),
    "partnership": (
        "partner*", "consortium", "consortia", "network*", "federation*", "alliance*", "forum*", "collaborat*",
        "co-operat*", "cooperat*", "work together", "working together", "worked together", "joint working",
        "multi-agency", "co-ordinat*", "coordinat*", "board", "boards",
    ),
}  # fmt: skip


class KeywordDictionary:
    """Finds the keywords; the same answer type as the tagger's, with the code alone."""

    def __init__(self) -> None:
        self._patterns = {
            code: re.compile(r"\b(?:" + "|".join(_regex(w) for w in words) + r")\b", re.IGNORECASE)
            for code, words in KEYWORDS.items()
        }

    def tag_sentences(self, texts: Sequence[str]) -> list[tuple[SentenceMention, ...]]:
        """Keyword hits of each text."""
        return [
            tuple(
                SentenceMention(m.start(), m.end(), code, f"keyword.{code}")
                for code, pattern in self._patterns.items()
                for m in pattern.finditer(text)
            )
            for text in texts
        ]


def _regex(word: str) -> str:
    return r"\s+".join(re.escape(part).replace(r"\*", r"\w*") for part in word.split())
