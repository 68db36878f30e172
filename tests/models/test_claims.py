import dataclasses
import json
import math
import zipfile

import numpy as np
import pytest
import skops.io

from corpus.records import ManifestRow
from extractors.document import Block, Document, Page, Sentence
from models.claims import ClaimModel, ModelError, SentenceInContext, contexts_of
from models.claims.calibration import brier_score, expected_calibration_error, fit_calibration
from models.claims.classifier import FitOptions
from models.claims.cues import cue_counter
from models.claims.domain import fit_domain, unknown_share
from models.claims.explain import BASE, REST
from models.claims.features import BLOCKS, READERS, FeatureOptions
from models.claims.lexicon import tokens_of
from models.records import Mention
from models.training.fit import fit_classifier

NO_READER = tuple(block for block in BLOCKS if block not in READERS)
LEARNS = (
    "The trial found that attendance fell where buses had been cut.",
    "Because costs rose, the scheme was changed after the first year.",
    "It did not work for small colleges, which lacked staff.",
    "The study could not show whether results improved.",
)
PRAISES = (
    "Our excellent pilots have already proved a great success.",
    "We are proud of the progress made together with our partners.",
    "There was overwhelming support for this innovative approach.",
    "Thanks to strong partnerships, thousands already benefit.",
)
OTHERS = (
    "The board has nine members and meets in March.",
    "Chapter two sets out the definitions used here.",
    "The programme will open in every region next year.",
    "Councils must publish their plan by the end of June.",
)


class NoMap:
    def rectangles(self, start, end):
        return ()


def document_of(*texts, language="en"):
    sentences, start = [], 0
    for number, text in enumerate(texts):
        sentences.append(Sentence(number, start, start + len(text), 1, "Findings", 0))
        start += len(text) + 1
    whole = " ".join(texts)
    return Document(
        doc_id="own",
        sha256="0" * 64,
        text=whole,
        pages=(Page(1, 0, len(whole), 0, 0, "plain"),),
        blocks=(Block(0, len(whole), "body"),),
        sentences=tuple(sentences),
        extractor="plain",
        text_map=NoMap(),
        language=language,
    )


def coded(copies=6):
    texts, labels, groups = [], [], []
    for copy in range(copies):
        for label, group in enumerate((OTHERS, LEARNS, PRAISES)):
            for text in group:
                texts.append(SentenceInContext(f"{text[:-1]} in area {copy}.", before="The report goes on."))
                labels.append(label)
                groups.append(f"d{copy}")
    return texts, np.eye(3)[labels], groups


@pytest.fixture(scope="module")
def small_model():
    texts, soft, groups = coded()
    options = FitOptions(features=FeatureOptions(blocks=NO_READER))
    part = fit_classifier(texts, soft, groups, ("neither", "learning", "legitimation"), options).classifier
    domain = fit_domain([t.text for t in texts], groups)
    return ClaimModel({"claim": part}, {"name": "small", "labels": list(part.labels), "abstain_below": 0.5}, domain)


def test_context_takes_neighbours_heading_block_and_mentions():
    document = document_of("First one.", "Second one here.", "The third.", "The last.")
    mention = Mention(
        2, document.sentences[2].start, document.sentences[2].start + 3, "barrier.time", "The", "r", "policy", "negated"
    )
    row = ManifestRow("own", "own.txt", voice="evaluator", kind="evaluation")
    third = contexts_of(document, (mention,), row)[2]
    assert third == SentenceInContext(
        text="The third.",
        before="First one. Second one here.",
        after="The last.",
        section="Findings",
        block="body",
        position=2 / 3,
        voice="evaluator",
        kind="evaluation",
        codes=("barrier", "barrier.time", "barrier:negated", "barrier@policy"),
    )


def test_words_keep_negations_and_hide_numbers():
    assert tokens_of("They didn't reach 1,200 pupils, can’t they?") == (
        "they",
        "did",
        "n't",
        "reach",
        "#",
        "pupils",
        "ca",
        "n't",
        "they",
        "?",
    )


def test_cues_count_words_prefixes_and_phrases():
    counter = cue_counter()
    counts = dict(
        zip(counter.names, counter.count(tokens_of("However, the evaluation was run in partnership.")), strict=True)
    )
    assert counts["limit or failure"] == 1
    assert counts["evidence named"] == 1
    assert counts["consent or partnership as merit"] == 2  # "in partnership" and "partner~"
    assert counts["negation"] == 0


def test_small_model_learns_what_it_was_taught(small_model):
    found = small_model.classify_sentences([SentenceInContext(t) for t in (OTHERS[0], LEARNS[2], PRAISES[0])])
    assert [claim.label for claim in found] == ["neither", "learning", "legitimation"]
    assert all(sum(claim.probabilities.values()) == pytest.approx(1) for claim in found)
    assert [claim.sentence_id for claim in found] == [0, 1, 2]


def test_cues_add_up_to_the_log_odds(small_model):
    texts = [
        SentenceInContext(t) for t in (*OTHERS, *LEARNS, *PRAISES, "Something else entirely was said about whales.")
    ]
    for claim in small_model.classify_sentences(texts):
        chosen = claim.probabilities[claim.label]
        other = max(p for label, p in claim.probabilities.items() if label != claim.label)
        assert sum(cue.contribution for cue in claim.cues) == pytest.approx(math.log(chosen / other), abs=1e-4)
        assert [cue.name for cue in claim.cues[-2:]] == [REST, BASE]
        shown = [abs(cue.contribution) for cue in claim.cues[:-2]]
        assert shown == sorted(shown, reverse=True)


def test_a_word_that_is_taken_away_takes_its_cue_away(small_model):
    names = {
        cue.name
        for claim in small_model.classify_sentences([SentenceInContext("There was overwhelming support.")])
        for cue in claim.cues
    }
    without = {
        cue.name
        for claim in small_model.classify_sentences([SentenceInContext("There was some support.")])
        for cue in claim.cues
    }
    assert "word: overwhelming" in names
    assert "word: overwhelming" not in without


def test_classification_does_not_depend_on_the_company(small_model):
    together = small_model.classify_sentences([SentenceInContext(t) for t in LEARNS])
    alone = [small_model.classify_sentences([SentenceInContext(t)])[0] for t in LEARNS]
    assert [dict(c.probabilities) for c in together] == [pytest.approx(dict(c.probabilities)) for c in alone]


def test_saved_model_gives_the_same_claims(small_model, tmp_path):
    small_model.save(tmp_path)
    again = ClaimModel.load(tmp_path)
    texts = [SentenceInContext(t) for t in (*OTHERS, *LEARNS)]
    assert again.classify_sentences(texts) == small_model.classify_sentences(texts)
    assert again.digest == small_model.digest
    assert again.domain == small_model.domain


def test_retraining_gives_the_same_file(tmp_path):
    for name in ("one", "two"):
        texts, soft, groups = coded(3)
        options = FitOptions(features=FeatureOptions(blocks=NO_READER))
        part = fit_classifier(texts, soft, groups, ("a", "b", "c"), options).classifier
        ClaimModel({"claim": part}, {"name": "n"}).save(tmp_path / name)
    assert (tmp_path / "one" / "model.skops").read_bytes() == (tmp_path / "two" / "model.skops").read_bytes()
    with zipfile.ZipFile(tmp_path / "one" / "model.skops") as archive:
        schema = archive.read("schema.json").decode()
    assert str(id(None)) not in schema  # scikit-learn keeps the address of its stop words, here None


def test_a_changed_model_file_is_refused(small_model, tmp_path):
    small_model.save(tmp_path)
    path = tmp_path / "model.skops"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(ModelError, match=r"model\.skops: sha256 is"):
        ClaimModel.load(tmp_path)


def test_a_model_file_with_foreign_types_is_refused(tmp_path):
    import hashlib

    data = skops.io.dumps({"parts": {"claim": dataclasses.make_dataclass("Foreign", ["x"])}})
    (tmp_path / "model.skops").write_bytes(data)
    (tmp_path / "model.json").write_text(json.dumps({"sha256": hashlib.sha256(data).hexdigest()}))
    with pytest.raises(ModelError):
        ClaimModel.load(tmp_path)


@pytest.mark.parametrize("content", [b"not a zip", b""])
def test_a_file_that_is_no_model_is_refused_in_one_line(tmp_path, content):
    import hashlib

    (tmp_path / "model.skops").write_bytes(content)
    (tmp_path / "model.json").write_text(json.dumps({"sha256": hashlib.sha256(content).hexdigest()}))
    with pytest.raises(ModelError) as caught:
        ClaimModel.load(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(ModelError, match="no model here"):
        ClaimModel.load(tmp_path)


def test_abstention_is_below_the_threshold(small_model):
    small_model.description["abstain_below"] = 1.01
    try:
        assert all(c.abstained for c in small_model.classify_sentences([SentenceInContext(LEARNS[0])]))
    finally:
        small_model.description["abstain_below"] = 0.5
    sure = small_model.classify_sentences([SentenceInContext(OTHERS[0])])[0]
    assert sure.abstained == (max(sure.probabilities.values()) < 0.5)


def test_a_document_in_other_words_is_warned_of(small_model):
    like = document_of(*(f"{t}" for t in (*OTHERS, *LEARNS, *PRAISES) * 3))
    unlike = document_of(
        *["Purple submarines dreamt quietly beneath frozen volcano orchestras yesterday evening."] * 25
    )
    assert small_model.domain_warning(like) == ""
    assert "never met in training" in small_model.domain_warning(unlike)
    assert "'de'" in small_model.domain_warning(document_of("Das ist ein Satz.", language="de"))


def test_unknown_share_counts_running_words():
    share, count = unknown_share(["the the whale", "7 swims"], {"the"})
    assert (share, count) == (0.5, 4)


def test_calibration_of_right_probabilities_changes_nothing():
    generator = np.random.default_rng(0)
    scores = generator.normal(0, 2, (6000, 3))
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    truth = (p.cumsum(axis=1) > generator.random((6000, 1))).argmax(axis=1)
    calibration = fit_calibration(scores, truth)
    assert calibration.slope == pytest.approx(1, abs=0.06)
    doubled = fit_calibration(2 * scores, truth)
    assert doubled.slope == pytest.approx(calibration.slope / 2, rel=0.01)
    assert expected_calibration_error(calibration.probabilities(scores), truth) < 0.02


def test_calibration_error_and_brier_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.7, 0.3], [0.3, 0.7]])
    truth = np.array([0, 1, 0, 1])
    # bin 0.9: half right, gap 0.4, half of the rows; bin 0.7: all right, gap 0.3, half of the rows
    assert expected_calibration_error(probabilities, truth) == pytest.approx(0.35)
    assert brier_score(probabilities, truth) == pytest.approx((0.02 + 1.62 + 0.18 + 0.18) / 4)


def test_the_shipped_model_loads_and_classifies():
    model = ClaimModel.load()
    assert set(model.labels) == {"neither", "learning", "legitimation"}
    document = document_of(*LEARNS, *PRAISES, *OTHERS)
    claims = model.classify(document, (), ManifestRow("own", "own.txt"))
    assert len(claims) == len(document.sentences)
    assert all((claim.depth is None) == (claim.label != "learning") for claim in claims)
    assert {c.depth for c in claims if c.label == "learning"} <= {"single_loop", "double_loop"}
    assert model.classify(document_of(), (), ManifestRow("own", "own.txt")) == ()


def test_headings_captions_and_short_lines_are_never_claims(small_model):
    praise = PRAISES[0]
    texts = [
        SentenceInContext(praise, block="heading"),
        SentenceInContext(praise, block="caption"),
        SentenceInContext("Proven success!", block="body"),
        SentenceInContext(praise, block="body"),
    ]
    found = small_model.classify_sentences(texts, [7, 8, 9, 10])
    assert [claim.label for claim in found] == ["neither", "neither", "neither", "legitimation"]
    assert [claim.sentence_id for claim in found] == [7, 8, 9, 10]
    assert [claim.cues[0].name for claim in found[:3]] == [
        "rule of the codebook: a heading is no claim",
        "rule of the codebook: a caption is no claim",
        "rule of the codebook: a line of a few words is no claim",
    ]
    assert sum(found[0].probabilities.values()) == pytest.approx(1)
    assert found[0].cues[0].contribution == pytest.approx(
        math.log(found[0].probabilities["neither"] / found[0].probabilities["learning"])
    )
