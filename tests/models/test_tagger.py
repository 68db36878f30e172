"""The tagger, clause by clause, on sentences written for it."""

from __future__ import annotations

import pytest

from corpus.codebook import load_codebook
from extractors.document import Block, Box, Document, Page, Sentence
from models.tagger import Tagger
from models.tagging.check import check_codebook
from models.tagging.exemplars import find_exemplars
from models.tagging.keywords import KeywordDictionary


@pytest.fixture(scope="module")
def codebook():
    return load_codebook()


@pytest.fixture(scope="module")
def tagger(codebook):
    return Tagger(codebook)


@pytest.fixture(scope="module")
def every_candidate(codebook):
    """Without the trained filter: what the codebook alone says."""
    return Tagger(codebook, None)


def tops(tagger, text):
    return {m.code.partition(".")[0] for m in tagger.tag_sentences([text])[0]}


def of(tagger, text, top):
    return [m for m in tagger.tag_sentences([text])[0] if m.code.startswith(top)]


def test_every_example_of_the_codebook_behaves_as_stated(codebook):
    assert [f for f in check_codebook(codebook) if f.kind == "error"] == []


@pytest.mark.parametrize(
    ("text", "top"),
    [
        ("We chose challenging targets for the ferries.", "barrier"),
        ("Members may challenge the assumption behind the toll.", "barrier"),
        ("I had no difficulty in believing the harbour master.", "barrier"),
        ("Pupils enjoy problem-solving with maps.", "barrier"),
        ("The statutory code of practice binds every port.", "best_practice"),
        ("Her father ran a general practice by the quay.", "best_practice"),
        ("In practice the bridge is shut on Sundays.", "best_practice"),
        ("Band practice was moved to the hall.", "best_practice"),
        ("The airline pilot landed in fog.", "best_practice"),
        ("Copper wires hold the computer network up.", "partnership"),
        ("The auditors trade as a limited liability partnership.", "partnership"),
        ("They entered a civil partnership last June.", "partnership"),
    ],
)
def test_look_alikes_are_no_mentions_even_without_the_filter(every_candidate, text, top):
    assert of(every_candidate, text, top) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ferry crews and clinics work together on night calls.", "partnership.working"),
        ("The quay was rebuilt in partnership with two charities.", "partnership.working"),
        ("Ports are under a duty to co-operate.", "partnership.mandated"),
        ("It is carried by mutual trust.", "partnership.condition"),
        ("The toolkit went to forty harbours.", "best_practice.dissemination"),
        ("Crews copied best practice from the north.", "best_practice.named"),
        ("The scheme was replicated on three islands.", "best_practice.transfer"),
        ("Schools and nurses co-design the courses with parents.", "best_practice.joint_development"),
        ("The ferry pilot project ended in May.", "best_practice.exemplar"),
        ("A lack of trained crews kept two boats in port.", "barrier.capacity"),
        ("Lack of funding shut the slipway.", "barrier.funding"),
        ("The difficulties in data collection held the harbour study up.", "barrier.capacity"),
        ("Crews found the data collection burden an obstacle to sailing.", "barrier.accountability"),
        ("Speed was bought at the expense of safety.", "barrier.other"),
    ],
)
def test_subcodes(tagger, text, code):
    assert code in {m.code for m in tagger.tag_sentences([text])[0]}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Fog is a barrier to night sailings.", "asserted"),
        ("Fog was not a barrier to night sailings.", "negated"),
        ("There was no barrier to night sailings.", "negated"),
        ("The harbour denied that fog was a barrier to sailing.", "negated"),
        ("Radar has removed the barrier to night sailings.", "resolved"),
        ("The barrier to night sailings has been removed.", "resolved"),
        ("Fog could be a barrier to night sailings.", "hypothetical"),
        ("If fog were a barrier to sailing, radar would help.", "hypothetical"),
        ("Fog was not heavy, but cost was a barrier to sailing.", "asserted"),
        ("Cost was not only a barrier to sailing.", "asserted"),
        ("No boats sailed; fog remained a barrier to them.", "asserted"),
    ],
)
def test_status_by_scope_over_the_clause(every_candidate, text, status):
    found = [m for m in of(every_candidate, text, "barrier") if "barrier" in text[m.start : m.end]]
    assert [m.status for m in found] == [status]


def test_a_negation_inside_the_mention_is_part_of_what_is_named(every_candidate):
    text = "There were not enough crews."
    assert {m.status for m in of(every_candidate, text, "barrier")} == {"asserted"}


@pytest.mark.parametrize(
    ("text", "locus"),
    [
        ("National legislation was an obstacle to shared crews.", "policy"),
        ("Staff attitudes were an obstacle to shared crews.", "local"),
        ("Fog was an obstacle to shared sailings.", "unclear"),
    ],
)
def test_locus_by_the_words_around(every_candidate, text, locus):
    found = [m for m in of(every_candidate, text, "barrier") if "obstacle" in text[m.start : m.end]]
    assert [m.locus for m in found] == [locus]


def test_only_barriers_have_locus_and_status(tagger):
    for m in tagger.tag_sentences(["The pilot was run in partnership with a school that lacked staff."])[0]:
        assert (m.locus is None) == (m.status is None) == (not m.code.startswith("barrier"))


def test_mentions_of_different_codes_overlap(every_candidate):
    text = "We praise best practice partnerships."
    found = every_candidate.tag_sentences([text])[0]
    assert {"best_practice", "partnership"} <= {m.code.partition(".")[0] for m in found}


def test_described_barriers_count(tagger):
    for text in (
        "The rota has hampered the night boats.",
        "Crews had too little time to train.",
        "Yearly bidding made it difficult to plan the boats.",
        "The old tide tables hinder the crews.",
    ):
        assert "barrier" in tops(tagger, text), text


def test_plain_anaphora_is_found_and_bare_pronouns_are_not(tagger):
    assert "partnership" in tops(tagger, "These partnerships outlived the grant.")
    assert tops(tagger, "They outlived it.") == set()


def test_tagging_sentences_together_equals_tagging_each_alone(tagger):
    texts = [
        "A lack of crews.",
        "",
        "Best practice spread.",
        "We work together with the ports.",
        "\u0130zmir\u2019s pilot.",
    ]
    assert tagger.tag_sentences(texts) == [tagger.tag_sentences([t])[0] for t in texts]


def test_a_sentence_with_letters_that_grow_in_lower_case_keeps_its_offsets(tagger):
    text = "\u0130\u0130\u0130 shows best practice."
    spans = [text[m.start : m.end] for m in of(tagger, text, "best_practice")]
    assert spans == ["best practice"]


def document(*texts: str) -> Document:
    class Nowhere:
        def rectangles(self, start: int, end: int) -> tuple[Box, ...]:
            return ()

    text, sentences, at = " ".join(texts), [], 0
    for number, t in enumerate(texts):
        sentences.append(Sentence(number, at, at + len(t), 1, "", 0))
        at += len(t) + 1
    return Document(
        "d",
        "0" * 64,
        text,
        (Page(1, 0, len(text), 600, 800, "plain"),),
        (Block(0, len(text), "body"),),
        tuple(sentences),
        "plain",
        Nowhere(),
    )


def test_mentions_quote_the_document_at_their_offsets_and_are_sorted(tagger):
    doc = document("A toolkit helps.", "Crews work together with schools.", "A lack of money remains.")
    found = tagger.tag(doc)
    assert found
    assert all(doc.text[m.start : m.end] == m.text for m in found)
    assert list(found) == sorted(found, key=lambda m: (m.start, m.end, m.code, m.rule))
    for m in found:
        s = doc.sentences[m.sentence_id]
        assert s.start <= m.start < m.end <= s.end


STORY = (
    "The 14-19 Pathfinders opened in three ports.",
    "We learnt from the Increased Flexibility Programme (IFP), which began as a pilot.",
    "The programme taught two hundred apprentices.",
    "IFP places filled fast.",
    "Nothing is said of costs.",
    "The Increased Flexibility Programme and the Pathfinders go on.",
)


def test_named_exemplars_are_entities_with_abbreviations_and_plain_anaphora(tagger):
    doc = document(*STORY)
    linked = [(m.sentence_id, m.text, m.entity) for m in tagger.tag(doc) if m.entity]
    assert linked == [
        (0, "14-19 Pathfinders", "14-19 Pathfinders"),
        (1, "Increased Flexibility Programme", "Increased Flexibility Programme"),
        (1, "IFP", "Increased Flexibility Programme"),
        (2, "The programme", "Increased Flexibility Programme"),
        (3, "IFP", "Increased Flexibility Programme"),
        (5, "Increased Flexibility Programme", "Increased Flexibility Programme"),
        (5, "the Pathfinders", "14-19 Pathfinders"),
    ]


def test_the_manifests_programme_is_an_exemplar_where_it_names_one():
    assert [e.name for e in find_exemplars(["Nothing."], "harbour pilot").items] == ["harbour pilot"]
    assert find_exemplars(["Nothing."], "early years").items == ()


def test_a_programme_that_nobody_calls_a_pilot_is_no_exemplar():
    texts = ["The Coastal Roads Programme costs much.", "The Coastal Roads Programme is late."]
    assert find_exemplars(texts).items == ()


def test_the_digest_depends_on_codebook_and_filter(codebook, tagger, every_candidate, tmp_path):
    path = tmp_path / "other.yaml"
    path.write_bytes(codebook.path.read_bytes() + b"# a remark\n")
    assert Tagger(load_codebook(path)).digest != tagger.digest
    assert every_candidate.digest != tagger.digest
    assert Tagger(codebook).digest == tagger.digest


def test_a_researchers_phrase_and_code_work_without_training(tmp_path, codebook):
    text = codebook.path.read_text(encoding="utf-8")
    added = text.replace(
        '      expense_of: {certain: true, patterns: ["at the expense of"',
        '      expense_of: {certain: true, patterns: ["spanner in the works", "at the expense of"',
    ).replace(
        "codes:\n",
        "codes:\n  weather:\n    definition: The weather.\n    rules:\n      fog:\n        patterns: [fog]\n",
        1,
    )
    path = tmp_path / "mine.yaml"
    path.write_text(added, encoding="utf-8")
    own = Tagger(load_codebook(path))
    found = {m.code for m in own.tag_sentences(["Fog threw a spanner in the works."])[0]}
    assert found == {"weather", "barrier.other"}


def test_token_patterns_of_spacy_run_where_their_anchor_stands(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        """
version: "1"
codes:
  count:
    definition: A number of boats.
    rules:
      boats:
        anchors: [boat]
        tokens: [[{LIKE_NUM: true}, {LOWER: {IN: [boat, boats]}}]]
""",
        encoding="utf-8",
    )
    tagger = Tagger(load_codebook(path), None)
    text = "Forty boats sank, many boats did not."
    assert [text[m.start : m.end] for m in tagger.tag_sentences([text])[0]] == ["Forty boats"]
    assert tagger.tag_sentences(["Forty cars sank."])[0] == ()


def test_the_keyword_dictionary_has_no_context():
    plain = KeywordDictionary()
    assert {m.code for m in plain.tag_sentences(["We set a challenge for each airline pilot."])[0]} == {
        "barrier",
        "best_practice",
    }
