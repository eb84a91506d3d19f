"""The organisation file: departments, people and working calendars as YAML or JSON."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from approval_service.configuration.configured import SHIPPED
from approval_service.configuration.documents import read_document
from approval_service.configuration.files import Labels
from approval_service.domain.organisation.errors import OrganisationInvalid
from opentas_shared.domain.errors import Violation

CODE = r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,127}$"
DEMONSTRATION = SHIPPED / "organisation.yaml"
CALENDARS = SHIPPED / "calendars"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DepartmentEntry(_Entry):
    """One department; without ``parent`` it is a root of the tree."""

    id: str = Field(pattern=CODE)
    parent: str | None = None
    head: str | None = None
    calendar: str | None = None
    labels: Labels


class PersonEntry(_Entry):
    """One person; ``roles: all`` gives every known role."""

    id: str = Field(pattern=CODE)
    name: str = Field(min_length=1, max_length=200)
    department: str | None = None
    posts: tuple[str, ...] = ()
    roles: tuple[str, ...] | Literal["all"] = ()
    superior: str | None = None
    active: bool = True


class HolidayEntry(_Entry):
    """Days on which nobody works, and the days worked for them (调休)."""

    labels: Labels
    first: date
    last: date
    make_up_days: tuple[date, ...] = ()


class SpecialDayEntry(_Entry):
    """A day with hours of its own, none when it is free."""

    day: date
    hours: tuple[str, ...] = ()


class CalendarEntry(_Entry):
    """One working calendar; ``weekdays`` are ISO numbers, ``hours`` like ``09:00-12:00``."""

    id: str = Field(pattern=CODE)
    labels: Labels
    default: bool = False
    time_zone: str
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    hours: tuple[str, ...]
    holidays: tuple[HolidayEntry, ...] = ()
    special_days: tuple[SpecialDayEntry, ...] = ()

    def plan(self) -> dict[str, Any]:
        """As events and ``opentas_shared.organisation.plans`` have it."""
        plan = self.model_dump(mode="json", exclude={"id", "labels", "default"})
        for holiday in plan["holidays"]:
            labels = holiday.pop("labels")
            holiday |= {"name": labels["en"], "name_zh": labels["zh"]}
        return plan


class OrganisationFile(_Entry):
    """Departments, people and calendars; what it does not name stays as it is."""

    departments: tuple[DepartmentEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()
    calendars: tuple[CalendarEntry, ...] = ()

    def with_(self, other: OrganisationFile) -> OrganisationFile:
        """This file and another one, read together."""
        return OrganisationFile(
            departments=self.departments + other.departments,
            people=self.people + other.people,
            calendars=self.calendars + other.calendars,
        )


def parse(text: str | bytes) -> OrganisationFile:
    """Read an organisation file. Raises ``OrganisationInvalid`` with every fault and its place."""
    try:
        content = read_document(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise OrganisationInvalid(f"The file is neither YAML nor JSON: {error}") from None
    return checked(content)


def checked(content: Any) -> OrganisationFile:
    """The file with this content; ``OrganisationInvalid`` with every fault and its place."""
    try:
        return OrganisationFile.model_validate(content)
    except ValidationError as error:
        violations = [
            Violation(
                fault["type"].upper(),
                fault["msg"],
                pointer="/" + "/".join(str(part) for part in fault["loc"]),
            )
            for fault in error.errors(include_url=False)
        ]
        raise OrganisationInvalid(
            "The file does not have the form of an organisation file.", violations=violations
        ) from None


def shipped_calendars() -> OrganisationFile:
    """The calendars that come with the product."""
    file = OrganisationFile()
    for path in sorted(CALENDARS.glob("*.yaml")):
        file = file.with_(parse(path.read_bytes()))
    return file


def demonstration() -> OrganisationFile:
    """The demonstration organisation of development mode with the shipped calendars."""
    return parse(DEMONSTRATION.read_bytes()).with_(shipped_calendars())
