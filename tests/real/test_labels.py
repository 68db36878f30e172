"""Labels, model and validation on the real corpus."""

from pathlib import Path

import pytest

REAL = Path(__file__).resolve().parents[3] / "shared" / "corpus"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (REAL / "manifest.csv").exists(), reason="the real corpus is not in ../shared/corpus"),
]


@pytest.fixture(scope="module")
def found():
    from models.training.project import find_examples

    return find_examples(REAL)


def test_at_least_99_percent_of_the_coded_sentences_are_found(found):
    examples, lost = found
    share = len(examples) / (len(examples) + len(lost))
    assert share >= 0.99, "; ".join(f"{item.sentence} {item.doc_id} {item.reason}" for item in lost[:20])


def test_every_found_sentence_has_two_coders_and_a_label(found):
    examples, _ = found
    assert all(len(e.codings) == 2 and e.claim in {"neither", "learning", "legitimation"} for e in examples)


def test_coders_agree_as_the_readme_says():
    from corpus.codings import read_labels
    from models.statistics.agreement import krippendorff_alpha

    codings = read_labels().codings_of().values()
    assert krippendorff_alpha([tuple(c.claim for c in group) for group in codings]) > 0.8


def test_unseen_documents_are_classified_far_above_the_first_measurement(found):
    from models.claims.classifier import FitOptions
    from models.training.description import CLAIM_LABELS
    from models.training.fit import fit_classifier
    from models.training.metrics import macro_f1, macro_f1_between
    from models.training.project import decided_soft

    examples = found[0]
    soft = decided_soft(examples)
    test_documents = {
        "uk-2025-horizon-report",
        "uk-2026-space-economy-response",
        "iom-2025-mds-asia-pacific",
        "ifpri-2004-focus-11",
    }
    inside = [i for i, e in enumerate(examples) if e.document not in test_documents][::2]
    outside = [i for i, e in enumerate(examples) if e.document in test_documents]
    model = fit_classifier(
        [examples[i].context for i in inside], soft[inside], [examples[i].document for i in inside],
        CLAIM_LABELS, FitOptions(), penalties=(0.06,),
    ).classifier  # fmt: skip
    rows = model.rows([examples[i].context for i in outside], held_out=True)
    probabilities = model.probabilities(rows)
    truth = soft[outside].argmax(axis=1)
    assert macro_f1(truth, model.decide(probabilities), 3) > 0.55
    assert macro_f1_between(truth, probabilities, 1, 2) > 0.70
