"""The eight contrasts between moving practice as a product and making it together, as one profile per document.

The cues are data (``reports/assets/contrasts.yaml``) and follow the conditions that Fielding et al. (2005), Factors
Influencing the Transfer of Good Practice, name. Each is a regular expression over a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from reports.views import DocumentView


@dataclass(frozen=True, slots=True)
class Contrast:
    """One contrast: its name and the two sides, each with words for it and the expression that finds it."""

    name: str
    question: str
    joint: str
    transfer: str
    joint_pattern: re.Pattern[str]
    transfer_pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class ContrastCount:
    """In how many sentences of a document each side of a contrast is found, and the first few of them."""

    name: str
    joint: int
    transfer: int
    joint_sentences: tuple[int, ...]
    transfer_sentences: tuple[int, ...]


@cache
def contrasts() -> tuple[Contrast, ...]:
    """The eight contrasts in the order of the codebook."""
    raw = yaml.safe_load(files("reports").joinpath("assets/contrasts.yaml").read_text(encoding="utf-8"))
    return tuple(
        Contrast(
            name,
            one["question"],
            one["joint"],
            one["transfer"],
            _either(one["joint_cues"]),
            _either(one["transfer_cues"]),
        )
        for name, one in raw.items()
    )


def _either(cues: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(cues)})\b", re.IGNORECASE)


def profile(view: DocumentView) -> Iterator[ContrastCount]:
    """The profile of one document; headings are left out."""
    body = [sentence for sentence in view.sentences if sentence.kind != "heading"]
    for contrast in contrasts():
        joint = tuple(s.sentence_id for s in body if contrast.joint_pattern.search(s.text))
        transfer = tuple(s.sentence_id for s in body if contrast.transfer_pattern.search(s.text))
        yield ContrastCount(contrast.name, len(joint), len(transfer), joint[:3], transfer[:3])
