"""What a run leaves in Prefect's interface: its summary, its failures, and the way to its folder and site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from flows.stages import Outcome
from flows.summary import RunSummary, finding_of


def leave_artifacts(summary: RunSummary) -> RunSummary:
    """Create the artifacts of the flow run that is at work, and hand the summary on."""
    create_markdown_artifact(markdown(summary), key="run-summary", description=f"Run {summary.run_id}")
    if summary.failures:
        rows = [{"document": doc_id, "status": status, "why": line} for doc_id, status, line in summary.failures]
        create_table_artifact(rows, key="run-failures", description="Documents that failed or are not whole")
    if summary.page.is_file():
        create_link_artifact(
            summary.page.as_uri(),
            key="run-site",
            link_text=f"Inspection site of {summary.run_id}",
            description="Pages on the machine that made them: browsers open such links only when they are copied",
        )
    return summary


def told(outcomes: Sequence[Outcome]) -> str:
    """A batch's entry in Prefect's log: each document, the stages that were done for it, and why one failed."""
    return "\n".join(f"{outcome.doc_id}: {_what_became_of(outcome)}" for outcome in outcomes)


def _what_became_of(outcome: Outcome) -> str:
    if outcome.error:
        return f"failed: {outcome.error}"
    done = ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in outcome.seconds.items())
    return done or "everything was there"


def markdown(summary: RunSummary) -> str:
    """The summary as Prefect shows it."""
    totals, changes, finding = summary.totals, summary.changes, finding_of(summary)
    lines = [
        f"# {summary.run_id}",
        "",
        "Nothing new since this run." if summary.nothing_new else f"{summary.computed} documents were worked on.",
        "",
        f"- folder: `{summary.folder}`",
        f"- documents: {totals.documents} ({totals.failed} failed, {totals.partial} partial)",
        f"- pages: {totals.pages:,}, sentences: {totals.sentences:,}",
        f"- mentions: {_counted(finding.mentions)}",
        f"- claims: {_counted(finding.drawing_on_experience)}",
    ]
    for what, ids in (("new", changes.new), ("changed", changes.changed), ("removed", changes.removed)):
        if ids and not changes.first:
            lines.append(f"- {what}: {', '.join(ids[:50])}{' …' if len(ids) > 50 else ''}")
    return "\n".join(lines)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items()) or "none"
