"""The approvals requested for leads and customers: their status as lead-service knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Select, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from lead_service.domain.customer import Customer
from lead_service.domain.lead import Lead
from lead_service.read_models.metadata import metadata
from opentas_shared.persistence.columns import names_of
from opentas_shared.persistence.projection import Projection
from opentas_shared.web.filters import narrowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

requested_approvals = Table(
    "requested_approvals",
    metadata,
    Column("approval_id", Uuid, primary_key=True),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("flow", Text, nullable=False),
    Column("request_no", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("in_effect", Boolean, nullable=False),
    Column("submitter_id", Text, nullable=False),
    Column("form", JSONB, nullable=False),
    Column("reason_code", Text),
    Column("reason", Text),
    Column("missing", JSONB, nullable=False),
    Column("decided_by", Text),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Index(None, "subject_id", "requested_at"),
)
"""``status`` is one of ``ApprovalStatus``; ``in_effect`` is false for a result that changed
nothing, ``reason_code`` and ``reason`` then say why, as for a request that could not start.
"""


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Change the row of the approval that an event is about."""
    match event:
        case Lead.ApprovalRequested() | Customer.ApprovalRequested():
            rows.new(requested_approvals, _requested(event))
        case Lead.ApprovalProgressed() | Customer.ApprovalProgressed():
            _change(rows, event, lambda row: _progressed(event, row))
        case Lead.ApprovalResultRecorded() | Customer.ApprovalResultRecorded():
            names = ("in_effect", "reason_code", "reason", "decided_by")
            changes = {name: getattr(event, name) for name in names}
            ended = {"status": event.outcome, "ended_at": event.timestamp}
            _change(rows, event, lambda row: changes | ended)
        case Lead.ApprovalReversed() | Customer.ApprovalReversed():
            _change(rows, event, lambda row: {"status": "REVERSED", "ended_at": event.timestamp})


def _change(rows: Rows, event: Any, changes: Any) -> None:
    row = rows.get(requested_approvals, approval_id=UUID(event.approval_id))
    if row is not None:
        rows.put(requested_approvals, {**row, **changes(row)})


def _requested(event: Lead.ApprovalRequested | Customer.ApprovalRequested) -> dict[str, Any]:
    return {
        "approval_id": UUID(event.approval_id),
        "subject_type": "lead" if isinstance(event, Lead.ApprovalRequested) else "customer",
        "subject_id": event.originator_id,
        "flow": event.flow,
        "request_no": event.request_no,
        "status": "REQUESTED",
        "in_effect": True,
        "submitter_id": event.submitter_id,
        "form": event.form,
        "missing": [],
        "requested_at": event.timestamp,
    }


def _progressed(event: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    started = row["started_at"]
    if event.status == "RUNNING" and started is None:
        started = event.timestamp
    return {
        "status": event.status,
        "reason_code": event.reason_code,
        "reason": event.reason,
        "missing": event.missing,
        "started_at": started,
        "ended_at": event.timestamp if event.status == "NOT_STARTED" else None,
    }


def matching(
    subject_id: UUID, flow: str | None = None, status: tuple[str, ...] = ()
) -> Select[Any]:
    """The requests of one lead or customer, oldest first."""
    statement = narrowed(
        select(requested_approvals),
        equal={
            requested_approvals.c.subject_id: subject_id,
            requested_approvals.c.flow: flow,
            requested_approvals.c.status: status,
        },
    )
    return statement.order_by(
        requested_approvals.c.requested_at,
        requested_approvals.c.flow,
        requested_approvals.c.request_no,
    )


def view(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A requested approval as the API answers it; its subject stands as ``<subject>_id``."""
    shown = {name: row[name] for name in names_of(requested_approvals)}
    return {f"{shown.pop('subject_type')}_id": shown.pop("subject_id"), **shown}


REQUESTED_APPROVALS = Projection("requested_approvals", (requested_approvals,), apply)
