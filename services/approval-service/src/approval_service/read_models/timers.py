"""The timers of tasks that wait: one row per live task, with the timer that comes next.

The timekeeper asks for rows that are due; ``later`` are the timers of the task behind it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Integer, Table, Uuid, func, select
from sqlalchemy.dialects.postgresql import JSONB

from approval_service.domain.approval import events
from approval_service.read_models.metadata import metadata
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from sqlalchemy import Connection, RowMapping

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

timers = Table(
    "timers",
    metadata,
    Column("task_id", Uuid, primary_key=True),
    Column("approval_id", Uuid, nullable=False),
    Column("timer_no", Integer, nullable=False),
    Column("fires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("later", JSONB, nullable=False),
)


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Set, move on or remove the timer of a task."""
    match event:
        case events.TaskAssigned():
            if event.timers:
                rows.new(timers, _row(event, event.timers))
        case events.TaskOpened():
            _set(rows, event, event.timers)
        case events.TimerFired():
            row = rows.get(timers, task_id=event.task_id)
            _set(rows, event, row["later"] if row is not None else None)
        case events.TaskDecided() | events.TaskClosed():
            rows.delete(timers, task_id=event.task_id)


def _set(rows: Rows, event: Any, remaining: Sequence[dict[str, Any]] | None) -> None:
    if remaining:
        rows.put(timers, _row(event, remaining))
    else:
        rows.delete(timers, task_id=event.task_id)


def _row(event: Any, remaining: Sequence[dict[str, Any]]) -> dict[str, Any]:
    following, *later = sorted(remaining, key=lambda one: str(one["fires_at"]))
    return {
        "task_id": event.task_id,
        "approval_id": event.originator_id,
        "timer_no": following["no"],
        "fires_at": datetime.fromisoformat(following["fires_at"]),
        "later": later,
    }


def due(
    connection: Connection, now: datetime, limit: int, without: Collection[UUID] = ()
) -> Sequence[RowMapping]:
    """At most ``limit`` timers that have come, the oldest first."""
    statement = select(timers).where(timers.c.fires_at <= now)
    if without:
        statement = statement.where(timers.c.task_id.not_in(without))
    statement = statement.order_by(timers.c.fires_at, timers.c.task_id).limit(limit)
    return connection.execute(statement).mappings().all()


def overdue(connection: Connection, now: datetime) -> int:
    """How many timers have come and have not fired."""
    counted = select(func.count()).select_from(timers).where(timers.c.fires_at <= now)
    return connection.scalar(counted) or 0


TIMERS = Projection("timers", (timers,), apply)
