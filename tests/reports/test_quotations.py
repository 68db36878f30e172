"""Quotations, what they leave out, and what a response comes back to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reports.evidence import Evidence, gather
from reports.measures.answering import Pair, barrier_answers, pairs
from reports.measures.wording import place_in, wording
from tests.reports.tiny import TinyDocument, build_run


def found(tmp_path: Path, *documents: TinyDocument) -> Evidence:
    return gather(build_run(tmp_path / "run", list(documents)))


SOURCE = "In the four towns with a ferry of their own, nine in ten families crossed the river every week"
LIMIT = "In the other six, fewer than half did."


def _report(*sentences: str, name: str = "report") -> TinyDocument:
    return TinyDocument(name, [list(sentences)], "evaluation", "evaluator", "2019", title="River report of the north")


def test_quotation_finds_its_source_and_the_limit_left_out(tmp_path: Path) -> None:
    policy = TinyDocument("policy", [["Indeed “nine in ten families crossed the river every week”."]])
    (quotation,) = found(tmp_path, _report(f"{SOURCE}.", LIMIT), policy).quotations
    assert (quotation.doc_id, quotation.source, quotation.source_sentence) == ("policy", "report", 0)
    assert SOURCE[quotation.start : quotation.end] == "nine in ten families crossed the river every week"
    assert quotation.closeness == "verbatim"
    assert (quotation.left_out, quotation.left_sentence) == ("limit", 1)


def test_quotation_leaves_nothing_out_where_the_paragraph_says_it_too(tmp_path: Path) -> None:
    policy = TinyDocument("policy", [[f"“{SOURCE}.”", "In the other six towns fewer than half did."]])
    quotations = found(tmp_path, _report(f"{SOURCE}.", LIMIT), policy).quotations
    assert [one.left_out for one in quotations if one.source_sentence == 0] == ["nothing"]


def test_quotation_with_a_barrier_left_out(tmp_path: Path) -> None:
    policy = TinyDocument("policy", [[f"{SOURCE}."]])
    report = _report(f"{SOURCE}.", "{barrier.logistics local asserted|Missing landing stages} kept the rest at home.")
    (quotation,) = found(tmp_path, report, policy).quotations
    assert (quotation.left_out, quotation.left_sentence) == ("barrier", 1)


def test_later_evidence_is_not_quoted(tmp_path: Path) -> None:
    early = TinyDocument("policy", [[f"{SOURCE}."]], published="2015")
    quotations = found(tmp_path, _report(f"{SOURCE}."), early).quotations
    assert [(one.doc_id, one.source) for one in quotations] == [("report", "policy")]  # the other way round


def test_boilerplate_of_three_documents_is_no_quotation(tmp_path: Path) -> None:
    others = [TinyDocument(name, [[f"{SOURCE}."]]) for name in ("p1", "p2")]
    assert found(tmp_path, _report(f"{SOURCE}."), *others).quotations == ()


def test_wording_keeps_places() -> None:
    text = "Well -- the Ferry’s “old” crew."
    assert wording(text).text == "well the ferry's old crew"
    start, end, words = place_in(text, 5, 16)
    assert (text[start:end], words) == ("the Ferry’s", 2)


def test_pair_is_the_latest_report_before_the_response_and_finds_its_barrier(tmp_path: Path) -> None:
    early = TinyDocument("early", [["Old."]], "committee_report", "legislature", "2017")
    report = TinyDocument(
        "report",
        [["{barrier.funding policy asserted|Shortage of ferry subsidy} keeps island pupils at home.", "Gulls circle."]],
        "committee_report",
        "legislature",
        "2019",
    )
    response = TinyDocument(
        "response",
        [["Ferry subsidy for island pupils will double.", "The harbour is old."]],
        "government_response",
        published="2020",
    )
    evidence = found(tmp_path, early, report, response)
    (pair,) = pairs(list(evidence.views.values()))
    assert (pair.report.doc_id, pair.response.doc_id) == ("report", "response")
    (answer,) = barrier_answers(pair, set())
    assert answer.answered
    assert answer.nearest == 0
    (unanswered,) = barrier_answers(pair, {0})  # were that sentence a quotation, nothing would be near
    assert not unanswered.answered
    footnote = tuple(s._replace(kind="footnote") if s.sentence_id == 0 else s for s in pair.response.sentences)
    (unanswered,) = barrier_answers(Pair(pair.report, replace(pair.response, sentences=footnote)), set())
    assert not unanswered.answered


def test_two_documents_that_list_the_same_work_do_not_quote_each_other(tmp_path: Path) -> None:
    work = "Ferries and Fares: A Lasting Change for the Poor of Nine Islands, Journal of Crossings, volume nine."
    for heading, expected in (("9. References", 0), ("What was found", 1)):
        report = _report(work)
        report.paragraphs.insert(0, [f"# {heading}"])
        policy = TinyDocument("policy", [[work]])
        assert len(found(tmp_path / heading[0], report, policy).quotations) == expected


def test_a_sentence_that_runs_into_the_next_without_a_space_is_not_part_of_what_is_quoted(tmp_path: Path) -> None:
    before = "Some ferries {barrier.logistics local asserted|lacked a landing stage}, although nobody said so."
    policy = TinyDocument("policy", [[f"{SOURCE}."]])
    (quotation,) = found(tmp_path, _report(f"{before}{SOURCE}."), policy).quotations
    assert (quotation.left_out, quotation.left_sentence) == ("nothing", None)


def test_a_barrier_in_the_quoted_sentence_itself_is_left_out(tmp_path: Path) -> None:
    policy = TinyDocument("policy", [[f"{SOURCE}."]])
    report = _report(f"{SOURCE}, although {{barrier.logistics local asserted|landing stages were missing}}.")
    (quotation,) = found(tmp_path, report, policy).quotations
    assert (quotation.left_out, quotation.left_sentence) == ("barrier", 0)
