"""What approval-service is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from approval_service.api import (
    approvals,
    batches,
    calendars,
    decisions,
    delegations,
    departments,
    drafting,
    evidence,
    flow_use,
    flows,
    histories,
    organisation,
    people,
    preview,
    record,
    reference,
    rehearsals,
    signing,
    stream,
    submitting,
    tasks,
    telling,
)
from approval_service.commands.publishing_flows import PublishDefinition, publish_definition
from approval_service.configuration.configured import configured
from approval_service.configuration.delegation_chain import delegation_chain
from approval_service.configuration.gates import gates
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.receipt import Receipt
from approval_service.domain.delegation.delegation import Delegation
from approval_service.domain.flows.flow import Flow
from approval_service.domain.organisation.calendar import Calendar
from approval_service.domain.organisation.department import Department
from approval_service.domain.organisation.person import Person
from approval_service.publishing import PUBLISHED
from approval_service.reactions import REACTIONS
from approval_service.read_models.approvals import APPROVALS
from approval_service.read_models.delegations import DELEGATIONS
from approval_service.read_models.deputies import DEPUTIES
from approval_service.read_models.drafts import DRAFTS
from approval_service.read_models.flows import FLOWS
from approval_service.read_models.metadata import metadata
from approval_service.read_models.organisation import ORGANISATION
from approval_service.read_models.tasks import TASKS
from approval_service.read_models.timers import TIMERS
from approval_service.read_models.watches import WATCHES
from approval_service.settings import ApprovalSettings
from approval_service.timekeeper import timekeeper
from opentas_shared.domain.errors import DomainError
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.recorded import Context
from opentas_shared.runtime.service import Service
from opentas_shared.runtime.settings import WrongSetting

if TYPE_CHECKING:
    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.runtime.resources import Resources

NAME = "approval-service"
START_SECONDS = 60.0


def start(resources: Resources) -> None:
    """Read the configuration, a wrong one stops the start; put the flow definitions in force."""
    configuration = configured.use(resources.settings)
    delegation_chain.use(resources.settings)
    gates.use(resources.settings)
    moment = Moment.now()

    def publish(work: UnitOfWork) -> None:
        for definition in configuration.definitions:
            publish_definition(PublishDefinition(definition, moment), work)

    context = Context(actor=f"system:{NAME}", moment=moment)
    try:
        resources.executor.submit(publish, context, patient=True).result(START_SECONDS)
    except DomainError as error:
        raise WrongSetting(f"The flow definitions are wrong: {error.detail}") from None


SERVICE = Service(
    name=NAME,
    title="Approvals",
    title_zh="审批",
    description=(
        "Approvals by versioned flow definitions, the inbox, and the organisation directory. "
        "审批流程、待办任务与组织架构。"
    ),
    settings=ApprovalSettings,
    metadata=metadata,
    migrations=Path(__file__).parents[2] / "migrations",
    projections=(
        ORGANISATION,
        DELEGATIONS,
        DEPUTIES,
        FLOWS,
        DRAFTS,
        APPROVALS,
        TASKS,
        TIMERS,
        WATCHES,
    ),
    publishing=PUBLISHED,
    reactions=REACTIONS,
    aggregates=(Approval, Receipt, Flow, Person, Department, Calendar, Delegation),
    routers=(
        approvals.router,
        decisions.router,
        evidence.router,
        record.router,
        signing.router,
        submitting.router,
        telling.router,
        batches.router,
        histories.router,
        tasks.router,
        stream.router,
        rehearsals.router,
        flows.router,
        flow_use.router,
        drafting.router,
        preview.router,
        people.router,
        departments.router,
        calendars.router,
        organisation.router,
        delegations.router,
        reference.router,
    ),
    on_start=start,
    threads={"timekeeper": timekeeper},
)
