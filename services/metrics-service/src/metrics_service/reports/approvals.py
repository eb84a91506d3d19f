"""Approvals per flow or month: how many, how they ended, how long they took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, func, select, true

from metrics_service.read_models.approvals import approval_spans
from metrics_service.read_models.timelines import valid_at
from metrics_service.reports.grouping import totals_and_groups
from metrics_service.reports.rates import SECONDS_PER_HOUR, duration, medians, medians_of
from metrics_service.reports.working import WorkingTime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, Connection, RowMapping, Subquery

    from metrics_service.reports.question import Question

GroupBy = Literal["flow", "month"]
OPEN = ("RUNNING", "RETURNED")
"""The states of an approval that nobody has decided yet."""

COUNTED: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "started": lambda approval: true(),
    "approved": lambda approval: approval.approved_at.is_not(None),
    "rejected": lambda approval: approval.status == "REJECTED",
    "revoked": lambda approval: approval.status == "REVOKED",
    "terminated": lambda approval: approval.status == "TERMINATED",
    "open": lambda approval: approval.status.in_(OPEN),
    "first_pass_approved": lambda approval: and_(
        approval.approved_at.is_not(None), approval.rejections == 0, approval.reversals == 0
    ),
    "with_rejection": lambda approval: approval.rejections + approval.reversals > 0,
    "revoked_after_approval": lambda approval: approval.reversals > 0,
}
"""The approvals that each number counts. ``approved`` are those with at least one final approval,
taken back later or not; ``rejected``, ``revoked``, ``terminated`` and ``open`` are how they stand.
"""


def approvals_as_of(question: Question, flow: str | None) -> Subquery:
    """The approvals of submitters in the data scope, submitted in the days asked for."""
    approval = approval_spans.c
    return (
        select(
            *(column for column in approval if not column.name.startswith("valid_")),
            question.month(approval.submitted_at).label("month"),
        )
        .where(
            valid_at(approval_spans, question.as_of),
            question.period(approval.submitted_at),
            question.visible(approval.submitter_id),
            true() if flow is None else approval.flow == flow,
        )
        .subquery("approvals")
    )


def approval_turnaround(
    connection: Connection, question: Question, flow: str | None, group_by: GroupBy
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The numbers of all approvals and the same per flow or month of first submission.

    Turnaround runs from the first submission to the last final approval, of those that have one,
    in elapsed hours and in hours of the working calendar.
    """
    approvals = approvals_as_of(question, flow).c
    spent = (approvals.submitted_at, approvals.approved_at)
    statement = totals_and_groups(
        approvals[group_by],
        [],
        [
            *(func.count().filter(is_(approvals)).label(name) for name, is_ in COUNTED.items()),
            func.coalesce(func.sum(approvals.resubmissions), 0).label("resubmissions"),
            *medians("turnaround", duration(*spent, SECONDS_PER_HOUR)),
            *medians("working", WorkingTime(connection).hours(*spent)),
        ],
    )
    rows = connection.execute(statement).mappings().all()
    [total] = [row for row in rows if row["is_total"]]
    items = [{"key": row["key"], **_numbers(row)} for row in rows if not row["is_total"]]
    return _numbers(total), items


def _numbers(row: RowMapping) -> dict[str, Any]:
    return {
        **{name: row[name] for name in (*COUNTED, "resubmissions")},
        "turnaround_hours": medians_of(row, "turnaround"),
        "working_hours": medians_of(row, "working"),
    }
