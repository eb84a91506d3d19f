"""What is published of customers: companies, not phones and mail addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lead_service.domain.customer import Customer
from lead_service.publishing.fields import REQUEST, RESULT, fields
from opentas_shared.contracts import customer as contracts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lead_service.domain.customer_events import CustomerEvent
    from opentas_shared.contracts.contract import Contract
    from opentas_shared.domain.aggregate import AggregateEvent
    from opentas_shared.persistence.recorded import Recorded

COMPANY = ("name", "website", "industry", "region", "registration_no", "legal_address")
"""What is published of a customer."""
PERSONAL = frozenset({"phone", "email", "address"})


def registered(event: Customer.Created, record: Recorded) -> contracts.CustomerRegistered:
    """``customer.registered``."""
    return contracts.CustomerRegistered(
        customer_id=event.originator_id,
        owner_id=event.owner_id,
        verification_status="UNVERIFIED",
        registered_at=event.timestamp,
        **_company(event.facts),
    )


def changed(event: Customer.Changed, record: Recorded) -> contracts.CustomerChanged:
    """``customer.changed``, without phones and mail addresses."""
    changes = {name: new for name, new in event.changes.items() if name not in PERSONAL}
    return contracts.CustomerChanged(customer_id=event.originator_id, changes=changes)


def assessment_or_change_requested(
    event: Customer.ApprovalRequested, record: Recorded
) -> contracts.CustomerApprovalRequested:
    """``customer.approval_requested``: approval-service starts it with these facts."""
    return contracts.CustomerApprovalRequested(
        **_customer(event),
        **fields(event, *REQUEST),
        facts={**_company(event.facts), **event.pinned},
    )


def _of_customer(
    contract: type[Contract], *names: str
) -> Callable[[CustomerEvent, Recorded], Contract]:
    """A translation that adds the named fields of the event to the company."""
    return lambda event, record: contract(**_customer(event), **fields(event, *names))


def verified(event: Customer.InfoVerified, record: Recorded) -> contracts.CustomerInfoVerified:
    """``customer.info_verified``."""
    return contracts.CustomerInfoVerified(
        **_customer(event),
        **fields(event, "approval_id", "verified_by"),
        verified_at=event.timestamp,
    )


def _customer(event: CustomerEvent) -> dict[str, Any]:
    return {
        "customer_id": event.originator_id,
        "owner_id": event.owner_id,
        "verification_status": event.verification_status,
        "registered_at": event.registered_at,
        **_company(event.facts),
    }


def _company(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: facts.get(name) for name in COMPANY}


PUBLISHED: Mapping[type[AggregateEvent], Callable[[Any, Recorded], Contract]] = {
    Customer.Created: registered,
    Customer.Changed: changed,
    Customer.ApprovalRequested: assessment_or_change_requested,
    Customer.ApprovalResultRecorded: _of_customer(
        contracts.CustomerApprovalResultRecorded, *RESULT
    ),
    Customer.InfoVerified: verified,
    Customer.InfoRejected: _of_customer(
        contracts.CustomerInfoRejected, "approval_id", "rejected_by"
    ),
    Customer.VerificationWithdrawn: _of_customer(
        contracts.CustomerVerificationWithdrawn, "approval_id", "withdrawn_by"
    ),
    Customer.CoreFieldChanged: _of_customer(
        contracts.CustomerCoreFieldChanged, "approval_id", "changes", "previous"
    ),
}
