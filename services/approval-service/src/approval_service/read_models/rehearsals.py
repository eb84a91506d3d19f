"""Rehearsals as jobs: what was asked for, how far it is, what came out.

They are no part of history: nothing but these rows knows of them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Integer, Table, Text, Uuid, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB

from approval_service.read_models.metadata import metadata

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import RowMapping

    from opentas_shared.persistence.database import Database


class JobState(StrEnum):
    """The state of a job."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


rehearsals = Table(
    "rehearsals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("definition", JSONB, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("result", JSONB),
    Column("error", Text),
    Column("requested_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)


def add(database: Database, row: dict[str, Any]) -> None:
    """Keep a new job."""
    with database.begin() as connection:
        connection.execute(insert(rehearsals).values(row))


def find(database: Database, id: UUID) -> RowMapping | None:
    """The job with this id."""
    with database.read() as connection:
        found = connection.execute(select(rehearsals).where(rehearsals.c.id == id))
        return found.mappings().first()


def running_since(database: Database, heard_after: datetime) -> UUID | None:
    """A job that runs and was heard of after this instant."""
    statement = select(rehearsals.c.id).where(
        rehearsals.c.state == JobState.RUNNING, rehearsals.c.updated_at > heard_after
    )
    with database.read() as connection:
        return connection.scalar(statement.limit(1))


def move(database: Database, id: UUID, at: datetime, **changes: Any) -> bool:
    """Change a job that runs; false when it has ended or was cancelled."""
    statement = (
        update(rehearsals)
        .where(rehearsals.c.id == id, rehearsals.c.state == JobState.RUNNING)
        .values(updated_at=at, **changes)
    )
    with database.begin() as connection:
        return connection.execute(statement).rowcount > 0
