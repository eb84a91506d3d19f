"""Put flow definitions in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.domain.flows.flow import Flow, flow_id

if TYPE_CHECKING:
    from approval_service.domain.flows.definition import Definition
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class PublishDefinition:
    """Publish one version of one flow; approvals that run keep theirs."""

    definition: Definition
    at: Moment


def publish_definition(command: PublishDefinition, work: UnitOfWork) -> None:
    """Publish the version; the same content again changes nothing.

    Raises ``DefinitionVersionTaken`` (409) and ``DefinitionVersionTooLow`` (422).
    """
    name = command.definition.flow
    flow = work.find(Flow, flow_id(name)) or Flow.register(name, command.at)
    flow.publish(command.definition, command.at)
    work.save(flow)
