"""Import an organisation file: idempotent upserts of departments, people and calendars."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from approval_service.commands.changing_calendars import bring
from approval_service.commands.placing_departments import place
from approval_service.configuration.configured import configured
from approval_service.domain.organisation.calendar import Plan
from approval_service.domain.organisation.department import Charter
from approval_service.domain.organisation.errors import OrganisationInvalid
from approval_service.domain.organisation.person import Person, Profile, person_uuid
from approval_service.domain.organisation.tree import Known, faults
from approval_service.read_models.organisation import calendars, departments, people

if TYPE_CHECKING:
    from sqlalchemy import Table

    from approval_service.configuration.organisation_file import (
        CalendarEntry,
        OrganisationFile,
        PersonEntry,
    )
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ImportOrganisation:
    """Bring the directory to what the file says; what it does not name stays as it is."""

    file: OrganisationFile
    at: Moment


def import_organisation(command: ImportOrganisation, work: UnitOfWork) -> None:
    """Register what is new, change what differs.

    ``OrganisationInvalid`` and ``CalendarInvalid`` change nothing.
    """
    file = command.file
    members = {row["id"]: row for row in work.rows.select(select(people))}
    known = known_to(work)
    wrong = list(faults(file, known))
    if wrong:
        raise OrganisationInvalid(wrong[0].detail, violations=wrong)
    if file.calendars:
        bring({entry.id: _plan(entry) for entry in file.calendars}, work, command.at, "/calendars")
    charters = {
        entry.id: Charter(
            entry.labels.en, entry.labels.zh, entry.parent, (), entry.head, entry.calendar
        )
        for entry in file.departments
    }
    place(charters, work, command.at)
    for entry in file.people:
        profile = _profile(entry, known.roles)
        if entry.id not in members:
            work.save(Person.register(entry.id, profile, command.at))
        elif _differs(profile.as_fields(), members[entry.id]):
            person = work.get(Person, person_uuid(entry.id))
            person.change(profile, command.at)
            work.save(person)


def known_to(work: UnitOfWork) -> Known:
    """The ids that entries may name."""
    return Known(
        departments=_ids(departments, work),
        people=_ids(people, work),
        calendars=_ids(calendars, work),
        roles=configured().role_codes,
    )


def _ids(table: Table, work: UnitOfWork) -> frozenset[str]:
    return frozenset(row["id"] for row in work.rows.select(select(table.c.id)))


def outcome(file: OrganisationFile, work: UnitOfWork) -> dict[str, Any]:
    """What an import did, counted from the events it staged."""
    topics = Counter(record.topic for record in work.recorded())
    return {
        kind: {
            "registered": topics[f"{topic}.registered"],
            "changed": topics[f"{topic}.changed"],
            "in_file": len(entries),
        }
        for kind, topic, entries in (
            ("departments", "department", file.departments),
            ("people", "person", file.people),
            ("calendars", "calendar", file.calendars),
        )
    }


def _profile(entry: PersonEntry, roles: frozenset[str]) -> Profile:
    return Profile(
        name=entry.name,
        department_id=entry.department,
        posts=tuple(sorted(set(entry.posts))),
        roles=tuple(sorted(roles if entry.roles == "all" else set(entry.roles))),
        superior_id=entry.superior,
        active=entry.active,
    )


def _plan(entry: CalendarEntry) -> Plan:
    return Plan(
        name=entry.labels.en, name_zh=entry.labels.zh, is_default=entry.default, **entry.plan()
    )


def _differs(fields: dict[str, Any], row: Any) -> bool:
    return any(row[name] != value for name, value in fields.items())
