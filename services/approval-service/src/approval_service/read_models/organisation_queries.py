"""How people, departments and calendars are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from approval_service.read_models.organisation import calendars, departments, people

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Select

PEOPLE_SORTS: dict[str, ColumnElement[Any]] = {"id": people.c.id, "name": people.c.name}
DEPARTMENT_SORTS: dict[str, ColumnElement[Any]] = {
    "id": departments.c.id,
    "name": departments.c.name,
}
CALENDAR_SORTS: dict[str, ColumnElement[Any]] = {"id": calendars.c.id, "name": calendars.c.name}


@dataclass(frozen=True)
class PeopleFilters:
    """What a list of people can be narrowed by; ``below`` counts in departments further down."""

    department_id: str | None = None
    below: bool = False
    role: str | None = None
    post: str | None = None
    active: bool | None = None
    q: str | None = None


def matching_people(filters: PeopleFilters) -> Select[Any]:
    """The people that match."""
    statement = select(people)
    if filters.department_id is not None and filters.below:
        inside = select(departments.c.id).where(
            departments.c.path.contains([filters.department_id])
        )
        statement = statement.where(people.c.department_id.in_(inside))
    elif filters.department_id is not None:
        statement = statement.where(people.c.department_id == filters.department_id)
    if filters.role is not None:
        holds = or_(
            people.c.roles.contains([filters.role]), people.c.posts.contains([filters.role])
        )
        statement = statement.where(holds)
    if filters.post is not None:
        statement = statement.where(people.c.posts.contains([filters.post]))
    if filters.active is not None:
        statement = statement.where(people.c.active.is_(filters.active))
    return _searched(statement, filters.q, people.c.id, people.c.name)


def matching_departments(parent_id: str | None, q: str | None = None) -> Select[Any]:
    """All departments, or those directly below one, or those with parts of id or names."""
    statement = select(departments)
    if parent_id is not None:
        statement = statement.where(departments.c.parent_id == parent_id)
    return _searched(statement, q, departments.c.id, departments.c.name, departments.c.name_zh)


def _searched(statement: Select[Any], q: str | None, *columns: ColumnElement[str]) -> Select[Any]:
    """Every word of ``q`` stands in one of the columns."""
    for word in (q or "").split():
        statement = statement.where(or_(*(c.icontains(word, autoescape=True) for c in columns)))
    return statement


def view(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A person, a department or a calendar as the API answers it."""
    hidden = ("stream_id",)
    return {
        name: value
        for name, value in row.items()
        if name not in hidden and not name.startswith("sort_")
    }
