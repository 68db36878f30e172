"""Agreement that tables are stamped with, on labels small enough to work out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.codings import Coding, DrawnSentence, LabelSet, SpanCoding, SpanReading, write_labels
from corpus.standoff import anchor_of
from reports.agreement import THRESHOLD, agreement


def labels(
    tmp_path: Path, marked: dict[str, tuple[str, ...]], code: str, codes: str, more: tuple[Coding, ...] = ()
) -> Path:
    """Sentences that A and B read for ``codes``; ``marked`` says who marked ``code`` in each."""
    names = sorted({*marked, *(coding.sentence for coding in more)})
    anchor = anchor_of("The ferry was late again.", "ab", 1)
    sentences = tuple(DrawnSentence(name, f"doc-{name}", anchor, "f", "s", 1, 1, 1.0) for name in names)
    spans = tuple(SpanCoding(name, coder, 0, 9, code) for name, coders in marked.items() for coder in coders)
    readings = tuple(SpanReading(name, coder, "2", codes) for name in marked for coder in ("A", "B"))
    write_labels(tmp_path, LabelSet(sentences, more, spans, (), readings))
    return tmp_path


# One sentence marked by A alone, one by both, two by neither. Pairs yes-yes 2, no-no 4, yes-no 2 of 8; yes 3, no 5:
# alpha = 1 - (2/8) / (2*3*5/(8*7)) = 1 - 0.25/0.5357 = 0.533
MIXED = {"s1": ("A",), "s2": ("A", "B"), "s3": (), "s4": ()}


def test_agreement_below_the_threshold_stamps(tmp_path: Path) -> None:
    line = agreement(labels(tmp_path, MIXED, "learning_mode.acquisitive", "learning_mode"))["mention.learning_mode"]
    assert line.alpha == pytest.approx(0.533, abs=0.001)
    assert line.units == 4
    assert line.alpha < THRESHOLD
    assert line.stamp == "agreement 0.53, below 0.667: whether a sentence holds a picture of learning"


def test_agreement_at_or_above_the_threshold_does_not(tmp_path: Path) -> None:
    alike = {"s1": ("A", "B"), "s2": ("A", "B"), "s3": (), "s4": ()}
    line = agreement(labels(tmp_path, alike, "learning_mode.acquisitive", "learning_mode"))["mention.learning_mode"]
    assert (line.alpha, line.stamp) == (1.0, "")


def test_sentences_that_were_not_read_for_a_code_say_nothing_about_it(tmp_path: Path) -> None:
    claims = tuple(Coding(f"c{n}", coder, "2", "neither") for n in range(9) for coder in "AB")
    found = agreement(labels(tmp_path, MIXED, "barrier.time", "barrier", claims))
    assert found["mention.barrier"].units == 4
    assert found["mention.barrier"].alpha == pytest.approx(0.533, abs=0.001)
    assert found["claim"].units == 9
    assert not found["mention.learning_mode"].measured
    assert found["mention.learning_mode"].stamp.startswith("agreement not measured")


def test_subcodes_are_compared_where_mentions_overlap(tmp_path: Path) -> None:
    folder = labels(tmp_path, {"s1": ("A", "B"), "s2": ("A", "B"), "s3": ("A",)}, "barrier.time", "barrier")
    line = agreement(folder)["barrier_subcode"]
    assert line.units == 2


def test_the_projects_gold_for_pictures_of_learning_suffices() -> None:
    found = agreement()
    assert found["mention.learning_mode"].units >= 689
    assert found["mention.learning_mode"].stamp == ""
    assert found["learning_mode_subcode"].stamp == ""
