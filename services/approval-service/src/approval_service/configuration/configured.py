"""The configuration in force: read once from the files, checked when the service starts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from approval_service.configuration.files import Role
from approval_service.configuration.flow_file import FlowFile
from approval_service.configuration.validation.faults import Known, faults_of_definition
from approval_service.settings import ApprovalSettings
from opentas_shared.runtime.configuration import Configured, read_file
from opentas_shared.runtime.settings import WrongSetting

if TYPE_CHECKING:
    from approval_service.domain.flows.definition import Definition

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
    known = Known(frozenset(role.code for role in roles))
    definitions: dict[tuple[str, int], Definition] = {}
    for path in sorted(_either(folder, "flows").glob("*.yaml")):
        file = read_file(path, FlowFile)
        if file.version is None:
            raise WrongSetting(f"{path} is wrong at version: a file names its version.")
        definition = file.as_definition(file.version)
        for fault in faults_of_definition(definition, known):
            raise WrongSetting(f"{path} is wrong: {fault}.")
        key = (definition.flow, definition.version)
        if key in definitions:
            raise WrongSetting(f"{path} is wrong: version {key[1]} of {key[0]} stands twice.")
        definitions[key] = definition
    return Configuration(roles, tuple(definitions[key] for key in sorted(definitions)))


def _either(folder: Path | None, name: str) -> Path:
    own = folder / name if folder is not None else None
    return own if own is not None and own.exists() else SHIPPED / name


def from_settings(settings: ApprovalSettings) -> Configuration:
    """Read the files that the settings name."""
    return read(settings.approval_configuration_dir)


configured = Configured(ApprovalSettings, from_settings)
