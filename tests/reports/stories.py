"""Documents of our own wording for tests of the site: they learn here, cite there, and one tries to run a script."""

from __future__ import annotations

from tests.reports.tiny import TinyDocument

HOSTILE = "<script>document.title = 'taken over'</script> & <img src=x onerror=\"document.title='taken over'\">"
LEARNS = (
    "[learning single_loop practitioner] {barrier.capacity local asserted|Lack of trained crews} slowed the "
    "{best_practice.exemplar|pilot} in two of five towns."
)
QUESTIONS = (
    "[learning double_loop policy] The evaluation questions whether {barrier.accountability policy asserted|league "
    "tables} leave room for {partnership.working|joint working}."
)
CITES = (
    "[legitimation] Our splendid {best_practice.exemplar|pathfinders} have shown what "
    "{partnership.body|local {best_practice.named|best practice} networks} can do."
)
PLAIN = "Each town keeps a bridge book and pays for its own paint."
TIME = (
    "[learning single_loop] {partnership.condition|Trust} carried it; elsewhere {barrier.time policy asserted|the "
    "timetable} defeated them."
)
FINDING = "In the three towns that had shared a ferry before, nine in ten families crossed the river every week."
LIMIT = "In the other two, where nobody had, fewer than half did."


def river_documents() -> list[TinyDocument]:
    """A programme called bridges, complete enough to fill every page of the site."""
    evaluation = TinyDocument(
        "evaluation-2019",
        [
            ["# What the towns did"],
            [LEARNS, QUESTIONS, TIME, PLAIN],
            [FINDING, LIMIT],
            *([LEARNS, PLAIN, TIME] for _ in range(14)),
        ],
        "evaluation",
        "evaluator",
        "2019-04",
        title="Five Bridges: Lessons of the First Year",
        pages=[1, 1, 2, *(2 + n // 3 for n in range(14))],
    )
    paper = TinyDocument(
        "white-paper-2020",
        [
            ["# A bridge for every town"],
            [CITES, PLAIN, "We draw on Five Bridges: Lessons of the First Year."],
            ["“Nine in ten families crossed the river every week”, it found."],
            ["The consultation opened on 1 June 2020 and closed on 13 July 2020."],
            *([CITES, PLAIN] for _ in range(16)),
        ],
        published="2020-06-01",
        title="Bridges for All",
    )
    report = TinyDocument(
        "committee-2021",
        [
            ["# Tolls"],
            [QUESTIONS, TIME],
            *([LEARNS, PLAIN] for _ in range(12)),
            ["We recommend that ferry tolls be halved for the islands."],
        ],
        "committee_report",
        "legislature",
        "2021-02-03",
        title="Who Crosses the River?",
    )
    response = TinyDocument(
        "Response 2021 (final)",
        [
            ["# Recommendation 1"],
            ["We recommend that ferry tolls be halved for the islands.", "The Government accepts this recommendation."],
            [HOSTILE],
            [f"[legitimation] {HOSTILE} {{best_practice.exemplar|pilots <b>shine</b>}}."],
            *([LEARNS, CITES] for _ in range(9)),
        ],
        "government_response",
        published="2021-05-06",
        title="Response to <i>Who Crosses the River?</i>",
    )
    return [evaluation, paper, report, response]
