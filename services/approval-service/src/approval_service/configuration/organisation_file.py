"""The organisation file: departments and people as YAML or JSON."""

from __future__ import annotations

from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from approval_service.configuration.configured import SHIPPED
from approval_service.configuration.files import Labels
from approval_service.domain.organisation.errors import OrganisationInvalid
from opentas_shared.domain.errors import Violation

CODE = r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,127}$"
DEMONSTRATION = SHIPPED / "organisation.yaml"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DepartmentEntry(_Entry):
    """One department; without ``parent`` it is a root of the tree."""

    id: str = Field(pattern=CODE)
    parent: str | None = None
    head: str | None = None
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


class OrganisationFile(_Entry):
    """Departments and people; what it does not name stays as it is."""

    departments: tuple[DepartmentEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()


def parse(text: str | bytes) -> OrganisationFile:
    """Read an organisation file. Raises ``OrganisationInvalid`` with every fault and its place."""
    try:
        content: Any = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise OrganisationInvalid(f"The file is neither YAML nor JSON: {error}") from None
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


def demonstration() -> OrganisationFile:
    """The demonstration organisation of development mode."""
    return parse(DEMONSTRATION.read_bytes())
