"""The eight contrasts between moving practice as a product and making it together, as one profile per document.

The cues are data (``reports/assets/contrasts.yaml``) and follow the conditions that Fielding et al. (2005), Factors
Influencing the Transfer of Good Practice, name. Each is a regular expression over a sentence.
"""

from __future__ import annotations

import bisect
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
    return re.compile(rf"\b(?:{'|'.join(cue.lower() for cue in cues)})\b")


def profile(view: DocumentView) -> Iterator[ContrastCount]:
    """The profile of one document; headings are left out. No cue reaches over the end of a sentence."""
    body = [sentence for sentence in view.sentences if sentence.kind != "heading"]
    starts, position = [], 0
    for sentence in body:
        starts.append(position)
        position += len(sentence.text.lower()) + 1
    text = "\n".join(sentence.text.lower() for sentence in body)

    def found(pattern: re.Pattern[str]) -> tuple[int, ...]:
        places = {bisect.bisect_right(starts, match.start()) - 1 for match in pattern.finditer(text)}
        return tuple(body[place].sentence_id for place in sorted(places))

    for contrast in contrasts():
        joint, transfer = found(contrast.joint_pattern), found(contrast.transfer_pattern)
        yield ContrastCount(contrast.name, len(joint), len(transfer), joint[:3], transfer[:3])
