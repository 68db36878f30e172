import json

from corpus.codings import LabelSet
from corpus.records import ManifestRow
from corpus.standoff import anchor_of
from models.training.drawing import DrawPlan, draw_sentences, write_drawn

from .test_claims import document_of

CUED = [
    f"The evaluation in town number {word} found that pupils had gained very little."
    for word in ("one", "two", "six", "ten")
]
PLAIN = [
    f"The office in street number {word} opens at nine and shuts at noon." for word in ("one", "two", "six", "ten")
]
SHORT = ["Too short."]


def drawn_from(*texts, labels=None, plan=None):
    none = LabelSet((), (), (), ())
    rows = [ManifestRow("own", "own.txt")]
    return draw_sentences(
        rows, lambda row: document_of(*texts), labels or none, lambda row: row.doc_id, plan or DrawPlan(4, 0.75)
    )


def test_strata_sizes_and_probabilities_are_those_of_the_draw():
    drawn = drawn_from(*CUED, *PLAIN, *SHORT)
    cue = [s for s in drawn if s.stratum == "cue"]
    other = [s for s in drawn if s.stratum == "other"]
    assert (len(cue), len(other)) == (3, 1)
    assert {(s.stratum_size, s.inclusion_probability) for s in cue} == {(4, 0.75)}
    assert {(s.stratum_size, s.inclusion_probability) for s in other} == {(4, 0.25)}
    assert {s.text for s in cue} <= set(CUED)


def test_the_same_seed_draws_the_same_and_repeats_are_drawn_once():
    assert drawn_from(*CUED, *PLAIN) == drawn_from(*CUED, *PLAIN)
    assert len(drawn_from(CUED[0], CUED[0], CUED[0], plan=DrawPlan(10, 1.0))) == 1


def test_what_was_coded_is_not_drawn_again():
    from corpus.codings import DrawnSentence

    anchor = anchor_of(CUED[0], "0" * 64, None)
    labels = LabelSet((DrawnSentence("d1", "own", anchor, "own", "cue", 4, 1, 0.25),), (), (), ())
    drawn = drawn_from(*CUED, labels=labels, plan=DrawPlan(10, 1.0))
    assert {s.text for s in drawn} == set(CUED[1:])


def test_written_lines_can_be_coded_and_imported(tmp_path):
    from corpus.coded_files import import_codings

    path, codes = tmp_path / "drawn.jsonl", tmp_path / "codes.jsonl"
    drawn = drawn_from(*CUED, *PLAIN)
    write_drawn(path, drawn)
    codes.write_text("\n".join(json.dumps({"id": s.id, "claim": "neither", "sure": 2}) for s in drawn))
    labels = import_codings(path, [("A", "2", codes)])
    assert len(labels.sentences) == len(labels.codings) == 4
