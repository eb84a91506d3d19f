"""Published events of the organisation directory, which approval-service owns.

Ids are the text codes of the organisation file (``chen.jing``, ``sales_east``). Names of people
are personal data and stay out; the approval-service API serves them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from opentas_shared.contracts.contract import Contract

PERSON_TOPIC = "opentas.approval-service.person.v1"
DEPARTMENT_TOPIC = "opentas.approval-service.department.v1"
CALENDAR_TOPIC = "opentas.approval-service.calendar.v1"
DELEGATION_TOPIC = "opentas.approval-service.delegation.v1"


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
    calendar_id: str | None = None
    """Its working calendar; null: that of the department above."""


class DepartmentRegistered(_DepartmentFacts):
    """A department has been added to the organisation directory."""

    TYPE: ClassVar[str] = "org.opentas.department.registered.v1"


class DepartmentChanged(_DepartmentFacts):
    """Parent, path, head, calendar or name of a department have changed."""

    TYPE: ClassVar[str] = "org.opentas.department.changed.v1"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)


class Holiday(_Part):
    """Days on which nobody works, and the free days that are worked instead (调休)."""

    name: str
    name_zh: str
    first: date
    last: date
    make_up_days: tuple[date, ...] = ()


class SpecialDay(_Part):
    """A day with hours of its own; without any it is free."""

    day: date
    hours: tuple[str, ...] = ()


class CalendarChanged(Contract):
    """A working calendar was added or has changed; the whole state after it."""

    TYPE: ClassVar[str] = "org.opentas.calendar.changed.v1"
    TOPIC: ClassVar[str] = CALENDAR_TOPIC

    calendar_id: str
    name: str
    name_zh: str
    is_default: bool
    """Whether it counts where nothing names another one."""
    time_zone: str
    """IANA name; hours and days are in this zone."""
    weekdays: tuple[int, ...]
    """The days worked in every week, 1 is Monday."""
    hours: tuple[str, ...]
    """The hours of a working day, like `09:00-12:00`."""
    holidays: tuple[Holiday, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()


class _DelegationFacts(Contract):
    """What every event of a long-term delegation (长期代理) carries; the reason stays private."""

    TOPIC: ClassVar[str] = DELEGATION_TOPIC

    delegation_id: UUID
    principal_id: str
    deputy_id: str
    from_at: datetime
    until_at: datetime
    flows: tuple[str, ...] = ()
    """The flows that it covers; none: all."""


class DelegationGranted(_DelegationFacts):
    """Somebody's tasks go to a deputy in this period."""

    TYPE: ClassVar[str] = "org.opentas.delegation.granted.v1"


class DelegationRevoked(_DelegationFacts):
    """A delegation has ended before its time."""

    TYPE: ClassVar[str] = "org.opentas.delegation.revoked.v1"
