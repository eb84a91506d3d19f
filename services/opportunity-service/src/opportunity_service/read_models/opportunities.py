"""The opportunities as they are now: one row each, and how events change it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from opentas_shared.persistence.projection import Projection
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.read_models.metadata import metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

opportunities = Table(
    "opportunities",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("natural_key", Text),
    Column("lead_id", Text),
    Column("customer_id", Text),
    Column("source", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("stage_model", Text, nullable=False),
    Column("stage_model_version", Integer, nullable=False),
    Column("requested_stage_model", Text),
    Column("stage", Text, nullable=False),
    Column("stage_entered_at", DateTime(timezone=True), nullable=False),
    Column("amount_minor", BigInteger),
    Column("currency", Text),
    Column("rate", Text),
    Column("base_amount_minor", BigInteger),
    Column("base_currency", Text, nullable=False),
    Column("amount_grade", Text),
    Column("strategic_grade", Text, nullable=False),
    Column("probability_grade", Text),
    Column("tas_class", Text),
    Column("partner_led", Boolean, nullable=False),
    Column("win_probability", SmallInteger),
    Column("stage_win_probability", SmallInteger),
    Column("manual_win_probability", SmallInteger),
    Column("expected_close_date", Date),
    Column("go_no_go", JSONB, nullable=False),
    Column("blocking_rules", JSONB, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("close_reason", Text),
    Column("close_reason_text", Text),
    Column("contract_no", Text),
    Column("contract_signed_on", Date),
    Column("tas_class_override", Text),
    Column("initiated_at", DateTime(timezone=True)),
    Column("registered_until", DateTime(timezone=True)),
    Column("presales_half_hours", Integer, nullable=False),
    Column("bid_allowed_at", DateTime(timezone=True)),
    Column("scope_approved_at", DateTime(timezone=True)),
    Column("scope", JSONB),
    Column("scope_digest", Text),
    Column("stale_flows", JSONB, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index(None, "opened_at", "id"),
    Index(None, "updated_at", "id"),
    Index(None, "owner_id", "opened_at", "id"),
    Index(None, "status", "opened_at", "id"),
    Index(None, "stage_model", "stage", "opened_at", "id"),
    Index(None, "base_amount_minor", "id"),
    Index(None, "lead_id", postgresql_where=text("lead_id IS NOT NULL")),
    Index(None, "natural_key", postgresql_where=text("natural_key IS NOT NULL"), unique=True),
)
"""``opened_at``, ``stage_entered_at`` and ``closed_at`` are times of the business, ``updated_at``
is when the system last learnt something. ``rate`` is a decimal text, probabilities are per cent.
"""

SAME = (
    "lead_id",
    "customer_id",
    "source",
    "owner_id",
    "status",
    "stage_model",
    "stage_model_version",
    "stage",
    "base_amount_minor",
    "base_currency",
    "amount_grade",
    "strategic_grade",
    "probability_grade",
    "tas_class",
    "partner_led",
    "win_probability",
    "stage_win_probability",
    "manual_win_probability",
    "blocking_rules",
)
"""The facts of an event that are columns under the same name."""
INSTANTS = ("initiated_at", "registered_until", "bid_allowed_at", "scope_approved_at")
"""Facts that are instants, absent from events before approvals had effects."""


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Change the row of the opportunity of an event."""
    if isinstance(event, Opportunity.Created):
        rows.new(
            opportunities,
            {
                "id": event.originator_id,
                "name": event.name,
                "description": event.description,
                "natural_key": event.natural_key,
                "requested_stage_model": event.requested_stage_model,
                "stage_entered_at": event.timestamp,
                "opened_at": event.timestamp,
                "go_no_go": {},
                **_facts(event.facts),
                **_versions(record),
            },
        )
    elif isinstance(event, Opportunity.Event):
        row = rows.get(opportunities, id=event.originator_id)
        if row is not None:
            changes = {**_facts(event.facts), **_changes(event), **_versions(record)}
            rows.put(opportunities, {**row, **changes})


def _versions(record: Recorded) -> dict[str, Any]:
    return {"version": record.originator_version, "updated_at": record.recorded_at}


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    amount = facts["amount"] or {}
    close = facts["expected_close_date"]
    return {
        **{name: facts[name] for name in SAME},
        "amount_minor": amount.get("amount_minor"),
        "currency": amount.get("currency"),
        "rate": amount.get("rate"),
        "expected_close_date": date.fromisoformat(close) if close else None,
        **{name: _instant(facts.get(name)) for name in INSTANTS},
        "tas_class_override": facts.get("tas_class_override"),
        "presales_half_hours": facts.get("presales_half_hours", 0),
        "scope_digest": facts.get("scope_digest"),
        "stale_flows": facts.get("stale_flows", []),
    }


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _changes(event: Any) -> dict[str, Any]:
    match event:
        case Opportunity.Described():
            return {"name": event.name, "description": event.description}
        case Opportunity.StageAdvanced() | Opportunity.StageReverted():
            return {"stage_entered_at": event.timestamp}
        case Opportunity.GoNoGoAnswered():
            return {"go_no_go": event.answers}
        case Opportunity.ScopeRevised():
            return {"scope": {"text": event.text, "attachments": event.attachments}}
        case Opportunity.Won():
            return _closed(event.timestamp)
        case Opportunity.Lost() | Opportunity.Voided():
            return _closed(event.timestamp, event.reason, event.reason_text)
        case Opportunity.ContractSigned():
            return {
                "contract_no": event.contract_no,
                "contract_signed_on": date.fromisoformat(event.signed_on),
            }
    return {}


def _closed(at: datetime, reason: str | None = None, text: str | None = None) -> dict[str, Any]:
    return {"closed_at": at, "close_reason": reason, "close_reason_text": text or None}


OPPORTUNITIES = Projection("opportunities", (opportunities,), apply)
