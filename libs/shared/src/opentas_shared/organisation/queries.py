"""What the directory answers, from a connection or from the rows of a unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Connection, Select, select

from opentas_shared.organisation.records import Department, Person
from opentas_shared.organisation.tables import directory_departments, directory_people

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import RowMapping, Table

    from opentas_shared.persistence.rows import Rows

    Source: TypeAlias = Connection | Rows


def person(source: Source, person_id: str) -> Person | None:
    """The person with this id, or nothing when the directory does not know it."""
    row = one(source, directory_people, person_id=person_id)
    return _person(row) if row is not None else None


def posts_of(source: Source, person_id: str) -> frozenset[str]:
    """The posts of a person (R-10), none for somebody unknown or inactive."""
    found = person(source, person_id)
    return found.posts if found is not None and found.active else frozenset()


def holders(source: Source, role: str) -> list[Person]:
    """The active people that hold ``role`` as a role or a post, by id."""
    statement = select(directory_people).where(
        directory_people.c.active,
        directory_people.c.roles.contains([role]) | directory_people.c.posts.contains([role]),
    )
    return _people(source, statement.order_by(directory_people.c.person_id))


def members(source: Source, department_id: str) -> list[Person]:
    """The active people of a department itself, by id."""
    statement = select(directory_people).where(
        directory_people.c.active, directory_people.c.department_id == department_id
    )
    return _people(source, statement.order_by(directory_people.c.person_id))


def people_below(source: Source, department_id: str) -> frozenset[str]:
    """The ids of the people of a department and of all departments below it."""
    below = select(directory_departments.c.department_id).where(
        directory_departments.c.path.contains([department_id])
    )
    return _ids(source, [row["department_id"] for row in selected(source, below)])


def reports_of(source: Source, person_id: str) -> frozenset[str]:
    """The ids of everyone whose chain of superiors leads to the person, without the person."""
    reports: set[str] = set()
    level = {person_id}
    while level:
        statement = select(directory_people.c.person_id).where(
            directory_people.c.superior_id.in_(level)
        )
        level = {row["person_id"] for row in selected(source, statement)} - reports - {person_id}
        reports |= level
    return frozenset(reports)


def department(source: Source, department_id: str) -> Department | None:
    """The department with this id, or nothing when the directory does not know it."""
    row = one(source, directory_departments, department_id=department_id)
    return Department(**{**row, "path": tuple(row["path"])}) if row is not None else None


def departments_upwards(source: Source, person_id: str) -> list[Department]:
    """The departments from the person's own up to the root; none for somebody unknown."""
    known = person(source, person_id)
    own = department(source, known.department_id) if known and known.department_id else None
    if own is None:
        return []
    above = (department(source, id) for id in reversed(own.path[:-1]))
    return [own, *(found for found in above if found is not None)]


def one(source: Source, table: Table, **key: str) -> Mapping[Any, Any] | None:
    """The row of a directory table with this primary key."""
    if isinstance(source, Connection):
        return source.execute(select(table).filter_by(**key)).mappings().first()
    return source.get(table, **key)


def selected(source: Source, statement: Select[Any]) -> Sequence[RowMapping]:
    """The rows of a query."""
    if isinstance(source, Connection):
        return source.execute(statement).mappings().all()
    return source.select(statement)


def _ids(source: Source, departments: Iterable[str]) -> frozenset[str]:
    statement = select(directory_people.c.person_id).where(
        directory_people.c.department_id.in_(list(departments))
    )
    return frozenset(row["person_id"] for row in selected(source, statement))


def _people(source: Source, statement: Select[Any]) -> list[Person]:
    return [_person(row) for row in selected(source, statement)]


def _person(row: Mapping[Any, Any]) -> Person:
    return Person(**{**row, "posts": frozenset(row["posts"]), "roles": frozenset(row["roles"])})
