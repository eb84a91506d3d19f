"""Register and change people and departments one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from approval_service.commands.importing_organisation import known_to
from approval_service.commands.placing_departments import place
from approval_service.domain.organisation.department import Charter, Department, department_uuid
from approval_service.domain.organisation.errors import OrganisationInvalid
from approval_service.domain.organisation.person import Person, Profile, person_uuid
from approval_service.domain.organisation.tree import unknown
from opentas_shared.domain.errors import AlreadyExists

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentas_shared.domain.errors import Violation
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class RegisterPerson:
    """Add a person to the directory."""

    person_id: str
    profile: Profile
    at: Moment


@dataclass(frozen=True)
class ChangePerson:
    """Replace those parts of a profile that ``changes`` names."""

    person_id: str
    changes: Mapping[str, Any]
    at: Moment


@dataclass(frozen=True)
class ActivatePerson:
    """Make somebody who has left inactive (``active`` false), or active again."""

    person_id: str
    active: bool
    at: Moment


@dataclass(frozen=True)
class RegisterDepartment:
    """Add a department to the directory."""

    department_id: str
    charter: Charter
    at: Moment


@dataclass(frozen=True)
class ChangeDepartment:
    """Replace those parts of a charter that ``changes`` names; those below move along."""

    department_id: str
    changes: Mapping[str, Any]
    at: Moment


def register_person(command: RegisterPerson, work: UnitOfWork) -> None:
    """``AlreadyExists`` (409); ``OrganisationInvalid`` (422) for names of nothing."""
    if work.find(Person, person_uuid(command.person_id)) is not None:
        raise AlreadyExists(f"There is a person {command.person_id} already; change that one.")
    _check_profile(command.profile, work)
    work.save(Person.register(command.person_id, command.profile, command.at))


def change_person(command: ChangePerson, work: UnitOfWork) -> None:
    """``OrganisationInvalid`` (422) for names of nothing."""
    person = work.get(Person, person_uuid(command.person_id))
    profile = replace(person.profile, **command.changes)
    _check_profile(profile, work)
    person.change(profile, command.at)
    work.save(person)


def activate_person(command: ActivatePerson, work: UnitOfWork) -> None:
    """``IllegalTransition`` (409) for somebody who is so already."""
    person = work.get(Person, person_uuid(command.person_id))
    person.activate(command.active, command.at)
    work.save(person)


def register_department(command: RegisterDepartment, work: UnitOfWork) -> None:
    """``AlreadyExists`` (409); ``OrganisationInvalid`` (422) for names of nothing."""
    if work.find(Department, department_uuid(command.department_id)) is not None:
        raise AlreadyExists(
            f"There is a department {command.department_id} already; change that one."
        )
    _place(command.department_id, command.charter, work, command.at)


def change_department(command: ChangeDepartment, work: UnitOfWork) -> None:
    """``OrganisationInvalid`` (422) for names of nothing and for a department below itself."""
    department = work.get(Department, department_uuid(command.department_id))
    charter = replace(department.charter, **command.changes)
    _place(command.department_id, charter, work, command.at)


def _place(id: str, charter: Charter, work: UnitOfWork, at: Moment) -> None:
    known = known_to(work)
    _refuse(
        *unknown("department", charter.parent_id, known.departments | {id}, "/parent_id"),
        *unknown("person", charter.head_id, known.people, "/head_id"),
        *unknown("calendar", charter.calendar_id, known.calendars, "/calendar_id"),
    )
    place({id: charter}, work, at)


def _check_profile(profile: Profile, work: UnitOfWork) -> None:
    known = known_to(work)

    def roles(field: str, codes: Iterable[str]) -> list[Violation]:
        return [each for code in codes for each in unknown("role", code, known.roles, f"/{field}")]

    _refuse(
        *unknown("department", profile.department_id, known.departments, "/department_id"),
        *unknown("person", profile.superior_id, known.people, "/superior_id"),
        *roles("posts", profile.posts),
        *roles("roles", profile.roles),
    )


def _refuse(*wrong: Violation) -> None:
    if wrong:
        raise OrganisationInvalid(wrong[0].detail, violations=wrong)
