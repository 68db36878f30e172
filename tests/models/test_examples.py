from corpus.codings import Adjudicated, Coding, DrawnSentence, LabelSet
from corpus.records import ManifestRow
from corpus.standoff import anchor_of
from extractors.document import Box, Cell, ExtractionError, Table
from models.claims.context import SentenceInContext
from models.training.examples import resolve_examples, soft_labels

from .test_claims import document_of

BEFORE = "The pilot ran for two years in nine districts of the north."
CODED = "It was found that hardly any of the colleges had kept the shared timetable"
AFTER = "The ministry has not yet said what follows from this for the south."
IN_CELL = "Only three of the nine districts spent all the money they had been given"
ROW = ManifestRow("own", "own.txt", "0" * 64, "evaluation", "evaluator")


def labels_of(*texts):
    names = [f"d{number}" for number in range(len(texts))]
    return LabelSet(
        tuple(
            DrawnSentence(name, "own", anchor_of(text, "0" * 64, None), "own", "cue", 9, 3, 0.5)
            for name, text in zip(names, texts, strict=True)
        ),
        tuple(Coding(name, coder, "2", claim, sure=sure) for name in names for coder, claim, sure in
              (("A", "learning", 3), ("B", "neither", 1))),
        (),
        tuple(Adjudicated(name, "learning", "", "", "surer") for name in names),
    )  # fmt: skip


def test_a_coded_sentence_is_found_with_its_context_and_closing_stop():
    document = document_of(BEFORE, f"{CODED}.", AFTER)
    (example,), lost = resolve_examples(labels_of(CODED), [ROW], lambda row: document, lambda d: ())
    assert not lost
    assert example.context == SentenceInContext(
        f"{CODED}.", BEFORE, AFTER, "Findings", "body", 0.5, "evaluator", "evaluation", ()
    )
    assert (example.claim, example.inclusion_probability, len(example.codings)) == ("learning", 0.5, 2)


def test_a_sentence_in_a_table_is_found_there():
    cells = (Cell(0, 0, "District", Box(1, 0, 0, 1, 1)), Cell(1, 0, f"{IN_CELL}.", Box(1, 0, 1, 1, 2)))
    document = document_of(BEFORE, AFTER)
    object.__setattr__(document, "tables", (Table(1, Box(1, 0, 0, 1, 2), "", cells),))
    (example,), lost = resolve_examples(labels_of(IN_CELL), [ROW], lambda row: document, lambda d: ())
    assert not lost
    assert (example.context.text, example.context.block, example.context.before) == (IN_CELL, "table", "District")


def test_what_is_not_found_is_listed_with_the_reason():
    def broken(row):
        raise ExtractionError("own.txt", "cannot be read")

    labels = labels_of(CODED)
    found = [
        resolve_examples(labels, [ROW], lambda row: document_of(BEFORE), lambda d: ()),
        resolve_examples(labels, [ROW], broken, lambda d: ()),
        resolve_examples(labels, [], broken, lambda d: ()),
    ]
    assert [examples for examples, _ in found] == [[], [], []]
    assert [lost[0].reason for _, lost in found] == [
        "its letters are neither in the text nor in a table",
        "own.txt: cannot be read",
        "no document with this sha256",
    ]


def test_soft_labels_weigh_coders_by_their_certainty():
    document = document_of(BEFORE, f"{CODED}.", AFTER)
    examples, _ = resolve_examples(labels_of(CODED), [ROW], lambda row: document, lambda d: ())
    # A is certain (1.0) of learning, B tosses up (0.5) for neither
    assert soft_labels(examples, ("neither", "learning", "legitimation")).tolist() == [[1 / 3, 2 / 3, 0.0]]
