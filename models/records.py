"""What the models say about a document: mentions (spans) and claims (sentences)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Locus = Literal["policy", "local", "unclear"]
Status = Literal["asserted", "negated", "resolved", "hypothetical"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that names a concept of the codebook. Offsets are code points into the document's text.

    ``code`` is ``top`` or ``top.subcode`` (``barrier.funding``). ``locus`` and ``status`` are set where the codebook
    gives the code those attributes, otherwise None. ``rule`` is the id of the rule in the codebook that made it.
    ``entity`` is the document-level named exemplar that the mention refers to, where it is one.
    """

    sentence_id: int
    start: int
    end: int
    code: str
    text: str
    rule: str
    locus: Locus | None = None
    status: Status | None = None
    entity: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"mention {self.start}..{self.end} is empty or out of range")
        if len(self.text) != self.end - self.start:
            raise ValueError(f"mention text has {len(self.text)} characters, its span {self.end - self.start}")

    @property
    def top(self) -> str:
        """The top code: ``barrier`` of ``barrier.funding``."""
        return self.code.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Cue:
    """What moved a claim's decision: a name in the words of the codebook and its signed contribution (log-odds)."""

    name: str
    contribution: float


@dataclass(frozen=True, slots=True)
class Claim:
    """The decision about one sentence. ``probabilities`` maps each label to a calibrated probability; they sum to 1.

    ``depth`` and ``learner`` are set only where ``label`` is ``learning``. ``abstained`` is true where the
    label's probability is under the model's threshold for it: held-out decisions as unsure were too often wrong.
    """

    sentence_id: int
    label: str
    probabilities: Mapping[str, float]
    model: str
    depth: str | None = None
    learner: str | None = None
    abstained: bool = False
    cues: tuple[Cue, ...] = field(default=())
