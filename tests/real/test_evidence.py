"""A real report and the response to it: what the pages say of the pair, against a reading of the response.

The recommendations were read one by one: eleven conclusions are agreed with, two are refused (8.25 and the last), four
are answered without a plain word and five are noted, welcomed or to be considered.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.evidence import gather
from reports.highlight import highlight_pdf
from reports.runs import Run
from reports.site import build_site
from tests.reports.sample_run import build_sample_run

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
REPORT, RESPONSE = "uk-2011-behaviour-change-report", "uk-2011-behaviour-change-response"
ACCEPTED = {"8.1", "8.2", "8.3", "8.5", "8.6", "8.8", "8.12", "8.14", "8.20", "8.21", "8.23"}
BUDGET = 1_000_000

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not (CORPUS / f"{REPORT}.pdf").exists(), reason="the real corpus is not in ../shared/corpus"),
]


@pytest.fixture(scope="module")
def pair_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return build_sample_run(tmp_path_factory.mktemp("pair") / "pair-run", CORPUS, (REPORT, RESPONSE))


def test_recommendations_are_answered_as_they_read(pair_run: Run) -> None:
    items = gather(pair_run).items
    assert {item.number for item in items if item.answer == "accepted"} == ACCEPTED
    assert sum(item.answer == "rejected" for item in items) == 2
    assert len(items) == 22


def test_response_repeats_the_report_and_so_cites_it_though_the_dates_leave_the_order_open(pair_run: Run) -> None:
    evidence = gather(pair_run)
    (entry,) = [entry for entry in evidence.calendar if entry.policy == RESPONSE]
    assert (entry.use, entry.order) == ("cited", "unknown")
    assert sum(q.doc_id == RESPONSE and q.source == REPORT for q in evidence.quotations) >= 50


def test_share_by_the_coded_sample_is_given_for_both(pair_run: Run) -> None:
    measures = pair_run.measures.set_index(["doc_id", "measure"])
    for doc_id in (REPORT, RESPONSE):
        share = measures.loc[(doc_id, "claims.learning_share.coded")]
        assert 0 < share["low"] < share["estimate"] < share["high"] < 1


def test_site_of_the_pair_keeps_its_budget_and_answers_on_one_page(pair_run: Run) -> None:
    site = build_site(pair_run.folder).parent
    (page,) = (site / "pairs").glob("*.html")
    assert "in its own words" in page.read_text()
    assert page.name in (site / "index.html").read_text()
    for file in site.rglob("*"):
        if file.suffix in (".html", ".js"):
            assert file.stat().st_size < BUDGET, file.name
    assert len(list((site / "pictures").iterdir())) > 50


def test_highlighted_copy_of_the_response_is_the_same_twice(pair_run: Run, tmp_path: Path) -> None:
    first = highlight_pdf(pair_run, RESPONSE, tmp_path / "a.pdf").read_bytes()
    assert first == highlight_pdf(pair_run, RESPONSE, tmp_path / "b.pdf").read_bytes()
    assert len(first) > 100_000
