"""Labels found again and claims told apart in real documents the classifier has not seen (a part of the corpus).

The whole corpus is checked by ``halfloop labels check ../shared/corpus`` and ``benchmarks/claims.py --quality``.
"""

from dataclasses import replace
from pathlib import Path

import pytest

REAL = Path(__file__).resolve().parents[3] / "shared" / "corpus"
TESTED = ("uk-2026-space-economy-response", "ifpri-2004-focus-11", "uk-2022-local-plan-pathfinders")
TRAINED_ON = (
    "uk-2011-behaviour-change-report",
    "uk-2011-behaviour-change-response",
    "py-2019-sembrando-evaluation",
    "iom-2025-mds-asia-pacific",
    "uk-2025-covid-m1-response",
    "ca-2017-open-first-white-paper",
    "in-2006-environment-policy",
    "de-2018-ai-strategy",
)
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (REAL / "manifest.csv").exists(), reason="the real corpus is not in ../shared/corpus"),
]


@pytest.fixture(scope="module")
def found():
    from corpus.codebook import load_codebook
    from corpus.codings import read_labels
    from corpus.manifest import read_manifest
    from models.tagger import Tagger
    from models.training.examples import resolve_examples
    from models.training.project import WITHOUT_OCR, read_document

    rows = [row for row in read_manifest(REAL).rows if row.doc_id in TESTED + TRAINED_ON]
    assert len(rows) == len(TESTED + TRAINED_ON)
    labels, digests = read_labels(), {row.sha256 for row in rows}
    here = replace(labels, sentences=tuple(s for s in labels.sentences if s.anchor.sha256 in digests))
    tagger = Tagger(load_codebook())
    return resolve_examples(here, rows, lambda row: read_document(REAL, row, WITHOUT_OCR), tagger.tag)


def test_at_least_99_percent_of_the_coded_sentences_are_found(found):
    examples, lost = found
    share = len(examples) / (len(examples) + len(lost))
    assert len(examples) > 1500
    assert share >= 0.99, "; ".join(f"{item.sentence} {item.doc_id} {item.reason}" for item in lost[:20])


def test_every_found_sentence_has_two_coders_and_a_label(found):
    assert all(len(e.codings) == 2 and e.claim in {"neither", "learning", "legitimation"} for e in found[0])


def test_coders_agree_well():
    from corpus.codings import read_labels
    from models.statistics.agreement import krippendorff_alpha

    codings = read_labels().codings_of().values()
    assert krippendorff_alpha([tuple(c.claim for c in group) for group in codings]) > 0.8


def test_unseen_documents_are_classified_far_above_the_first_measurement(found):
    from models.claims.classifier import FitOptions
    from models.training.description import CLAIM_LABELS, PENALTY
    from models.training.fit import fit_classifier
    from models.training.metrics import macro_f1, macro_f1_between
    from models.training.project import decided_soft

    examples = found[0]
    soft = decided_soft(examples)
    inside = [i for i, e in enumerate(examples) if e.document in TRAINED_ON]
    outside = [i for i, e in enumerate(examples) if e.document in TESTED]
    model = fit_classifier(
        [examples[i].context for i in inside],
        soft[inside],
        [examples[i].document for i in inside],
        CLAIM_LABELS,
        FitOptions(),
        penalties=(PENALTY,),
    ).classifier
    probabilities = model.probabilities(model.rows([examples[i].context for i in outside], held_out=True))
    truth = soft[outside].argmax(axis=1)
    assert macro_f1(truth, model.decide(probabilities), 3) > 0.55  # 0.50 with 1,500 labels and TF-IDF
    assert macro_f1_between(truth, probabilities, 1, 2) > 0.70
