"""Windows, recommendations, dates, calendar, gap, relations and distinctive words, worked out by hand."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from reports.evidence import Evidence, gather
from reports.measures.calendar import title_forms
from reports.measures.contrasts import contrasts
from reports.measures.dates import order, published
from reports.measures.distinctive import distinctive_words, words_of
from reports.measures.gap import rate_ratio
from reports.measures.recommendations import read_answer
from reports.measures.relations import relations
from reports.measures.windows import read_window
from tests.reports.tiny import TinyDocument, build_run


def found(tmp_path: Path, *documents: TinyDocument) -> Evidence:
    return gather(build_run(tmp_path / "run", list(documents)))


@pytest.mark.parametrize(
    ("text", "opened", "closed", "days"),
    [
        ("The consultation ran from 1 March to 31 March 2020.", date(2020, 3, 1), date(2020, 3, 31), 30),
        (
            "The call for evidence opened on 20 December 2019 and closed on 10 January 2020.",
            date(2019, 12, 20),
            date(2020, 1, 10),
            21,
        ),
        (
            "The consultation was open between 20 December and 10 January 2020.",
            date(2019, 12, 20),
            date(2020, 1, 10),
            21,
        ),
        ("A 12-week consultation followed.", None, None, 84),
        ("We consulted for a period of six weeks.", None, None, 42),
        ("The consultation will close on 4 May 2021.", None, date(2021, 5, 4), None),
        ("An eight-month consultation was held.", None, None, None),
    ],
)
def test_window_of_a_sentence(text: str, opened: date | None, closed: date | None, days: int | None) -> None:
    window = read_window(text)
    assert window is not None
    assert window[:3] == (opened, closed, days)


@pytest.mark.parametrize("text", ["The consultation was lively.", "The consultation closed on 31 February 2020."])
def test_no_window_where_none_is_stated(text: str) -> None:
    assert read_window(text) is None


def test_windows_need_a_consultation(tmp_path: Path) -> None:
    evidence = found(tmp_path, TinyDocument("d", [["The bridge was shut from 1 March to 31 March 2020."]]))
    assert evidence.windows == ()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The Government accepts this recommendation.", "accepted"),
        ("We agree with the Committee's conclusion.", "accepted"),
        ("The Department accepts the recommendation in part.", "in_part"),
        ("The Council accepts this in principle.", "in_part"),
        ("The Government cannot accept this recommendation.", "rejected"),
        ("We do not agree that the fund should be split.", "rejected"),
        ("The Ministry disagrees.", "rejected"),
        ("The Government notes the Committee's view.", "noted"),
        ("Not accepted.", "rejected"),
        ("We do not believe that it is appropriate to set a toll.", "rejected"),
        ("The Department for Rivers will consider the recommendation.", "noted"),
        ("The bridge opens in May.", None),
        ("We recommend that the Government accepts the plan.", None),
        ("The report says whether they have been accepted or rejected.", None),
    ],
)
def test_answer_of_a_sentence(text: str, answer: str | None) -> None:
    assert read_answer(text) == answer


def test_answers_by_numbered_recommendation(tmp_path: Path) -> None:
    response = TinyDocument(
        "response",
        [
            ["# Recommendation 1"],
            ["The toll should be halved.", "The Government accepts this recommendation."],
            ["# Recommendation 2"],
            ["Ferries should run at night.", "We do not accept this recommendation.", "We agree that nights are dark."],
            ["# Recommendation 3"],
            ["A register should be kept.", "Bridges matter to us all."],
        ],
        kind="government_response",
    )
    items = found(tmp_path, response).items
    assert [(item.number, item.answer) for item in items] == [
        ("1", "accepted"),
        ("2", "rejected"),
        ("3", "no_plain_answer"),
    ]


def test_a_contents_page_does_not_add_recommendations(tmp_path: Path) -> None:
    response = TinyDocument(
        "response",
        [["Recommendation 1: tolls, page 4"], ["# Recommendation 1"], ["Halve it.", "The Government rejects this."]],
        kind="government_response",
    )
    assert [(item.number, item.answer) for item in found(tmp_path, response).items] == [("1", "rejected")]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2020", "2021", "before"),
        ("2021-06", "2021-05-31", "after"),
        ("2021", "2021-06-01", "unknown"),
        ("2021", "2021", "unknown"),
        ("", "2021", "unknown"),
        ("soon", "2021", "unknown"),
        ("2021-02-29", "2022", "unknown"),
    ],
)
def test_order_is_never_guessed(one: str, other: str, expected: str) -> None:
    assert order(published(one), published(other)) == expected


def test_titles_are_cited_by_their_parts_and_paper_number() -> None:
    forms = title_forms("River Crossings: What the Ferries Taught (HC Paper 12)")
    assert "what the ferries taught" in forms
    assert "hc paper 12" in forms
    assert "river crossings" not in forms  # two words name too much


def test_calendar_tells_cited_passed_over_too_late_and_open(tmp_path: Path) -> None:
    def evaluation(name: str, title: str, when: str) -> TinyDocument:
        return TinyDocument(name, [["Water was high."]], "evaluation", "evaluator", when, title=title)

    policy = TinyDocument(
        "policy", [["As Lessons of the Long Bridge showed, tolls work."]], published="2020-06", title="The Toll Plan"
    )
    evidence = found(
        tmp_path,
        policy,
        evaluation("e1", "Lessons of the Long Bridge", "2019"),
        evaluation("e2", "Lessons of the Short Ferry", "2019"),
        evaluation("e3", "Lessons of the New Tunnel", "2021"),
        evaluation("e4", "Lessons of the Old Tunnel", "2020"),
    )
    assert {entry.evidence: entry.use for entry in evidence.calendar} == {
        "e1": "cited",
        "e2": "passed_over",
        "e3": "too_late",
        "e4": "order_unknown",
    }


def test_calendar_needs_the_same_programme(tmp_path: Path) -> None:
    policy = TinyDocument("policy", [["Tolls."]], published="2020", programme="bridges")
    other = TinyDocument("e", [["Boats."]], "evaluation", "evaluator", "2019", programme="ferries")
    assert found(tmp_path, policy, other).calendar == ()


def test_gap_counts_both_sides(tmp_path: Path) -> None:
    funding = "{barrier.funding policy asserted|Cuts} hurt."
    plain = "The river rose."
    report = TinyDocument("e", [[funding] * 6 + [plain] * 94], "evaluation", "evaluator", "2019")
    policy = TinyDocument("p", [[funding] * 2 + [plain] * 198], published="2020")
    older = TinyDocument("o", [[funding] * 50], published="2010")  # before all evidence: no part in the gap
    rows = {row.barrier: row for row in found(tmp_path, report, policy, older).gap}
    assert rows["funding"].raised_rate.estimate == 60
    assert rows["funding"].taken_rate.estimate == 10
    assert rows["funding"].ratio is not None
    assert round(rows["funding"].ratio.estimate, 6) == round(10 / 60, 6)
    assert rows["time"].ratio is None
    assert rows["funding"].policy == ("p",)


def test_rate_ratio_of_equal_rates_is_one_with_one_inside() -> None:
    interval = rate_ratio(10, 100, 10, 100)
    assert interval is not None
    assert round(interval.estimate, 9) == 1
    # Given 20 events, 10 are binomial(20, 1/2); Wilson 0.2993 to 0.7007, as odds 0.427 to 2.341.
    assert (round(interval.low, 3), round(interval.high, 3)) == (0.427, 2.341)


def test_relations_count_sentences_and_what_chance_would_give(tmp_path: Path) -> None:
    both = "{barrier.time local asserted|Delay} hit the {best_practice.exemplar|pilot}."
    first = TinyDocument("a", [[both] * 2 + ["{best_practice.exemplar|Pilot}."] * 2 + ["Rain."] * 4])
    second = TinyDocument("b", [["{barrier.time local asserted|Delay}."] * 5])
    _, table = relations(found(tmp_path, first, second).views.values())
    relation = table["barrier.time", "best_practice.exemplar"]
    assert relation.observed == 2
    assert relation.expected == 2 * 4 / 8  # within the first document; the second has no exemplar
    assert relation.ratio == 2


def test_a_sentence_has_one_label_so_the_two_claims_have_no_relation(tmp_path: Path) -> None:
    learning, legitimation = "[learning single_loop policy] We learnt.", "[legitimation] It is a success."
    names, table = relations(found(tmp_path, TinyDocument("a", [[learning, legitimation]])).views.values())
    assert names == ("claim.learning", "claim.legitimation")
    assert table == {}


def test_words_that_are_not_to_be_shown_stay_in_the_totals() -> None:
    counts = {"x": Counter({"toll": 30, "the": 70}), "y": Counter({"ferry": 30, "the": 70})}
    everything = distinctive_words(counts, least=1)["x"]
    assert [word.word for word in everything] == ["toll"]
    assert distinctive_words(counts, least=1, shown={"the"})["x"] == []
    assert distinctive_words(counts, least=1, shown={"toll"})["x"] == everything


def test_distinctive_words_follow_the_formula() -> None:
    counts = {"x": Counter({"toll": 30, "the": 70}), "y": Counter({"ferry": 30, "the": 70})}
    found_words = distinctive_words(counts, least=1, most=5, prior_words=100)
    first = found_words["x"][0]
    assert first.word == "toll"
    # prior of toll: 100 * 30/200 = 15; here (30+15)/(100+100-30-15), there (0+15)/(100+100-0-15)
    log_odds = math.log(45 / 155) - math.log(15 / 185)
    assert first.log_odds == pytest.approx(log_odds)
    assert first.z == pytest.approx(log_odds / math.sqrt(1 / 45 + 1 / 15))
    assert "the" not in [word.word for word in found_words["x"]]


def test_words_leave_numbers_and_single_letters_out() -> None:
    assert words_of("A 12 o'clock ferry is well-run") == ["o'clock", "ferry", "is", "well-run"]


def test_words_leave_addresses_out() -> None:
    assert words_of("See www.ferry.org/plan, https://a.example or ask ann@isle.example now") == [
        "see",
        "or",
        "ask",
        "now",
    ]


def test_contrasts_are_eight_and_tell_their_sides(tmp_path: Path) -> None:
    assert len(contrasts()) == 8
    document = TinyDocument(
        "d",
        [["Trust was built over time.", "A one-day conference was held.", "They planned jointly.", "A toolkit came."]],
    )
    profile = {one.name: one for one in found(tmp_path, document).profiles["d"]}
    assert (profile["relationship"].joint, profile["support"].transfer) == (1, 1)
    assert profile["relationship"].transfer_sentences == (1,)
