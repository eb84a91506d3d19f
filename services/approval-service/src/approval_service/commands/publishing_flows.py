"""Put flow definitions in force, from files and from drafts, and take flows out of use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.commands.judging_definitions import check_definition
from approval_service.configuration.flow_file import FlowFile
from approval_service.domain.flows.flow import Flow, flow_id

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.domain.flows.definition import Definition
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class PublishDefinition:
    """Publish one version of one flow from a file; approvals that run keep theirs."""

    definition: Definition
    at: Moment


@dataclass(frozen=True)
class PublishDraft:
    """Publish a draft as the next version."""

    flow: str
    draft_id: UUID
    at: Moment


@dataclass(frozen=True)
class ChangeUse:
    """Take a flow out of use, or into use again, and say why."""

    flow: str
    reason: str
    at: Moment


def publish_definition(command: PublishDefinition, work: UnitOfWork) -> None:
    """Publish the version; a lower one than what is in force, or the same, changes nothing.

    Raises ``DefinitionVersionTaken`` (409) for another content of a known version.
    """
    name = command.definition.flow
    flow = work.find(Flow, flow_id(name)) or Flow.register(name, command.at)
    flow.publish(command.definition, command.at)
    work.save(flow)


def publish_draft(command: PublishDraft, work: UnitOfWork) -> None:
    """Publish the draft; ``DefinitionInvalid`` (422) with all its faults."""
    flow = work.get(Flow, flow_id(command.flow))
    file = FlowFile.model_validate(flow.draft(command.draft_id))
    definition = file.as_definition(flow.next_version)
    check_definition(definition, work.rows)
    flow.publish(definition, command.at, command.draft_id)
    work.save(flow)


def retire(command: ChangeUse, work: UnitOfWork) -> None:
    """Nothing new starts from now on; what runs goes on."""
    flow = work.get(Flow, flow_id(command.flow))
    flow.retire(command.reason, command.at)
    work.save(flow)


def reinstate(command: ChangeUse, work: UnitOfWork) -> None:
    """The last version is in force again."""
    flow = work.get(Flow, flow_id(command.flow))
    flow.reinstate(command.reason, command.at)
    work.save(flow)
