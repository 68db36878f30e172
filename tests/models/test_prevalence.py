import numpy as np
import pytest

from models.statistics.prevalence import CodedSample, PrevalenceRefusedError, share


def sample(index, part, whole, probability, stratum=None):
    return CodedSample(
        np.array(index),
        np.array(part, dtype=float),
        np.array(whole, dtype=float),
        np.array(probability, dtype=float),
        stratum or ["all"] * len(index),
    )


def population(documents=8, each=12):
    return [f"d{n // each}" for n in range(documents * each)]


def test_with_everything_coded_the_share_is_the_count():
    documents = population()
    n = len(documents)
    whole = np.tile([1, 1, 0], n // 3).astype(float)
    part = np.tile([1, 0, 0, 1, 1, 0], n // 6).astype(float)
    everything = sample(range(n), part, whole, np.ones(n))
    # 64 claims in 96 sentences: of every six, four are claims and three of them learn
    got = share(np.full(n, 0.2), np.full(n, 0.9), documents, everything, uncertainty="sentences")
    assert got.estimate == pytest.approx(0.75)
    assert got.high - got.low == pytest.approx(0.0, abs=1e-9)


def test_useless_predictions_give_the_weighted_ratio_of_the_sample():
    documents = population()
    n = len(documents)
    index = list(range(0, n, 2))
    probability = [0.5 if i % 4 else 0.25 for i in index]  # half of the sample counts double
    whole = [1.0] * len(index)
    part = [1.0 if i % 4 else 0.0 for i in index]
    got = share(np.full(n, 0.5), np.full(n, 0.5), documents, sample(index, part, whole, probability))
    # weights 2 and 4 in equal numbers: 2 / (2 + 4)
    assert got.estimate == pytest.approx(1 / 3)


def test_perfect_predictions_leave_no_sampling_error():
    generator = np.random.default_rng(3)
    documents = population(20, 30)
    n = len(documents)
    whole = (generator.random(n) < 0.5).astype(float)
    part = whole * (generator.random(n) < 0.4)
    index = np.sort(generator.choice(n, 150, replace=False))
    coded = sample(index, part[index], whole[index], np.full(150, 150 / n))
    got = share(part, whole, documents, coded, uncertainty="sentences")
    assert got.estimate == pytest.approx(part.sum() / whole.sum())
    assert got.low == pytest.approx(got.high)


def test_documents_as_clusters_are_less_certain_than_sentences():
    generator = np.random.default_rng(4)
    documents = population(10, 40)
    n = len(documents)
    level = generator.random(10)  # documents differ much
    whole = np.ones(n)
    part = (generator.random(n) < np.repeat(level, 40)).astype(float)
    index = np.arange(0, n, 2)
    coded = sample(index, part[index], whole[index], np.full(len(index), 0.5))
    clusters = share(np.full(n, 0.5), whole, documents, coded)
    sentences = share(np.full(n, 0.5), whole, documents, coded, uncertainty="sentences")
    assert clusters.estimate == pytest.approx(sentences.estimate)
    assert clusters.high - clusters.low > 2 * (sentences.high - sentences.low)


def test_it_refuses_labels_that_were_not_drawn_at_random():
    documents = population()
    coded = sample([0, 20, 40, 60, 80, 90], [1] * 6, [1] * 6, [0.5, np.nan, 0.5, 0.5, np.nan, 0.5])
    with pytest.raises(PrevalenceRefusedError, match="2 of 6 coded sentences were not drawn at random"):
        share(np.ones(96), np.ones(96), documents, coded)


def test_it_refuses_too_few_documents_and_too_few_claims():
    documents = population()
    few = sample(range(6), [1] * 6, [1] * 6, [0.5] * 6)
    with pytest.raises(PrevalenceRefusedError, match="only 1 coded documents"):
        share(np.ones(96), np.ones(96), documents, few)
    no_claims = sample(range(0, 96, 4), [0] * 24, [0] * 24, [0.25] * 24)
    with pytest.raises(PrevalenceRefusedError, match="only 0 coded claims"):
        share(np.ones(96), np.ones(96), documents, no_claims)


def world(generator, documents):
    """Documents of unequal size that differ in how much they learn; predictions that err by document."""
    size = generator.integers(30, 250, documents)
    claims = 1 / (1 + np.exp(-generator.normal(-1.0, 0.5, documents)))
    learns = 1 / (1 + np.exp(-generator.normal(0.5, 0.8, documents)))
    document = np.repeat(np.arange(documents), size)
    whole = generator.random(len(document)) < claims[document]
    part = whole & (generator.random(len(document)) < learns[document])
    drift = generator.normal(0, 0.4, documents)[document]
    predicted_whole = 1 / (1 + np.exp(-(3 * whole - 2 + generator.normal(0, 1, len(document)) + drift)))
    predicted_part = predicted_whole / (1 + np.exp(-(2.5 * part - 1 + generator.normal(0, 1, len(document)))))
    return size, claims, learns, document, part.astype(float), whole.astype(float), predicted_part, predicted_whole


def draw(generator, document, predicted_whole, size):
    index, probability, stratum = [], [], []
    cue = predicted_whole + generator.normal(0, 0.2, len(document)) > 0.4
    for number, sentences in enumerate(size):
        for is_cue, part_of_sample in ((True, 0.72), (False, 0.28)):
            there = np.flatnonzero((document == number) & (cue == is_cue))
            taken = min(len(there), max(2, round(0.2 * sentences * part_of_sample)))
            if taken:
                index += generator.choice(there, taken, replace=False).tolist()
                probability += [taken / len(there)] * taken
                stratum += [f"{number} {is_cue}"] * taken
    return np.array(index), np.array(probability), stratum


@pytest.mark.parametrize(("uncertainty", "documents"), [("documents", 12), ("documents", 30), ("sentences", 12)])
def test_nominal_95_percent_intervals_cover_the_truth_in_93_to_97_percent(uncertainty, documents):
    generator = np.random.default_rng(2026)
    size, claims, learns, *_ = world(generator, 60_000)
    expected = (size * claims * learns).sum() / (size * claims).sum()
    rounds, hit = 700, 0
    for _ in range(rounds):
        size, _, _, document, part, whole, predicted_part, predicted_whole = world(generator, documents)
        index, probability, stratum = draw(generator, document, predicted_whole, size)
        coded = CodedSample(index, part[index], whole[index], probability, stratum)
        names = [str(number) for number in document]
        got = share(predicted_part, predicted_whole, names, coded, uncertainty=uncertainty)
        truth = expected if uncertainty == "documents" else part.sum() / whole.sum()
        hit += got.low <= truth <= got.high
    # 93-97% plus two standard errors of a simulation with 700 rounds (1.6 points at 95%)
    assert 0.93 - 0.016 <= hit / rounds <= 0.97 + 0.016
