"""The customers as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from lead_service.domain.customer import Customer
from lead_service.domain.customer_events import CustomerEvent, OpenApproval
from lead_service.domain.customer_facts import CustomerFacts
from lead_service.domain.facts import restored
from lead_service.domain.verification import VerificationStatus
from lead_service.read_models.metadata import metadata
from lead_service.read_models.similar import keys_of, similar
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

customers = Table(
    "customers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("phone", Text),
    Column("email", Text),
    Column("website", Text),
    Column("industry", Text),
    Column("region", Text),
    Column("address", Text),
    Column("registration_no", Text),
    Column("legal_address", Text),
    Column("verification_status", Text, nullable=False),
    Column("verified_at", DateTime(timezone=True)),
    Column("verified_by", Text),
    Column("verification_approval_id", Uuid),
    Column("proposed_changes", JSONB, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("phone_key", Text),
    Column("email_key", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index(None, "name_key"),
    Index(None, "phone_key"),
    Index(None, "email_key"),
    Index(None, "created_at", "id"),
    Index(None, "owner_id", "created_at", "id"),
    Index(None, "verification_status", "created_at", "id"),
)
"""``proposed_changes`` are those of core fields that an approval is to decide, by its id."""


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Change the row of the customer of an event."""
    versions = {"version": record.originator_version, "updated_at": record.recorded_at}
    if isinstance(event, Customer.Created):
        facts = restored(CustomerFacts, event.facts)
        first = {
            "id": event.originator_id,
            "owner_id": event.owner_id,
            "created_at": event.timestamp,
            "verification_status": VerificationStatus.UNVERIFIED,
            "proposed_changes": {},
        }
        rows.new(customers, {**vars(facts), **keys_of(facts), **first, **versions})
    elif isinstance(event, (Customer.Changed, CustomerEvent)):
        row = rows.get(customers, id=event.originator_id)
        if row is not None:
            changed = row | _changes(event, row)
            keys = keys_of(restored(CustomerFacts, changed))
            rows.put(customers, {**changed, **keys, **versions})


def _changes(event: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(event, Customer.Changed):
        return dict(event.changes)
    changes = {"verification_status": event.verification_status}
    match event:
        case Customer.ApprovalProgressed() if event.status == "NOT_STARTED":
            return changes | {"proposed_changes": _without(event.approval_id, row)}
        case OpenApproval() if event.previous:
            proposed = {event.approval_id: _proposed(event), **row["proposed_changes"]}
            return changes | {"proposed_changes": proposed}
        case Customer.ApprovalResultRecorded():
            return changes | {"proposed_changes": _without(event.approval_id, row)}
        case Customer.InfoVerified():
            approval_id = UUID(event.approval_id)
            return changes | _verified(event.timestamp, event.verified_by, approval_id)
        case Customer.InfoRejected() | Customer.VerificationWithdrawn():
            return changes | _verified(None, None, None)
        case Customer.CoreFieldChanged():
            return changes | event.changes
    return changes


def _proposed(event: OpenApproval) -> dict[str, Any]:
    return {
        "approval_id": event.approval_id,
        "submitter_id": event.submitter_id,
        "requested_at": event.timestamp.isoformat(),
        "changes": event.form["changes"],
        "previous": event.previous,
    }


def _without(approval_id: str, row: Mapping[str, Any]) -> dict[str, Any]:
    proposed = row["proposed_changes"]
    return {known: change for known, change in proposed.items() if known != approval_id}


def _verified(at: datetime | None, by: str | None, approval_id: UUID | None) -> dict[str, Any]:
    return {"verified_at": at, "verified_by": by, "verification_approval_id": approval_id}


CUSTOMERS = Projection("customers", (customers,), apply)


def similar_customers(rows: Rows, facts: CustomerFacts) -> Sequence[dict[str, Any]]:
    """Customers with the same name, phone or e-mail."""
    return similar(rows, customers, facts)
