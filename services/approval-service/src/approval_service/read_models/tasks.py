"""The inbox: one row per task, and counters per person that are read in constant time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from approval_service.domain.approval.states import TaskStatus
from approval_service.read_models.metadata import metadata
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
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
    Column("assignee_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("decided_by", Text),
    Column("on_behalf_of", Text),
    Column("comment", Text),
    Column("reason_code", Text),
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
        "decided_by",
        "moved_at",
        "id",
        postgresql_where=text("decided_by IS NOT NULL"),
    ),
)
"""``moved_at`` is when a task was assigned, for one that has ended when it ended."""

counters = Table(
    "task_counters",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("pending", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("initiated", Integer, nullable=False),
)
"""``pending`` open tasks, ``done`` tasks decided (also for others), ``initiated`` approvals."""


def is_open() -> ColumnElement[bool]:
    """Whether a task waits for a decision; a literal, so that the partial index serves it."""
    return tasks.c.status == literal_column("'OPEN'")


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Change tasks and counters as an approval's event says."""
    match event:
        case events.Created():
            _count(rows, event.submitter_id, initiated=1)
        case events.TaskAssigned():
            rows.new(tasks, _assigned(event))
            _count(rows, event.assignee_id, pending=1)
        case events.TaskDecided():
            _end(rows, event, event.decision)
            _count(rows, event.assignee_id, pending=-1)
            _count(rows, event.decided_by, done=1)
        case events.TaskClosed():
            _end(rows, event, TaskStatus.CLOSED)
            _count(rows, event.assignee_id, pending=-1)


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
        "assignee_id": event.assignee_id,
        "status": TaskStatus.OPEN,
        "assigned_at": event.timestamp,
        "moved_at": event.timestamp,
    }


def _end(rows: Rows, event: Any, status: str) -> None:
    row = rows.get(tasks, id=event.task_id)
    if row is None:
        return
    said = ("decided_by", "on_behalf_of", "comment", "reason_code")
    changes = {name: getattr(event, name) for name in said if hasattr(event, name)}
    ended = {"status": status, "ended_at": event.timestamp, "moved_at": event.timestamp}
    rows.put(tasks, {**row, **changes, **ended})


def _count(rows: Rows, person_id: str, **changes: int) -> None:
    row = rows.get(counters, person_id=person_id)
    row = row or {"person_id": person_id, "pending": 0, "done": 0, "initiated": 0}
    for name, change in changes.items():
        row[name] += change
    rows.put(counters, row)


TASKS = Projection("tasks", (tasks, counters), apply)
