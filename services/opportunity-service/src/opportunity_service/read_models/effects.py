"""What approvals changed at opportunities: one row per approval, with its whole effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Boolean, Column, DateTime, Index, Select, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from opentas_shared.persistence.projection import Projection
from opportunity_service.domain.effects.events import EffectTaken
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.read_models import presales_bookings, registrations
from opportunity_service.read_models.metadata import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

approved_effects = Table(
    "approved_effects",
    metadata,
    Column("approval_id", Uuid, primary_key=True),
    Column("opportunity_id", Uuid, nullable=False),
    Column("flow", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("approved_at", DateTime(timezone=True), nullable=False),
    Column("holds", Boolean, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Index(None, "opportunity_id", "kind", "approved_at"),
)
"""``kind`` is one of ``EffectKind``; ``holds`` is false when the approval was taken back."""


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Keep an effect, and end it when its approval is taken back."""
    match event:
        case EffectTaken():
            row = {
                "approval_id": UUID(event.approval_id),
                "opportunity_id": event.originator_id,
                "flow": event.flow,
                "kind": event.kind,
                "content": event.content,
                "approved_at": event.timestamp,
                "holds": True,
            }
            rows.new(approved_effects, row)
            presales_bookings.take(event, rows)
            registrations.take(event, rows)
        case Opportunity.ApprovalResultRecorded() if event.outcome != "APPROVED":
            kept = rows.get(approved_effects, approval_id=UUID(event.approval_id))
            if kept is not None:
                ended = {"holds": False, "ended_at": event.timestamp}
                rows.put(approved_effects, {**kept, **ended})
                presales_bookings.take_back(kept, rows)
                registrations.take_back(kept, event, rows)


def of_opportunity(opportunity_id: UUID, kinds: Iterable[str]) -> Select[Any]:
    """The effects of some kinds of one opportunity, oldest first."""
    columns = approved_effects.c
    return (
        select(approved_effects)
        .where(columns.opportunity_id == opportunity_id, columns.kind.in_(list(kinds)))
        .order_by(columns.approved_at, columns.approval_id)
    )


EFFECTS_TAKEN = Projection(
    "approved_effects",
    (approved_effects, presales_bookings.presales_bookings, registrations.class_e_registrations),
    apply,
)
