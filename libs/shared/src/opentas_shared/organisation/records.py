"""People, departments and calendars as the directory knows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """One person: ``posts`` are positions (岗位), ``roles`` what else they may act as."""

    person_id: str
    department_id: str | None
    posts: frozenset[str]
    roles: frozenset[str]
    superior_id: str | None
    active: bool


@dataclass(frozen=True)
class Department:
    """One department; ``path`` lists the ids from the root down to itself.

    Without a ``calendar_id`` of its own it works by the calendar of the department above.
    """

    department_id: str
    parent_id: str | None
    path: tuple[str, ...]
    head_id: str | None
    name: str
    name_zh: str
    calendar_id: str | None = None
