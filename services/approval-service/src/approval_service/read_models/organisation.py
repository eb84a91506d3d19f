"""People and departments with their names, and the directory that all services share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

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
    Column("version", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("department_id", Text),
    Column("posts", JSONB, nullable=False),
    Column("roles", JSONB, nullable=False),
    Column("superior_id", Text),
    Column("active", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("ix_people_department_id", "department_id"),
    Index("ix_people_name", "name"),
)

departments = Table(
    "departments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("stream_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("parent_id", Text),
    Column("path", JSONB, nullable=False),
    Column("head_id", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)


def apply(event: Any, recorded: Recorded, rows: Rows) -> None:
    """Keep people, departments and the directory as the events say."""
    match event:
        case Person.Created() | Person.Changed():
            profile = {
                "department_id": event.department_id,
                "superior_id": event.superior_id,
                "active": event.active,
            }
            described = {**profile, "posts": event.posts, "roles": event.roles}
            rows.put(
                people,
                {**_row(people, event.person_id, recorded, rows), **described}
                | {"name": event.name},
            )
            directory.put_person(
                rows,
                directory.Person(
                    person_id=event.person_id,
                    posts=frozenset(event.posts),
                    roles=frozenset(event.roles),
                    **profile,
                ),
            )
        case Department.Created() | Department.Changed():
            charter = {
                "name": event.name,
                "name_zh": event.name_zh,
                "parent_id": event.parent_id,
                "head_id": event.head_id,
            }
            kept = _row(departments, event.department_id, recorded, rows)
            rows.put(departments, {**kept, **charter, "path": event.path})
            directory.put_department(
                rows,
                directory.Department(
                    department_id=event.department_id, path=tuple(event.path), **charter
                ),
            )


def _row(table: Table, code: str, recorded: Recorded, rows: Rows) -> dict[str, Any]:
    known = rows.get(table, id=code)
    return {
        "id": code,
        "stream_id": recorded.originator_id,
        "version": recorded.originator_version,
        "created_at": known["created_at"] if known else recorded.effective_at,
        "updated_at": recorded.effective_at,
    }


ORGANISATION = Projection("organisation", (people, departments, *directory.TABLES), apply)
