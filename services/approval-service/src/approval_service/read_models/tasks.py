"""The inbox: a row per task and copy, and counters per person that are read in constant time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    literal_column,
    text,
)

from approval_service.domain.approval import events
from approval_service.domain.approval.receipt import Receipt
from approval_service.domain.approval.states import Reason, TaskStatus
from approval_service.read_models import copies
from approval_service.read_models.approvals import approvals
from approval_service.read_models.counters import count, counters
from approval_service.read_models.metadata import metadata
from approval_service.read_models.round_nodes import each
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

tasks = Table(
    "tasks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("approval_id", Uuid, nullable=False),
    Column("flow", Text, nullable=False),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("submitter_id", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("node", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("assignee_id", Text, nullable=False),
    Column("principal_id", Text),
    Column("parent_id", Uuid),
    Column("status", Text, nullable=False),
    Column("done_by", Text),
    Column("decided_by", Text),
    Column("on_behalf_of", Text),
    Column("comment", Text),
    Column("advice", Text),
    Column("reason_code", Text),
    Column("due_at", DateTime(timezone=True)),
    Column("assigned_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("moved_at", DateTime(timezone=True), nullable=False),
    Index(None, "approval_id", "assignee_id", "decided_by"),
    Index(
        "ix_tasks_pending",
        "assignee_id",
        "moved_at",
        "id",
        postgresql_where=text("status = 'OPEN'"),
    ),
    Index(
        "ix_tasks_done",
        "done_by",
        "moved_at",
        "id",
        postgresql_where=text("done_by IS NOT NULL"),
    ),
)
"""``moved_at`` is when a task was assigned, for one that has ended when it ended. ``done_by`` is
in whose box of done tasks it lies: of who decided it, or who handed it to somebody else.
"""

HANDED_ON = frozenset({Reason.TRANSFERRED, Reason.ESCALATED})


def is_open() -> ColumnElement[bool]:
    """Whether a task waits for a decision; a literal, so that the partial index serves it."""
    return tasks.c.status == literal_column("'OPEN'")


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Change tasks, copies and counters as an event says."""
    match event:
        case events.Created():
            count(rows, event.submitter_id, initiated=1)
        case events.TaskAssigned():
            _write(rows, None, _assigned(event))
        case events.TaskOpened():
            again = {**UNDECIDED, "status": event.status, "due_at": _instant(event.due_at)}
            _change(rows, event, again, moved=True)
        case events.TaskWaits():
            _change(rows, event, {"status": TaskStatus.WAITING})
        case events.TaskDecided():
            said = ("decided_by", "on_behalf_of", "comment", "advice")
            said_now = {name: getattr(event, name) for name in said}
            ended = {"status": event.decision, "done_by": event.decided_by}
            _change(rows, event, {**said_now, **ended, "ended_at": event.timestamp}, moved=True)
        case events.TaskClosed():
            handed_on = event.reason_code in HANDED_ON
            _change(
                rows,
                event,
                {
                    "status": event.outcome or TaskStatus.CLOSED,
                    "reason_code": event.reason_code,
                    "done_by": event.assignee_id if handed_on else None,
                    "ended_at": event.timestamp,
                },
                moved=True,
            )
        case events.Copied():
            copies.sent(event, record, rows)
            for person in event.people:
                count(rows, person, copied=1, copied_unread=1)
        case Receipt.Created():
            if copies.read(event, rows):
                count(rows, event.person_id, copied_unread=-1)


UNDECIDED = dict.fromkeys(
    ("decided_by", "on_behalf_of", "comment", "advice", "reason_code", "done_by", "ended_at")
)


def _assigned(event: events.TaskAssigned) -> dict[str, Any]:
    return {
        "id": event.task_id,
        "approval_id": event.originator_id,
        "flow": event.flow,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "submitter_id": event.submitter_id,
        "round": event.round,
        "node": event.node,
        "kind": event.kind,
        "slot": event.slot,
        "role": event.role,
        "assignee_id": event.assignee_id,
        "principal_id": event.principal_id,
        "parent_id": event.parent_id,
        "status": TaskStatus.OPEN if event.open else TaskStatus.WAITING,
        "due_at": _instant(event.due_at),
        "assigned_at": event.timestamp,
        "moved_at": event.timestamp,
    }


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _change(rows: Rows, event: Any, changes: dict[str, Any], *, moved: bool = False) -> None:
    row = rows.get(tasks, id=event.task_id)
    if row is not None:
        moved_at = {"moved_at": event.timestamp} if moved else {}
        _write(rows, row, {**row, **changes, **moved_at})


def _write(rows: Rows, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    """Write the row, and move the counters of the boxes that it leaves and enters."""
    if before is None:
        rows.new(tasks, after)
    else:
        rows.put(tasks, after)
    left, entered = set(_boxes(before)), set(_boxes(after))
    for person, box in left - entered:
        count(rows, person, **{box: -1})
    for person, box in entered - left:
        count(rows, person, **{box: 1})


def _boxes(row: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    if row is None:
        return
    if row["status"] == TaskStatus.OPEN:
        yield row["assignee_id"], "pending"
    if row.get("done_by") is not None:
        yield row["done_by"], "done"


def ahead(ids: Sequence[UUID], rows: Rows) -> None:
    """Load the tasks of these approvals that have not ended."""
    known = (rows.get(approvals, id=id) for id in ids)
    rows.prefetch(
        tasks,
        (
            {"id": UUID(task["id"])}
            for row in known
            if row is not None
            for node in each(row["rounds"][-1:])
            for task in node["tasks"]
            if task["ended_at"] is None
        ),
    )


TASKS = Projection("tasks", (tasks, copies.copies, counters), apply, ahead)
