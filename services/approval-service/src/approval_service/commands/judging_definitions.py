"""Judge a definition by the roles, people and departments that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from approval_service.configuration.configured import configured
from approval_service.configuration.validation.faults import Known, faults_of_definition
from approval_service.domain.flows.errors import DefinitionInvalid
from opentas_shared.domain.errors import Violation
from opentas_shared.organisation.directory import directory_departments, directory_people

if TYPE_CHECKING:
    from approval_service.configuration.validation.spots import Fault
    from approval_service.domain.flows.definition import Definition
    from opentas_shared.persistence.rows import Rows


def judge(definition: Definition, rows: Rows) -> list[Fault]:
    """All faults of the definition; people and departments count once there are some."""
    people = select(directory_people.c.person_id).where(directory_people.c.active)
    departments = select(directory_departments.c.department_id)
    known = Known(
        configured().role_codes,
        frozenset(row["person_id"] for row in rows.select(people)) or None,
        frozenset(row["department_id"] for row in rows.select(departments)) or None,
    )
    return faults_of_definition(definition, known)


def check_definition(definition: Definition, rows: Rows) -> None:
    """Refuse (422) a definition with faults, naming all of them."""
    faults = judge(definition, rows)
    if faults:
        raise DefinitionInvalid(
            [Violation(fault.code, f"{fault}.", pointer=fault.pointer) for fault in faults]
        )
