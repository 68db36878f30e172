"""The reader of mentions: spans it sees, what filter and reader decide together, stored readings, the shipped files."""

from __future__ import annotations

import json
import math
import os
import shutil

import numpy as np
import pytest

from corpus.codebook import Rule, load_codebook
from models.readings import READINGS
from models.tagger import Tagger
from models.tagging.acceptance import FORMAT, default_filter, load_filter
from models.tagging.blending import BothReaders, blended, both_readers
from models.tagging.candidates import Candidate
from models.tagging.fit import fit_filter
from models.tagging.gold import GoldMention, GoldSentence
from models.tagging.held_out import FILE, HeldOutReader, sentence_key, write_held_out
from models.tagging.joint import Joint, JointCode, Kinds, Weighed
from models.tagging.proposals import FEATURES, Judged, proposals, seen_spans
from models.tagging.reader import (
    MENTION_READER,
    Labels,
    MentionReader,
    MentionReaderError,
    Reading,
    mention_reader,
    reading_of,
)

LABELS = Labels(
    ("barrier",), ("barrier.time", "barrier.other"), ("policy", "local", "unclear"), ("asserted", "negated")
)
HOURS = "The crews never had the hours for it."
BOTH = "The crews never had the hours and fog is an obstacle."
FOG = "Fog is an obstacle."


def floats(*values: float):
    return np.array(values, dtype=np.float32)


def reading(text: str, seen: str, strength: float = 4.0, sentence: float = 3.0) -> Reading:
    """A reading in words: every word a piece, those of ``seen`` inside a mention of barrier.time that is local."""
    starts = [0, *(i + 1 for i, c in enumerate(text) if c == " ")]
    ends = [*(i for i, c in enumerate(text) if c == " "), len(text)]
    first = text.index(seen) if seen else len(text)
    inside = floats(*(strength if first <= s < first + len(seen) else -8.0 for s in starts))
    begin = floats(*(strength if s == first else -8.0 for s in starts))
    kinds = np.tile(floats(5, 0, 0, 5, 0, 5, 0), (len(starts), 1))
    return Reading(np.array(starts), np.array(ends), inside[:, None], begin[:, None], kinds, floats(sentence))


class Told:
    """A reader that says what it was told to, and remembers what it was asked."""

    labels = LABELS
    digest = "told"

    def __init__(self, seen: dict[str, str], strength: float = 4.0) -> None:
        self.seen, self.strength = seen, strength
        self.asked: list[str] = []

    def read(self, texts):
        self.asked += texts
        return [reading(text, self.seen.get(text, ""), self.strength) for text in texts]


class Careful(Told):
    """Another reader, which the filter knows as the careful one."""

    digest = "told with care"


@pytest.fixture(scope="module")
def codebook():
    return load_codebook()


@pytest.fixture(scope="module")
def filter_file(codebook, tmp_path_factory):
    """A filter that is never sure (each candidate 0.5, refused), and a joint decision by what the reader sees."""
    path = tmp_path_factory.mktemp("filter") / "mentions.json"
    tagger = Tagger(codebook, None)
    keys = {c.pattern for own in tagger.candidates([FOG]) for c in own}
    weights = {**dict.fromkeys(FEATURES, 0.0), "peak": 1.0}
    decision = {"bias": 0.0, "threshold": 0.9, "weights": weights, "unsettled": [0.45, 0.55], "wider": [0.4, 0.6]}
    joint = {"reader": "told", "codes": {"barrier": decision}}
    careful = {"reader": "told with care", "codes": {"barrier": {**decision, "unsettled": [0.2, 0.95]}}}
    codes = {"barrier": {"bias": 0.0, "threshold": 0.6, "weights": {}}}
    data = {"format": FORMAT, "note": "", "codes": codes, "patterns": sorted(keys), "joint": joint, "careful": careful}
    path.write_text(json.dumps(data))
    return path


def found(tagger: Tagger, text: str):
    return [(text[m.start : m.end], m.code, m.rule, m.locus) for m in tagger.tag_sentences([text])[0]]


def test_a_span_ends_where_the_probability_falls_below_half_of_its_highest():
    # probabilities 0.99, 0.88, 0.27 | 0.05 | 0.50
    assert seen_spans(floats(5, 2, -1, -3, 0), floats(5, -8, -8, -8, 0)) == [(0, 1), (4, 4)]


def test_another_first_piece_starts_another_span():
    assert seen_spans(floats(3, 3, 3, 3), floats(3, -8, 2, -8)) == [(0, 1), (2, 3)]


def test_nothing_is_seen_below_fifteen_in_a_hundred():
    assert seen_spans(floats(-2, -3), floats(-8, -8)) == []
    assert seen_spans(floats(), floats()) == []


def test_scores_become_log_odds():
    made = reading_of([(0, 3)], floats(0, 0, 0, 7, 8).reshape(1, 5), floats(1), 1)
    assert made.inside[0, 0] == pytest.approx(math.log(2))  # two thirds inside
    assert made.begin[0, 0] == pytest.approx(-math.log(2))  # one third first
    assert made.kinds.tolist() == [[7, 8]]


def test_a_span_within_a_word_becomes_the_word_and_two_of_one_word_are_one_mention():
    text, cut = "Rules too prescriptive for crews", [(0, 5), (6, 9), (10, 13), (13, 17), (17, 22), (23, 26), (27, 32)]
    scores = floats(-9, -9, 3, -9, 3, -9, -9)
    seen = Reading(
        np.array([a for a, _ in cut]), np.array([b for _, b in cut]), scores.reshape(-1, 1),
        floats(*[-9] * 7).reshape(-1, 1), floats(*[0] * 49).reshape(7, 7), floats(3),
    )  # fmt: skip
    both = proposals(text, [], seen, "barrier", 0)
    assert [text[one.start : one.end] for one in both] == ["prescriptive", "prescriptive"]
    joint = Joint("x", {"barrier": JointCode(9.0, 0.5, tuple(0.0 for _ in FEATURES))})
    (mention,) = joint.decide([Weighed(one, 0.9, Kinds()) for one in both], {"barrier": 0.5})
    assert text[mention.candidate.start : mention.candidate.end] == "prescriptive"


def test_a_proposal_joins_what_pattern_and_reader_say_of_a_place():
    rule = Rule("barrier.want", "barrier", "", ())
    at, other = HOURS.index("hours"), HOURS.index("crews")
    judged = [Judged(Candidate(at, at + 5, rule), 0.5), Judged(Candidate(other, other + 5, rule), 0.2)]
    seen, unseen = proposals(HOURS, judged, reading(HOURS, "never had the hours"), "barrier", 0)
    assert (HOURS[seen.start : seen.end], seen.seen) == ("never had the hours", True)
    assert dict(zip(FEATURES, seen.features, strict=True)) == {
        "peak": 4, "mean": 4, "filter": pytest.approx(0), "no pattern": 0, "sentence": 3, "read": 1,
        "peak without pattern": 0, "sentence without pattern": 0, "short": 1,
    }  # fmt: skip
    assert (HOURS[unseen.start : unseen.end], unseen.seen, unseen.features[0]) == ("crews", False, -8)
    assert unseen.features[2] == pytest.approx(math.log(0.2001 / 0.8001))


def test_weights_survive_the_file():
    joint = Joint("x", {"barrier": JointCode(0.5, 0.3, tuple(float(n) for n in range(len(FEATURES))))})
    assert Joint.from_json(json.loads(json.dumps(joint.to_json()))) == joint


def test_the_reader_finds_what_no_pattern_proposes_and_says_so(codebook, filter_file):
    tagger = Tagger(codebook, load_filter(filter_file), Told({BOTH: "the hours"}), None)
    assert found(tagger, BOTH) == [("the hours", "barrier.time", "reader.barrier 0.98", "local")]


def test_a_pattern_that_the_reader_confirms_keeps_its_span_and_rule(codebook, filter_file):
    tagger = Tagger(codebook, load_filter(filter_file), Told({FOG: "is an obstacle."}), None)
    ((quoted, code, rule, _),) = found(tagger, FOG)
    assert (quoted, code) == ("is an obstacle.", "barrier.time")
    assert rule.startswith("reader.barrier")
    sure = json.loads(filter_file.read_text())
    sure["codes"]["barrier"]["threshold"] = 0.4
    path = filter_file.with_name("sure.json")
    path.write_text(json.dumps(sure))
    ((quoted, code, rule, _),) = found(Tagger(codebook, load_filter(path), Told({FOG: "is an obstacle."}), None), FOG)
    assert (quoted, code, rule) == ("obstacle", "barrier.time", "barrier.obstacle")  # no cue: the reader's subcode
    assert found(Tagger(codebook, load_filter(path), Told({}), None), FOG) == []


def test_without_a_reader_the_filter_decides_alone(codebook, filter_file):
    assert found(Tagger(codebook, load_filter(filter_file), None, None), FOG) == []


def asked_by(codebook, chosen, reading, strength):
    """What the two readers are asked about two sentences, where the small one sees the obstacle this strongly."""
    small, careful = Told({FOG: "obstacle"}, strength), Careful({})
    Tagger(codebook, chosen, small, careful, reading=reading).tag_sentences([FOG, "The boats left at noon."])
    return small.asked, careful.asked


def test_the_small_reader_is_asked_where_the_filter_is_open_and_the_careful_one_where_the_decision_is_close(
    codebook, filter_file
):
    chosen = load_filter(filter_file)
    sure, close = 4.0, 1.0  # probabilities 0.98 and 0.73; close is from 0.2 to 0.95
    assert asked_by(codebook, chosen, "words", close) == ([], [])
    assert asked_by(codebook, chosen, "quick", close) == ([FOG], [])
    assert asked_by(codebook, chosen, "usual", sure) == ([FOG], [])
    assert asked_by(codebook, chosen, "usual", close) == ([FOG], [FOG])
    assert asked_by(codebook, chosen, "thorough", sure) == ([], [FOG])


def test_more_is_read_where_the_careful_reader_may_follow(codebook, filter_file):
    data = json.loads(filter_file.read_text())
    data["joint"]["codes"]["barrier"]["unsettled"] = [0.1, 0.2]  # the filter says 0.5
    path = filter_file.with_name("wider.json")
    path.write_text(json.dumps(data))
    assert asked_by(codebook, load_filter(path), "quick", 1.0) == ([], [])
    assert asked_by(codebook, load_filter(path), "usual", 1.0) == ([FOG], [FOG])


def test_the_careful_reader_has_the_last_word(codebook, filter_file):
    small, careful = Told({FOG: "obstacle"}, 2.8), Careful({})  # probability 0.94, accepted from 0.9 on
    chosen = load_filter(filter_file)
    assert found(Tagger(codebook, chosen, small, careful, reading="quick"), FOG) != []
    assert found(Tagger(codebook, chosen, small, careful, reading="usual"), FOG) == []


def test_a_veto_holds_for_the_reader_too(codebook, filter_file):
    vetoed = "They set challenging targets, and fog is an obstacle."
    tagger = Tagger(codebook, load_filter(filter_file), Told({vetoed: "challenging targets"}), None)
    assert found(tagger, vetoed) == []


def test_a_pattern_of_a_researcher_needs_no_reader(codebook, filter_file):
    unknown = "Dust is a stumbling block."  # its pattern is not among those of the filter
    tagger = Tagger(codebook, load_filter(filter_file), Told({}), None)
    assert [code.partition(".")[0] for _, code, _, _ in found(tagger, unknown)] == ["barrier"]


def test_another_reader_than_the_one_fitted_with_is_refused(codebook, filter_file):
    other = Told({})
    other.digest = "other"
    with pytest.raises(MentionReaderError, match="another reader"):
        Tagger(codebook, load_filter(filter_file), other, None)
    with pytest.raises(MentionReaderError, match="another reader"):
        Tagger(codebook, load_filter(filter_file), None, other)


def test_the_digest_names_the_reading_and_the_readers_that_are_asked(codebook, filter_file):
    chosen = load_filter(filter_file)

    def digest(reading, small, careful):
        return Tagger(codebook, chosen, small, careful, reading=reading).digest

    small, careful = Told({}), Careful({})
    assert len({digest(reading, small, careful) for reading in READINGS}) == len(READINGS)
    assert digest("quick", small, None) == digest("quick", small, careful)
    assert digest("quick", None, careful) == digest("words", small, careful)


def test_words_around_move_the_locus_but_do_not_decide_it():
    near = Kinds("", (("policy", math.log(0.3)), ("local", math.log(0.6)), ("unclear", math.log(0.1))))
    far = Kinds("", (("policy", math.log(0.05)), ("local", math.log(0.9)), ("unclear", math.log(0.05))))
    assert near.locus_with("policy") == "policy"  # 0.3 * e > 0.6
    assert far.locus_with("policy") == "local"  # 0.05 * e < 0.9
    assert near.locus_with("unclear") == "local"
    assert Kinds().locus_with("policy") == "policy"


def test_the_joint_decision_learns_to_trust_the_reader(codebook, tmp_path):
    """Fog is an obstacle in half of the documents; patterns cannot tell which, the reader can."""
    gold, seen = [], {}
    for n in range(24):
        text = f"Fog is an obstacle in port {n}."
        m = (GoldMention(10, 18, "barrier.other", "local", "asserted"),) if n % 2 else ()
        gold.append(GoldSentence(f"s{n}", f"port {n}", text, {"A": m, "B": m}))
        seen[text] = "obstacle" if n % 2 else ""
    plain = Tagger(codebook, None)
    fit_filter(plain, gold, [], tmp_path / "joint.json", note="", reader=Told(seen))
    fit_filter(plain, gold, [], tmp_path / "again.json", note="", reader=Told(seen))
    assert (tmp_path / "joint.json").read_bytes() == (tmp_path / "again.json").read_bytes()
    tagger = Tagger(codebook, load_filter(tmp_path / "joint.json"), Told(seen), None)
    assert [bool(own) for own in tagger.tag_sentences([s.text for s in gold])] == [False, True] * 12


shipped = pytest.mark.skipif(
    not (MENTION_READER / "reader.json").exists(), reason="the mention reader is not installed"
)


@shipped
def test_the_shipped_filter_was_fitted_with_the_shipped_reader():
    chosen, reads = default_filter(), mention_reader()
    assert chosen is not None
    assert chosen.joint is not None
    assert reads is not None
    assert chosen.joint.reader == reads.digest
    assert reads is mention_reader(MENTION_READER)  # one memory, however it is asked for
    both = both_readers()
    assert chosen.careful is not None
    assert both is not None
    assert chosen.careful.reader == both.digest
    assert set(chosen.joint.codes) == {"barrier", "best_practice", "partnership"} == set(reads.labels.codes)


@shipped
def test_a_sentence_is_read_alike_alone_and_in_company():
    alone = MentionReader().read([HOURS])[0]
    beside = MentionReader().read([FOG, HOURS, FOG])[1]
    for name in ("starts", "ends", "inside", "begin", "kinds", "sentence"):
        assert np.array_equal(getattr(alone, name), getattr(beside, name))
    assert [HOURS[s:e] for s, e in zip(alone.starts, alone.ends, strict=True)][:3] == ["The", "crews", "never"]


@shipped
def test_an_upper_half_tuned_on_another_lower_half_is_refused(tmp_path):
    for name in ("careful-reader-1", "careful-mention-reader-1"):
        shutil.copytree(MENTION_READER.with_name(name), tmp_path / name, copy_function=os.symlink)
    own = tmp_path / "careful-mention-reader-1" / "reader.json"
    said = json.loads(own.read_text())
    own.unlink()
    own.write_text(json.dumps(said | {"below": said["below"] | {"sha256": "0" * 64}}))
    with pytest.raises(MentionReaderError, match="was tuned on another careful-reader-1"):
        MentionReader(own.parent)


@shipped
def test_an_empty_sentence_and_a_very_long_one_are_read():
    nothing, long = MentionReader().read(["", "word " * 500])
    assert len(nothing.starts) == 0
    assert len(long.starts) == 128
    assert Tagger(load_codebook(), reading="thorough").tag_sentences([""]) == [()]


@shipped
def test_a_changed_graph_is_refused_in_one_line(tmp_path):
    for name in ("reader.json", "tokenizer.json"):
        shutil.copy(MENTION_READER / name, tmp_path / name)
    with pytest.raises(MentionReaderError, match=r"reader\.onnx: No such file"):
        MentionReader(tmp_path)
    (tmp_path / "reader.onnx").write_bytes(b"other")
    with pytest.raises(MentionReaderError, match=r"reader\.onnx: differs from the digest"):
        MentionReader(tmp_path)


@shipped
def test_held_out_readings_come_back_in_steps_of_a_tenth_and_others_are_refused(tmp_path):
    for name in ("reader.json", "tokenizer.json", "reader.onnx"):
        (tmp_path / name).symlink_to(MENTION_READER / name)
    stored = reading("Fog came", "Fog", strength=1.26)
    stored = Reading(
        *(getattr(stored, n) for n in ("starts", "ends", "inside", "begin")), np.zeros((2, 27), "f4"), floats(1, 2, 3)
    )
    write_held_out(tmp_path / FILE, {sentence_key("Fog came"): stored})
    first = (tmp_path / FILE).read_bytes()
    write_held_out(tmp_path / FILE, {sentence_key("Fog came"): stored})
    assert (tmp_path / FILE).read_bytes() == first
    reader = HeldOutReader(tmp_path)
    assert reader.knows("Fog came")
    back = reader.read(["Fog came"])[0]
    assert back.inside[:, 0].tolist() == pytest.approx([1.3, -8.0])
    assert back.sentence.tolist() == [1, 2, 3]
    with pytest.raises(MentionReaderError, match="no held-out reading"):
        reader.read(["Fog went"])


def test_two_readings_are_blended_on_the_pieces_of_the_careful_one():
    # careful: "fog", "bound"; small: "fogb", "ound"
    careful = Reading(np.array([0, 3]), np.array([3, 8]), *(floats(1, 2)[:, None] for _ in range(3)), floats(10))
    small = Reading(np.array([0, 4]), np.array([4, 8]), *(floats(-1, 4)[:, None] for _ in range(3)), floats(0))
    both = blended(careful, small)
    assert (both.starts.tolist(), both.ends.tolist()) == ([0, 3], [3, 8])
    for name in ("inside", "begin", "kinds"):  # both pieces begin in "fogb": 0.7 * 1 - 0.3, 0.7 * 2 - 0.3
        assert getattr(both, name)[:, 0].tolist() == pytest.approx([0.4, 1.1])
    assert both.sentence.tolist() == [7]


def test_a_reading_without_pieces_is_not_blended():
    none = Reading(np.zeros(0, int), np.zeros(0, int), *(np.zeros((0, 1), "f4") for _ in range(3)), floats(1))
    some = reading(FOG, "obstacle.")
    assert blended(some, none) is some
    assert blended(none, some) is none


def test_readers_with_different_labels_are_not_blended():
    other = Told({})
    other.labels = Labels(("partnership",), (), (), ())
    with pytest.raises(MentionReaderError, match="different labels"):
        BothReaders(other, Careful({}))
    assert BothReaders(Told({}), Careful({})).digest == "told told with care"
