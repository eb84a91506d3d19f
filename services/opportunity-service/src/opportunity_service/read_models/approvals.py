"""The approvals requested for opportunities: their status as the opportunity knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Select, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from opentas_shared.persistence.columns import names_of
from opentas_shared.persistence.projection import Projection
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.read_models.metadata import metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

requested_approvals = Table(
    "requested_approvals",
    metadata,
    Column("approval_id", Uuid, primary_key=True),
    Column("opportunity_id", Uuid, nullable=False),
    Column("flow", Text, nullable=False),
    Column("request_no", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("in_effect", Boolean, nullable=False),
    Column("submitter_id", Text, nullable=False),
    Column("form", JSONB, nullable=False),
    Column("reason_code", Text),
    Column("reason", Text),
    Column("missing", JSONB, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Index(None, "opportunity_id", "requested_at"),
)
"""``status`` is one of ``ApprovalStatus``, with the reason where it did not start. ``in_effect`` is
false for a result that came too late or was not possible any more; then the reason says why.
"""


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Change the row of the approval that an event is about."""
    match event:
        case Opportunity.ApprovalRequested():
            rows.new(
                requested_approvals,
                {
                    "approval_id": UUID(event.approval_id),
                    "opportunity_id": event.originator_id,
                    "flow": event.flow,
                    "request_no": event.request_no,
                    "status": "REQUESTED",
                    "in_effect": True,
                    "submitter_id": event.submitter_id,
                    "form": event.form,
                    "missing": [],
                    "requested_at": event.timestamp,
                },
            )
        case Opportunity.ApprovalProgressed():
            row = rows.get(requested_approvals, approval_id=UUID(event.approval_id))
            if row is not None:
                started = row["started_at"]
                if event.status == "RUNNING" and started is None:
                    started = event.timestamp
                ended = event.timestamp if event.status == "NOT_STARTED" else None
                changes = {
                    "status": event.status,
                    "reason_code": event.reason_code,
                    "reason": event.reason,
                    "missing": event.missing,
                    "started_at": started,
                    "ended_at": ended,
                }
                rows.put(requested_approvals, {**row, **changes})
        case Opportunity.ApprovalResultRecorded():
            row = rows.get(requested_approvals, approval_id=UUID(event.approval_id))
            if row is not None:
                changes = {
                    "status": event.outcome,
                    "in_effect": event.in_effect,
                    "ended_at": event.timestamp,
                    "reason_code": event.reason_code,
                    "reason": event.reason,
                    "missing": event.missing or [],
                }
                rows.put(requested_approvals, {**row, **changes})


def of_opportunity(opportunity_id: UUID) -> Select[Any]:
    """The requests of one opportunity, oldest first."""
    return (
        select(requested_approvals)
        .where(requested_approvals.c.opportunity_id == opportunity_id)
        .order_by(requested_approvals.c.requested_at, requested_approvals.c.request_no)
    )


def view(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A requested approval as the API answers it."""
    return {name: row[name] for name in names_of(requested_approvals)}


APPROVALS = Projection("requested_approvals", (requested_approvals,), apply)
