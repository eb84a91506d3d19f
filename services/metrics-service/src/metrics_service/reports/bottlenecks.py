"""Where approvals spend their time, and which nodes send them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, select

from metrics_service.read_models.turns import approval_turns
from metrics_service.reports.approvals import OPEN, approvals_as_of
from metrics_service.reports.rates import SECONDS_PER_HOUR, duration, medians, medians_of
from metrics_service.reports.tasks import decided_at
from metrics_service.reports.working import WorkingTime

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select, Subquery

    from metrics_service.reports.question import Question


def bottlenecks(
    connection: Connection, question: Question, flow: str | None
) -> list[dict[str, Any]]:
    """Every node of the approvals submitted in the days asked for, the slowest of a flow first.

    ``hours`` is the elapsed time in which anybody was asked at the node, several people at once
    counted once; ``turnaround_share`` is its part of the time from first submission to end (or
    so far) of all approvals of the flow. The rest lies with submitters, and with nobody.
    """
    approvals = approvals_as_of(question, flow)
    elapsed = {row.flow: row.hours for row in connection.execute(_elapsed(question, approvals))}
    hours = {
        (row.flow, row.node): row.hours for row in connection.execute(_asked(question, approvals))
    }
    items = []
    for row in connection.execute(_decided(connection, question, approvals)).mappings():
        spent, whole = hours.get((row["flow"], row["node"]), 0.0), elapsed[row["flow"]]
        items.append(
            {
                **{name: row[name] for name in ("flow", "node", *COUNTS)},
                "wait_hours": medians_of(row, "wait"),
                "working_hours": medians_of(row, "working"),
                "hours": spent,
                "turnaround_share": spent / whole if whole else None,
            }
        )
    return sorted(items, key=lambda item: (item["flow"], -item["hours"], item["node"]))


COUNTS = ("decisions", "rejected", "returned", "resubmissions_caused")


def _elapsed(question: Question, approvals: Subquery) -> Select[Any]:
    approval = approvals.c
    end = case(
        (approval.status.in_(OPEN), question.as_of),
        else_=func.coalesce(approval.completed_at, question.as_of),
    )
    spent = func.sum(duration(approval.submitted_at, end, SECONDS_PER_HOUR))
    return select(approval.flow, spent.label("hours")).group_by(approval.flow)


def _asked(question: Question, approvals: Subquery) -> Select[Any]:
    turn, approval = approval_turns.c, approvals.c
    stretch = func.tstzrange(turn.opened_at, func.least(turn.ended_at, question.as_of))
    stretches = (
        select(approval.flow, turn.node, func.unnest(func.range_agg(stretch)).label("stretch"))
        .join_from(approvals, approval_turns, turn.approval_id == approval.approval_id)
        .where(turn.opened_at < question.as_of, turn.task_id.is_not(None))
        .group_by(approval.approval_id, approval.flow, turn.node)
        .subquery()
    ).c
    span = duration(func.lower(stretches.stretch), func.upper(stretches.stretch), SECONDS_PER_HOUR)
    return select(stretches.flow, stretches.node, func.sum(span).label("hours")).group_by(
        stretches.flow, stretches.node
    )


def _decided(connection: Connection, question: Question, approvals: Subquery) -> Select[Any]:
    turn, approval = approval_turns.c, approvals.c
    decided = decided_at(turn, question)
    caused = and_(decided, turn.resubmitted_at < question.as_of)
    spent = (turn.opened_at, turn.ended_at)
    numbers = {
        "decisions": decided,
        "rejected": and_(decided, turn.decision == "REJECTED"),
        "returned": and_(decided, turn.decision == "RETURNED"),
        "resubmissions_caused": caused,
    }
    columns: list[Any] = [approval.flow, turn.node]
    return (
        select(
            *columns,
            *(func.count().filter(is_).label(name) for name, is_ in numbers.items()),
            *medians("wait", duration(*spent, SECONDS_PER_HOUR), decided),
            *medians("working", WorkingTime(connection).hours(*spent), decided),
        )
        .join_from(approvals, approval_turns, turn.approval_id == approval.approval_id)
        .where(turn.opened_at < question.as_of, turn.task_id.is_not(None))
        .group_by(approval.flow, turn.node)
    )
