"""How published events of the organisation change the directory rows of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas_shared.contracts.organisation import (
    CalendarChanged,
    DepartmentChanged,
    DepartmentRegistered,
    PersonChanged,
    PersonRegistered,
)
from opentas_shared.organisation.calendars import forget_default
from opentas_shared.organisation.plans import canonical
from opentas_shared.organisation.records import Department, Person
from opentas_shared.organisation.tables import (
    directory_calendars,
    directory_departments,
    directory_people,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.rows import Rows
    from opentas_shared.persistence.unit_of_work import UnitOfWork


def apply(contract: Contract, envelope: Envelope, rows: Rows) -> None:
    """Write one published event of the organisation into the directory rows."""
    if isinstance(contract, PersonRegistered | PersonChanged):
        put_person(
            rows,
            Person(
                contract.person_id,
                contract.department_id,
                frozenset(contract.posts),
                frozenset(contract.roles),
                contract.superior_id,
                contract.active,
            ),
        )
    elif isinstance(contract, DepartmentRegistered | DepartmentChanged):
        put_department(
            rows,
            Department(
                contract.department_id,
                contract.parent_id,
                contract.path,
                contract.head_id,
                contract.name,
                contract.name_zh,
                contract.calendar_id,
            ),
        )
    elif isinstance(contract, CalendarChanged):
        put_calendar(
            rows,
            contract.calendar_id,
            envelope.aggregate_version,
            contract.is_default,
            contract.model_dump(mode="json"),
        )


def _react(contract: Contract, envelope: Envelope, work: UnitOfWork) -> None:
    apply(contract, envelope, work.rows)


REACTIONS: Mapping[type[Contract], Callable[[Any, Envelope, UnitOfWork], None]] = {
    PersonRegistered: _react,
    PersonChanged: _react,
    DepartmentRegistered: _react,
    DepartmentChanged: _react,
    CalendarChanged: _react,
}


def put_person(rows: Rows, person: Person) -> None:
    """Stage the row of a person."""
    rows.put(
        directory_people,
        {**vars(person), "posts": sorted(person.posts), "roles": sorted(person.roles)},
    )


def put_department(rows: Rows, department: Department) -> None:
    """Stage the row of a department."""
    rows.put(directory_departments, {**vars(department), "path": list(department.path)})


def put_calendar(
    rows: Rows, calendar_id: str, version: int, is_default: bool, plan: Mapping[str, Any]
) -> None:
    """Stage the row of a working calendar."""
    forget_default(rows)
    rows.put(
        directory_calendars,
        {
            "calendar_id": calendar_id,
            "version": version,
            "is_default": is_default,
            "plan": canonical(plan),
        },
    )
