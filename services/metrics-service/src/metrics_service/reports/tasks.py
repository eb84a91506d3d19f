"""Tasks of approvals per node, role or person: decisions, what waits, and how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, case, func, or_, select, true

from metrics_service.read_models.turns import approval_turns
from metrics_service.reports.grouping import totals_and_groups
from metrics_service.reports.rates import SECONDS_PER_HOUR, duration, medians, medians_of, rate
from metrics_service.reports.working import WorkingTime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement, Connection, RowMapping, Subquery

    from metrics_service.reports.question import Question

GroupBy = Literal["node", "role", "person"]
KEYS: Mapping[GroupBy, str] = {"node": "node", "role": "role", "person": "person_id"}
"""The column that each ``group_by`` groups by."""

DECISIONS = ("APPROVED", "REJECTED", "RETURNED")
"""What counts as a decision of a person; advice does not, nor what a machine did."""

COUNTED: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "decisions": lambda task: task.status != "OPEN",
    "approved": lambda task: task.status == "APPROVED",
    "rejected": lambda task: task.status == "REJECTED",
    "open": lambda task: task.status == "OPEN",
    "overdue": lambda task: task.overdue,
}
"""The tasks that each number counts."""


def decided_at(turn: Any, question: Question) -> ColumnElement[bool]:
    """A person had decided by the instant, and had not withdrawn it by then."""
    return and_(
        turn.decision.in_(DECISIONS),
        turn.ended_at < question.as_of,
        or_(turn.withdrawn_at.is_(None), turn.withdrawn_at >= question.as_of),
    )


def tasks_as_of(question: Question, flow: str | None, *, reversals: bool) -> Subquery:
    """The tasks decided in the days asked for, and those opened then that are still open.

    The data scope goes by the submitter. With ``reversals``, a final approval that was taken
    back is a rejected decision of its role, if it has one; nobody was asked for it.
    """
    turn = approval_turns.c
    decided = decided_at(turn, question)
    waits = and_(
        turn.opened_at < question.as_of,
        or_(turn.ended_at.is_(None), turn.ended_at >= question.as_of),
    )
    return (
        select(
            func.concat_ws("/", turn.approval_id, turn.turn_no).label("id"),
            turn.approval_id,
            turn.task_id,
            turn.flow,
            turn.node,
            turn.role,
            case((decided, turn.decided_by), else_=turn.assignee_id).label("person_id"),
            case((decided, turn.decision), else_="OPEN").label("status"),
            turn.opened_at,
            turn.due_at,
            case((decided, turn.ended_at)).label("decided_at"),
            func.coalesce(and_(waits, turn.due_at < question.as_of), False).label("overdue"),
        )
        .where(
            or_(decided, waits),
            question.period(case((decided, turn.ended_at), else_=turn.opened_at)),
            question.visible(turn.submitter_id),
            true() if flow is None else turn.flow == flow,
            or_(turn.task_id.is_not(None), turn.role != "") if reversals else _has_task(turn),
        )
        .subquery("tasks")
    )


def _has_task(turn: Any) -> ColumnElement[bool]:
    present: ColumnElement[bool] = turn.task_id.is_not(None)
    return present


def task_numbers(
    connection: Connection, question: Question, flow: str | None, group_by: GroupBy
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The numbers of all tasks and the same per key; waiting from the opening to the decision."""
    tasks = tasks_as_of(question, flow, reversals=group_by == "role").c
    spent = (tasks.opened_at, tasks.decided_at)
    statement = totals_and_groups(
        tasks[KEYS[group_by]],
        [],
        [
            *(func.count().filter(is_(tasks)).label(name) for name, is_ in COUNTED.items()),
            *medians("wait", duration(*spent, SECONDS_PER_HOUR)),
            *medians("working", WorkingTime(connection).hours(*spent)),
        ],
    )
    rows = connection.execute(statement).mappings().all()
    [total] = [row for row in rows if row["is_total"]]
    items = [{"key": row["key"], **_numbers(row, question)} for row in rows if not row["is_total"]]
    return _numbers(total, question), items


def _numbers(row: RowMapping, question: Question) -> dict[str, Any]:
    either = row["approved"] + row["rejected"]
    return {
        **{name: row[name] for name in COUNTED},
        "rejection_share": rate(row["rejected"], either, question.minimum_sample),
        "wait_hours": medians_of(row, "wait"),
        "working_hours": medians_of(row, "working"),
    }
