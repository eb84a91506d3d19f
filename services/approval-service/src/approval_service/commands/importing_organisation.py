"""Import an organisation file: idempotent upserts of departments and people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from approval_service.configuration.configured import configured
from approval_service.domain.organisation.department import Charter, Department, department_uuid
from approval_service.domain.organisation.errors import OrganisationInvalid
from approval_service.domain.organisation.person import Person, Profile, person_uuid
from approval_service.domain.organisation.tree import faults, paths
from approval_service.read_models.organisation import departments, people

if TYPE_CHECKING:
    from approval_service.configuration.organisation_file import OrganisationFile, PersonEntry
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ImportOrganisation:
    """Bring the directory to what the file says; what it does not name stays as it is."""

    file: OrganisationFile
    at: Moment


def import_organisation(command: ImportOrganisation, work: UnitOfWork) -> None:
    """Register what is new, change what differs. ``OrganisationInvalid`` changes nothing."""
    known = {row["id"]: row for row in work.rows.select(select(departments))}
    members = {row["id"]: row for row in work.rows.select(select(people))}
    roles = configured().role_codes
    wrong = list(faults(command.file, known.keys(), members.keys(), roles))
    parents = {id: row["parent_id"] for id, row in known.items()}
    parents |= {entry.id: entry.parent for entry in command.file.departments}
    if not wrong:
        tree, wrong = paths(parents)
    if wrong:
        raise OrganisationInvalid(wrong[0].detail, violations=wrong)

    charters = {
        id: Charter(row["name"], row["name_zh"], parents[id], tree[id], row["head_id"])
        for id, row in known.items()
    }
    charters |= {
        entry.id: Charter(
            entry.labels.en, entry.labels.zh, entry.parent, tree[entry.id], entry.head
        )
        for entry in command.file.departments
    }
    for id, charter in charters.items():
        if id not in known:
            work.save(Department.register(id, charter, command.at))
        elif _differs(charter.as_fields(), known[id]):
            department = work.get(Department, department_uuid(id))
            department.change(charter, command.at)
            work.save(department)
    for entry in command.file.people:
        profile = _profile(entry, roles)
        if entry.id not in members:
            work.save(Person.register(entry.id, profile, command.at))
        elif _differs(profile.as_fields(), members[entry.id]):
            person = work.get(Person, person_uuid(entry.id))
            person.change(profile, command.at)
            work.save(person)


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


def _differs(fields: dict[str, Any], row: Any) -> bool:
    return any(row[name] != value for name, value in fields.items())
