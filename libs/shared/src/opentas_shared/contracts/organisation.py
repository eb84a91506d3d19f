"""Published events of the organisation directory, which approval-service owns.

Ids are the text codes of the organisation file (``chen.jing``, ``sales_east``). Names of people
are personal data and stay out; the approval-service API serves them.
"""

from __future__ import annotations

from typing import ClassVar

from opentas_shared.contracts.contract import Contract

PERSON_TOPIC = "opentas.approval-service.person.v1"
DEPARTMENT_TOPIC = "opentas.approval-service.department.v1"


class _PersonFacts(Contract):
    """What every event of a person carries: the whole state after the event."""

    TOPIC: ClassVar[str] = PERSON_TOPIC

    person_id: str
    department_id: str | None = None
    posts: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    superior_id: str | None = None
    active: bool = True


class PersonRegistered(_PersonFacts):
    """A person has joined the organisation directory."""

    TYPE: ClassVar[str] = "org.opentas.person.registered.v1"


class PersonChanged(_PersonFacts):
    """Department, posts, roles, superior or activity of a person have changed."""

    TYPE: ClassVar[str] = "org.opentas.person.changed.v1"


class _DepartmentFacts(Contract):
    """What every event of a department carries: the whole state after the event."""

    TOPIC: ClassVar[str] = DEPARTMENT_TOPIC

    department_id: str
    parent_id: str | None = None
    path: tuple[str, ...]
    """Ids from the root down to the department itself."""
    head_id: str | None = None
    name: str
    name_zh: str


class DepartmentRegistered(_DepartmentFacts):
    """A department has been added to the organisation directory."""

    TYPE: ClassVar[str] = "org.opentas.department.registered.v1"


class DepartmentChanged(_DepartmentFacts):
    """Parent, path, head or name of a department have changed."""

    TYPE: ClassVar[str] = "org.opentas.department.changed.v1"
