"""The leads as they are now: one row each, how events change it, how it is queried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from lead_service.domain.facts import LeadFacts, restored
from lead_service.domain.lead import Lead
from lead_service.domain.states import LeadStatus
from lead_service.read_models.metadata import metadata
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

leads = Table(
    "leads",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("generation_mode", Text),
    Column("natural_key", Text),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("customer_id", Uuid),
    Column("contact_id", Uuid),
    Column("scale", Text),
    Column("customer_importance", Text),
    Column("expected_start", Date),
    Column("solution_fit", Text),
    Column("classification", Text),
    Column("classified_by_hand", Boolean),
    Column("classified_at", DateTime(timezone=True)),
    Column("owner_id", Text, nullable=False),
    Column("previous_owner_id", Text),
    Column("criteria", ARRAY(Text), nullable=False),
    Column("qualified_at", DateTime(timezone=True)),
    Column("discarded_at", DateTime(timezone=True)),
    Column("discard_reason", Text),
    Column("discard_reason_text", Text),
    Column("converted_at", DateTime(timezone=True)),
    Column("opportunity_id", Uuid),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index(None, "created_at", "id"),
    Index(None, "updated_at", "id"),
    Index(None, "owner_id", "created_at", "id"),
    Index(None, "status", "created_at", "id"),
    Index(None, "source", "created_at", "id"),
    *(
        Index(None, name, "created_at", "id", postgresql_where=text(f"{name} IS NOT NULL"))
        for name in ("classification", "customer_id", "previous_owner_id")
    ),
)
"""``created_at`` is when a lead was captured in the business, ``updated_at`` when the system last
learnt something of it. ``previous_owner_id`` is who owned a converted lead before sales did.
"""


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Change the row of the lead of an event."""
    if isinstance(event, Lead.Created):
        rows.new(leads, _captured(event, record))
    elif isinstance(event, Lead.Event):
        row = rows.get(leads, id=event.originator_id)
        if row is not None:
            rows.put(leads, {**row, **_changes(event, row), **_versions(record)})


def _versions(record: Recorded) -> dict[str, Any]:
    return {"version": record.originator_version, "updated_at": record.recorded_at}


def _captured(event: Lead.Created, record: Recorded) -> dict[str, Any]:
    return {
        "id": event.originator_id,
        "status": LeadStatus.NEW,
        "source": event.source,
        "generation_mode": event.generation_mode,
        "natural_key": event.natural_key,
        "owner_id": event.owner_id,
        "criteria": [],
        "created_at": event.timestamp,
        **vars(restored(LeadFacts, event.facts)),
        **_versions(record),
    }


def _changes(event: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    match event:
        case Lead.FactsChanged():
            facts = vars(restored(LeadFacts, {"title": "", **event.changes}))
            return {name: facts[name] for name in event.changes}
        case Lead.Classified():
            new = row["status"] == LeadStatus.NEW
            return {
                "status": LeadStatus.SCREENING if new else row["status"],
                "classification": event.classification,
                "classified_by_hand": event.by_hand,
                "classified_at": event.timestamp,
            }
        case Lead.Assigned():
            return {"owner_id": event.owner_id}
        case Lead.Qualified():
            return {
                "status": LeadStatus.QUALIFIED,
                "criteria": event.criteria,
                "qualified_at": event.timestamp,
            }
        case Lead.Discarded():
            return {
                "status": LeadStatus.DISCARDED,
                "discarded_at": event.timestamp,
                "discard_reason": event.reason,
                "discard_reason_text": event.reason_text,
            }
        case Lead.Converted():
            return {
                "status": LeadStatus.CONVERTED,
                "owner_id": event.owner_id,
                "previous_owner_id": event.previous_owner_id,
                "customer_id": event.customer_id and UUID(event.customer_id),
                "contact_id": event.contact_id and UUID(event.contact_id),
                "converted_at": event.timestamp,
                "opportunity_id": UUID(event.opportunity_id),
            }
    return {}


LEADS = Projection("leads", (leads,), apply)
