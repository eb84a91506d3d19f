"""Ask for TAS 1-1, 1-2 and 1-3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lead_service.commands.converting import owned
from lead_service.configuration.configured import configured
from lead_service.domain.customer import Customer
from lead_service.domain.lead import Lead

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from lead_service.domain.opening import Opening
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class RequestCreation:
    """Ask for TAS 1-1 to open this opportunity; ``owner_id`` in ``opening`` may be empty."""

    lead_id: UUID
    opening: Opening
    reason: str | None
    submitter_id: str
    at: Moment


def request_creation(command: RequestCreation, work: UnitOfWork) -> None:
    """R-01 to R-04; the refusal names every rule that is broken."""
    lead = work.get(Lead, command.lead_id)
    creation = configured().creation
    lead.ensure_convertible(creation)
    opening = owned(command.opening, lead, work)
    customer_id = opening.customer_id or lead.facts.customer_id
    customer = work.find(Customer, customer_id) if customer_id is not None else None
    lead.request_approval(
        opening,
        command.reason,
        command.submitter_id,
        customer.verification.value if customer is not None else None,
        creation,
        command.at,
    )
    work.save(lead)


@dataclass(frozen=True)
class RequestAssessment:
    """Ask for TAS 1-2; ``form`` is what its form wants to know."""

    customer_id: UUID
    form: dict[str, Any]
    submitter_id: str
    at: Moment


def request_assessment(command: RequestAssessment, work: UnitOfWork) -> None:
    """R-22: refused with the core fields that are not known yet."""
    customer = work.get(Customer, command.customer_id)
    customer.request_assessment(command.form, command.submitter_id, configured().core, command.at)
    work.save(customer)


@dataclass(frozen=True)
class RequestCoreChange:
    """Ask for TAS 1-3; ``changes`` maps core fields to new values."""

    customer_id: UUID
    changes: Mapping[str, Any]
    reason: str | None
    submitter_id: str
    at: Moment


def request_core_change(command: RequestCoreChange, work: UnitOfWork) -> None:
    """R-21: nothing changes but by the approval."""
    customer = work.get(Customer, command.customer_id)
    customer.request_core_change(
        command.changes, command.reason, command.submitter_id, configured().core, command.at
    )
    work.save(customer)
