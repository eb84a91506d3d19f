"""Approvals per flow: how many, how they ended, how long they took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, true

from metrics_service.read_models.approvals import approval_spans
from metrics_service.read_models.timelines import valid_at
from metrics_service.reports.grouping import totals_and_groups
from metrics_service.reports.rates import SECONDS_PER_HOUR, duration, medians, medians_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping, Subquery

    from metrics_service.reports.question import Question

OPEN = ("RUNNING", "RETURNED")
"""The states of an approval that nobody has decided yet."""


def approvals_as_of(question: Question, flow: str | None) -> Subquery:
    """The approvals of submitters in the data scope, submitted in the days asked for."""
    approval = approval_spans.c
    return (
        select(*(column for column in approval if not column.name.startswith("valid_")))
        .where(
            valid_at(approval_spans, question.as_of),
            question.period(approval.submitted_at),
            question.visible(approval.submitter_id),
            true() if flow is None else approval.flow == flow,
        )
        .subquery("approvals")
    )


def approval_turnaround(
    connection: Connection, question: Question, flow: str | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The numbers of all approvals and the same per flow.

    Turnaround runs from the first submission to the last final approval, in elapsed hours, of
    those that have one.
    """
    approvals = approvals_as_of(question, flow).c
    statement = totals_and_groups(
        approvals.flow,
        [],
        [
            func.count().label("started"),
            func.count().filter(approvals.status == "APPROVED").label("approved"),
            func.count().filter(approvals.status == "REJECTED").label("rejected"),
            func.count().filter(approvals.status.in_(OPEN)).label("open"),
            func.coalesce(func.sum(approvals.resubmissions), 0).label("resubmissions"),
            *medians(
                "turnaround",
                duration(approvals.submitted_at, approvals.approved_at, SECONDS_PER_HOUR),
            ),
        ],
    )
    rows = connection.execute(statement).mappings().all()
    [total] = [row for row in rows if row["is_total"]]
    items = [{"key": row["key"], **_numbers(row)} for row in rows if not row["is_total"]]
    return _numbers(total), items


def _numbers(row: RowMapping) -> dict[str, Any]:
    counts = ("started", "approved", "rejected", "open", "resubmissions")
    return {
        **{name: row[name] for name in counts},
        "turnaround_hours": medians_of(row, "turnaround"),
    }
