import csv
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from flows.command_line import app
from models.claims import ClaimModel, SentenceInContext
from models.training.fit import decision_weights
from models.training.folds import grouped_folds
from models.training.metrics import class_scores, macro_f1, macro_f1_between
from models.training.scores import score
from models.training.tables import TableError, read_table
from models.training.validation import cross_validate

from .test_claims import LEARNS, OTHERS, PRAISES, coded

NO_READER_OPTIONS = __import__("models.claims.classifier", fromlist=["FitOptions"]).FitOptions(
    features=__import__("models.claims.features", fromlist=["FeatureOptions"]).FeatureOptions(blocks=("words", "cues"))
)


def test_scores_by_hand():
    truth, said = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 0, 1])
    first, second, third = class_scores(truth, said, 3)
    assert (first.precision, first.recall, first.support) == (pytest.approx(2 / 3), pytest.approx(2 / 3), 3)
    assert (second.precision, second.recall) == (pytest.approx(1 / 3), 0.5)
    assert (third.precision, third.recall, third.f1) == (0, 0, 0)
    assert macro_f1(truth, said, 3) == pytest.approx((2 / 3 + 0.4 + 0) / 3)


def test_two_classes_among_true_claims_by_hand():
    truth = np.array([0, 1, 1, 2])
    probabilities = np.array([[0.1, 0.5, 0.4], [0.9, 0.06, 0.04], [0.2, 0.3, 0.5], [0.8, 0.05, 0.15]])
    # coded 1, 1, 2; said 1, 2, 2 whatever the first class got
    assert macro_f1_between(truth, probabilities, 1, 2) == pytest.approx((2 / 3 + 2 / 3) / 2)


def test_folds_keep_groups_whole_and_spread_classes():
    groups = [f"d{n // 10}" for n in range(100)]
    truth = np.array([n % 10 == 0 for n in range(100)], dtype=np.int64)
    place = grouped_folds(groups, truth, 5)
    assert all(len({place[n] for n in range(100) if groups[n] == g}) == 1 for g in set(groups))
    assert np.bincount(place).tolist() == [20] * 5
    assert [truth[place == fold].sum() for fold in range(5)] == [2] * 5


def test_too_few_groups_are_refused():
    with pytest.raises(ValueError, match="2 groups cannot be put into 3 folds"):
        grouped_folds(["a", "b", "a"], np.array([0, 1, 0]), 3)


def test_decision_weights_help_the_rare_class():
    generator = np.random.default_rng(1)
    truth = (generator.random(2000) < 0.1).astype(np.int64)
    p = np.clip(0.1 + 0.2 * truth + generator.normal(0, 0.08, 2000), 0.01, 0.99)
    probabilities = np.column_stack([1 - p, p])
    plain = macro_f1(truth, probabilities.argmax(axis=1), 2)
    weighted = macro_f1(truth, (probabilities * decision_weights(probabilities, truth)).argmax(axis=1), 2)
    assert weighted > plain + 0.1


def test_interval_of_one_group_is_a_point_and_of_many_holds_the_score():
    truth, said = np.array([0, 1] * 50), np.array([0, 1, 0, 0] * 25)
    one = score(("a", "b"), truth, said, ["d"] * 100)
    assert one.macro_f1_interval.low == one.macro_f1_interval.high == pytest.approx(one.macro_f1)
    many = score(("a", "b"), truth, said, [f"d{n // 4}" for n in range(100)])
    assert many.macro_f1_interval.low <= many.macro_f1 <= many.macro_f1_interval.high


def test_validation_of_shuffled_labels_is_no_better_than_chance():
    texts, soft, groups = coded(8)
    shuffled = np.random.default_rng(5).permutation(soft)
    found = cross_validate(texts, shuffled, groups, ("a", "b", "c"), NO_READER_OPTIONS, penalties=(0.1,))
    real = cross_validate(texts, soft, groups, ("a", "b", "c"), NO_READER_OPTIONS, penalties=(0.1,))
    assert macro_f1(real.truth, real.chosen, 3) > 0.9
    assert macro_f1(found.truth, found.chosen, 3) < 0.5


def test_validation_never_sees_the_documents_it_tests():
    # every document has its own word for each label, so that only a leak could predict
    texts, groups, labels = [], [], []
    for document in range(6):
        for n in range(12):
            label = n % 2
            texts.append(SentenceInContext(f"kx{document}y{(label + document) % 2} was said."))
            labels.append(label)
            groups.append(f"d{document}")
    words_only = type(NO_READER_OPTIONS)(features=type(NO_READER_OPTIONS.features)(blocks=("words",)))
    found = cross_validate(texts, np.eye(2)[labels], groups, ("a", "b"), words_only, penalties=(0.1,))
    assert macro_f1(found.truth, found.chosen, 2) < 0.7


# ---------------------------------------------------------------------------------------------- files of labels


def write_csv(path, rows, columns):
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def own_rows(copies=6):
    kinds = (
        ("learns", LEARNS),
        ("praises", PRAISES),
        ("other", OTHERS),
        ("asks", ("Who pays?", "Why now?", "What next?")),
    )
    return [
        (f"{t[:-1]} in area {c}{t[-1]}", label, f"d{c}") for c in range(copies) for label, group in kinds for t in group
    ]


def test_train_command_writes_model_metrics_and_card_for_any_labels(tmp_path):
    labels = write_csv(tmp_path / "own.csv", own_rows(), ["text", "label", "document"])
    test = tmp_path / "test.jsonl"
    test.write_text("\n".join(json.dumps({"text": t, "label": la}) for t, la, _ in own_rows(1)) + "\n")
    run = CliRunner().invoke(
        app, ["train", "--labels", str(labels), "--test", str(test), "--out", str(tmp_path / "m"), "--no-reader"]
    )
    assert run.exit_code == 0, run.output
    metrics = json.loads((tmp_path / "m" / "metrics.json").read_text())
    for part in ("cv", "test"):
        assert set(metrics[part]["f1"]) == {"learns", "praises", "other", "asks"}
        assert 0.8 < metrics[part]["macro_f1"] <= 1
        assert set(metrics[part]) >= {"macro_f1", "accuracy", "precision", "recall", "f1", "ece", "brier"}
        assert metrics[part]["per_class"]["asks"]["f1"] == metrics[part]["f1"]["asks"]
    assert metrics["cv"]["documents"] == 6
    model = ClaimModel.load(tmp_path / "m")
    assert model.classify_sentences([SentenceInContext("Who pays in area 9?")])[0].label == "asks"
    assert "asks" in (tmp_path / "m" / "MODEL_CARD.md").read_text()
    assert (tmp_path / "m" / "worst_errors.csv").read_text(encoding="utf-8-sig").startswith("document,coded,predicted")


def test_split_column_sets_test_rows_apart(tmp_path):
    rows = [(t, la, "test" if d == "d5" else "train") for t, la, d in own_rows()]
    table = read_table(write_csv(tmp_path / "own.csv", rows, ["text", "label", "split"]))
    assert sum(row.test for row in table.rows) == len(rows) // 6
    assert not table.has_documents


def test_json_list_and_semicolons_are_read(tmp_path):
    one, two = tmp_path / "a.json", tmp_path / "b.csv"
    one.write_text('[{"text": "A.", "label": "x", "before": null}, {"text": "B.", "label": 2}]')
    two.write_text("\ufefftext;label;document\nA;x;d\n;y;d\n", encoding="utf-8")
    assert [row.label for row in read_table(one).rows] == ["x", "2"]
    assert (len(read_table(two).rows), read_table(two).skipped) == (1, 1)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("sentence,label\na,b\n", "column 'text' is missing (found: sentence, label)"),
        ("text\na\n", "column 'label' is missing"),
        ('{"text": "a"}\n', "row 1: column 'label' is missing"),
        ('{"text": "a", "label": "b"}\n{oops\n', "row 2: not JSON"),
        ("", "is empty"),
        ("text,label\n,\n", "no row has both"),
        ("\0\0", "is not a text file"),
    ],
)
def test_files_that_cannot_be_used_are_refused_in_one_line(tmp_path, content, complaint):
    path = tmp_path / "labels.csv"
    path.write_text(content)
    with pytest.raises(TableError) as caught:
        read_table(path)
    assert complaint in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([("a b", "x"), ("c d", "x")], "only one label"),
        ([("a b", "x"), ("c d", "x"), ("e f", "y")], "label 'y' occurs only once"),
    ],
)
def test_too_few_labels_end_the_command_with_one_line(tmp_path, rows, complaint):
    labels = write_csv(tmp_path / "own.csv", rows, ["text", "label"])
    run = CliRunner().invoke(app, ["train", "--labels", str(labels), "--out", str(tmp_path / "m")])
    assert run.exit_code == 2
    assert complaint in run.output
    assert "Traceback" not in run.output


def test_missing_file_ends_the_command_with_one_line(tmp_path):
    run = CliRunner().invoke(app, ["train", "--labels", str(tmp_path / "no.csv"), "--out", str(tmp_path / "m")])
    assert run.exit_code == 2
    assert "there is no such file" in run.output
