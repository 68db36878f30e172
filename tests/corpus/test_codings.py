import json

import pytest

from corpus.coded_files import import_codings, merge
from corpus.codings import Coding, LabelError, adjudicate, read_labels, write_labels

TEXT = "Two of the nine districts reported that the new course had not reached the pupils it was meant for."


def coding(coder, claim, sure):
    return Coding("s1", coder, "2", claim, sure=sure)


def test_coders_who_agree_decide():
    assert adjudicate([coding("B", "learning", 1), coding("A", "learning", 3)]).rule == "agreed"


def test_the_surer_of_two_coders_decides():
    decided = adjudicate([coding("A", "neither", 1), coding("B", "legitimation", 2)])
    assert (decided.claim, decided.rule) == ("legitimation", "surer")


def test_a_tie_goes_to_the_first_coder():
    decided = adjudicate([coding("D", "neither", 2), coding("C", "learning", 2)])
    assert (decided.claim, decided.rule) == ("learning", "first")


def files(tmp_path, claim="learning"):
    sentences, codes = tmp_path / "s.jsonl", tmp_path / "a.jsonl"
    sentences.write_text(
        json.dumps(
            {
                "id": "x1",
                "doc_id": "doc",
                "sha256": "ab",
                "page": 4,
                "frame": "doc",
                "stratum": "cue",
                "stratum_size": 8,
                "stratum_sampled": 2,
                "inclusion_probability": 0.25,
                "text": TEXT,
            }
        )
    )
    codes.write_text(
        json.dumps(
            {
                "id": "x1",
                "claim": claim,
                "depth": "single_loop",
                "learner": None,
                "sure": 3,
                "mentions": [{"code": "barrier", "subcode": "other", "start": 3, "end": 9, "status": "asserted"}],
            }
        )
    )
    return sentences, codes


def test_imported_labels_keep_everything_but_the_text(tmp_path):
    sentences, codes = files(tmp_path)
    write_labels(tmp_path / "out", import_codings(sentences, [("A", "2", codes)]))
    labels = read_labels(tmp_path / "out")
    assert labels.sentences[0].inclusion_probability == 0.25
    assert labels.sentences[0].anchor.page == 4
    assert labels.codings[0] == Coding("x1", "A", "2", "learning", "single_loop", "", 3)
    assert (labels.spans[0].code, labels.spans[0].start, labels.spans[0].end) == ("barrier.other", 3, 9)
    assert labels.adjudicated[0].rule == "single"
    written = "".join(p.read_text() for p in (tmp_path / "out").iterdir())
    assert "districts" not in written
    assert "pupils" not in written


def test_labels_written_twice_are_the_same_bytes(tmp_path):
    sentences, codes = files(tmp_path)
    labels = import_codings(sentences, [("B", "2", codes), ("A", "2", codes)])
    write_labels(tmp_path / "one", labels)
    write_labels(tmp_path / "two", read_labels(tmp_path / "one"))
    for table in ("sentences", "codings", "readings", "spans", "adjudicated"):
        assert (tmp_path / "one" / f"{table}.csv").read_bytes() == (tmp_path / "two" / f"{table}.csv").read_bytes()


def test_a_wrong_claim_is_named_with_file_and_row(tmp_path):
    sentences, codes = files(tmp_path, claim="perhaps")
    with pytest.raises(LabelError, match=r"a\.jsonl, row 1: claim is 'perhaps'"):
        import_codings(sentences, [("A", "2", codes)])


def test_a_coding_of_an_unknown_sentence_is_refused(tmp_path):
    sentences, codes = files(tmp_path)
    codes.write_text('{"id": "zz", "claim": "neither"}')
    with pytest.raises(LabelError, match="no sentence 'zz'"):
        import_codings(sentences, [("A", "2", codes)])


def test_sets_that_share_a_sentence_cannot_be_merged(tmp_path):
    sentences, codes = files(tmp_path)
    labels = import_codings(sentences, [("A", "2", codes)])
    with pytest.raises(LabelError, match="x1 occurs in two sets"):
        merge([labels, labels])


def test_a_missing_column_is_named(tmp_path):
    sentences, codes = files(tmp_path)
    write_labels(tmp_path, import_codings(sentences, [("A", "2", codes)]))
    table = tmp_path / "codings.csv"
    table.write_text(table.read_text().replace("sure", "certain"))
    with pytest.raises(LabelError, match=r"codings\.csv: column sure is missing"):
        read_labels(tmp_path)


def test_a_probability_above_one_is_refused(tmp_path):
    sentences, codes = files(tmp_path)
    write_labels(tmp_path, import_codings(sentences, [("A", "2", codes)]))
    table = tmp_path / "sentences.csv"
    table.write_text(table.read_text().replace("0.250000", "1.250000"))
    with pytest.raises(LabelError, match=r"sentences\.csv, row 2: inclusion_probability"):
        read_labels(tmp_path)


def test_the_projects_own_labels_can_be_read():
    labels = read_labels()
    assert len(labels.sentences) >= 3900
    assert {c.claim for c in labels.codings} == {"neither", "learning", "legitimation"}
    decided = {a.sentence for a in labels.adjudicated}
    read = {reading.sentence for reading in labels.readings}
    assert len(decided) == len(labels.adjudicated)
    assert decided | read >= {s.sentence for s in labels.sentences}


def test_a_sentence_read_for_one_code_alone_is_kept_and_says_nothing_about_the_others(tmp_path):
    sentences, codes = files(tmp_path)
    row = json.loads(codes.read_text())
    mention = {"code": "learning_mode.acquisitive", "start": 0, "end": 4}
    codes.write_text(json.dumps({"id": row["id"], "mentions": [mention]}))
    write_labels(tmp_path / "out", import_codings(sentences, [("L1", "2", codes)], read_for="learning_mode"))
    labels = read_labels(tmp_path / "out")
    assert [s.sentence for s in labels.sentences] == ["x1"]
    assert labels.codings == labels.adjudicated == ()
    (reading,) = labels.readings
    assert reading.covers("learning_mode")
    assert not reading.covers("barrier")
    assert not reading.covers("learning")
