"""People, departments and calendars with their names, and the directory that all services share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from approval_service.domain.organisation.calendar import Calendar
from approval_service.domain.organisation.department import Department
from approval_service.domain.organisation.person import Person
from approval_service.read_models.metadata import metadata
from opentas_shared.organisation import directory
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("stream_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("department_id", Text),
    Column("posts", JSONB, nullable=False),
    Column("roles", JSONB, nullable=False),
    Column("superior_id", Text),
    Column("active", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index(None, "department_id"),
    Index(None, "name", "id"),
)

departments = Table(
    "departments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("stream_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("parent_id", Text),
    Column("path", JSONB, nullable=False),
    Column("head_id", Text),
    Column("calendar_id", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

calendars = Table(
    "calendars",
    metadata,
    Column("id", Text, primary_key=True),
    Column("stream_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("weekdays", JSONB, nullable=False),
    Column("hours", JSONB, nullable=False),
    Column("holidays", JSONB, nullable=False),
    Column("special_days", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

PROFILE = ("name", "department_id", "posts", "roles", "superior_id", "active")
CHARTER = ("name", "name_zh", "parent_id", "path", "head_id", "calendar_id")
PLAN = (
    "name",
    "name_zh",
    "is_default",
    "time_zone",
    "weekdays",
    "hours",
    "holidays",
    "special_days",
)


def apply(event: Any, recorded: Recorded, rows: Rows) -> None:
    """Keep people, departments, calendars and the directory as the events say."""
    match event:
        case Person.Created() | Person.Changed():
            entry = directory.Person(
                event.person_id,
                event.department_id,
                frozenset(event.posts),
                frozenset(event.roles),
                event.superior_id,
                event.active,
            )
            directory.put_person(rows, entry)
            described = {name: getattr(event, name) for name in PROFILE}
            rows.put(people, _row(people, event.person_id, recorded, rows) | described)
        case Department.Created() | Department.Changed():
            branch = directory.Department(
                event.department_id,
                event.parent_id,
                tuple(event.path),
                event.head_id,
                event.name,
                event.name_zh,
                event.calendar_id,
            )
            directory.put_department(rows, branch)
            described = {name: getattr(event, name) for name in CHARTER}
            kept = _row(departments, event.department_id, recorded, rows)
            rows.put(departments, kept | described)
        case Calendar.Created() | Calendar.Changed():
            described = {name: getattr(event, name) for name in PLAN}
            directory.put_calendar(
                rows,
                event.calendar_id,
                recorded.originator_version,
                event.is_default,
                described,
            )
            rows.put(calendars, _row(calendars, event.calendar_id, recorded, rows) | described)


def _row(table: Table, code: str, recorded: Recorded, rows: Rows) -> dict[str, Any]:
    known = rows.get(table, id=code)
    return {
        "id": code,
        "stream_id": recorded.originator_id,
        "version": recorded.originator_version,
        "created_at": known["created_at"] if known else recorded.effective_at,
        "updated_at": recorded.recorded_at,
    }


ORGANISATION = Projection(
    "organisation", (people, departments, calendars, *directory.TABLES), apply
)
