"""The configuration in force: read once from the files, checked when the service starts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema_rs

from approval_service.configuration.conditions import ConditionWrong, check
from approval_service.configuration.files import FlowFile, Role
from approval_service.domain.flows.definition import ApproverKind, Definition
from approval_service.settings import ApprovalSettings
from opentas_shared.runtime.configuration import Configured, read_file
from opentas_shared.runtime.settings import WrongSetting

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPPED = Path(__file__).parent


@dataclass(frozen=True)
class Configuration:
    """The known roles and the flow definitions, in the order of flow and version."""

    roles: tuple[Role, ...]
    definitions: tuple[Definition, ...]

    @cached_property
    def role_codes(self) -> frozenset[str]:
        """The codes of the known roles."""
        return frozenset(role.code for role in self.roles)


def read(folder: Path | None) -> Configuration:
    """Read ``roles.yaml`` and ``flows/*.yaml`` of ``folder``, for each that it lacks the default.

    Raises ``WrongSetting`` with a sentence that names the file, the place and the fault.
    """
    roles = read_file(_either(folder, "roles.yaml"), tuple[Role, ...])
    codes = frozenset(role.code for role in roles)
    definitions: dict[tuple[str, int], Definition] = {}
    for path in sorted(_either(folder, "flows").glob("*.yaml")):
        file = read_file(path, FlowFile)
        definition = file.as_definition()
        for fault in faults(definition, codes):
            raise WrongSetting(f"{path} is wrong: {fault}.")
        key = (definition.flow, definition.version)
        if key in definitions:
            raise WrongSetting(f"{path} is wrong: version {key[1]} of {key[0]} stands twice.")
        definitions[key] = definition
    return Configuration(roles, tuple(definitions[key] for key in sorted(definitions)))


def faults(definition: Definition, roles: frozenset[str]) -> Iterator[str]:
    """What is wrong with a definition, one sentence each, with the place."""
    try:
        jsonschema_rs.Draft202012Validator(definition.form)
    except (ValueError, jsonschema_rs.ValidationError) as error:
        yield f"form is no JSON Schema: {str(error).splitlines()[0]}"
    for node in definition.nodes:
        for source in node.approvers:
            if source.kind is ApproverKind.ROLE and source.value not in roles:
                yield f"node {node.id} asks the role {source.value}, which does not exist"
        if node.when is not None:
            try:
                check(node.when, definition.subject)
            except ConditionWrong as error:
                yield f"node {node.id}, when, {error}"


def _either(folder: Path | None, name: str) -> Path:
    own = folder / name if folder is not None else None
    return own if own is not None and own.exists() else SHIPPED / name


def from_settings(settings: ApprovalSettings) -> Configuration:
    """Read the files that the settings name."""
    return read(settings.approval_configuration_dir)


configured = Configured(ApprovalSettings, from_settings)
