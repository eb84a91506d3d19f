"""Class E registrations: which partner holds which customer and project, until when (2-2)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Select, Table, Text, Uuid, case, literal, select

from opportunity_service.domain.effects.kinds import EffectKind
from opportunity_service.read_models.metadata import metadata
from opportunity_service.read_models.opportunities import opportunities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from opentas_shared.persistence.rows import Rows
    from opportunity_service.domain.effects.events import EffectTaken

class_e_registrations = Table(
    "class_e_registrations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("opportunity_id", Uuid, nullable=False),
    Column("partner", Text, nullable=False),
    Column("customer_id", Text),
    Column("customer", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("claim", Text, nullable=False),
    Column("registered_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("end_reason", Text),
    Index(None, "claim", "expires_at"),
    Index(None, "registered_at", "id"),
    Index(None, "opportunity_id", "registered_at"),
)
"""The id is the approval's. ``end_reason``: RENEWED, or the outcome that took it back."""
COLUMNS = class_e_registrations.c
SORTS: Mapping[str, ColumnElement[Any]] = {
    "registered_at": COLUMNS.registered_at,
    "expires_at": COLUMNS.expires_at,
    "partner": COLUMNS.partner,
}


def take(event: EffectTaken, rows: Rows) -> None:
    """Register, and end the registrations that this one renews."""
    if event.kind != EffectKind.CLASS_E_REGISTRATION:
        return
    content = event.content
    for renewed in content["renews"]:
        row = rows.get(class_e_registrations, id=UUID(renewed))
        if row is not None and row["ended_at"] is None:
            ended = {"ended_at": event.timestamp, "end_reason": "RENEWED"}
            rows.put(class_e_registrations, {**row, **ended})
    row = {
        "id": UUID(event.approval_id),
        "opportunity_id": event.originator_id,
        **{name: content[name] for name in ("partner", "customer_id", "customer", "project")},
        "claim": content["claim"],
        "registered_at": event.timestamp,
        "expires_at": datetime.fromisoformat(content["expires_at"]),
    }
    rows.new(class_e_registrations, row)


def take_back(effect: Mapping[str, Any], event: Any, rows: Rows) -> None:
    """End what was registered by an approval that was taken back."""
    if effect["kind"] == EffectKind.CLASS_E_REGISTRATION:
        row = rows.get(class_e_registrations, id=effect["approval_id"])
        if row is not None:
            ended = {"ended_at": event.timestamp, "end_reason": event.outcome}
            rows.put(class_e_registrations, {**row, **ended})


def status_at(instant: datetime) -> ColumnElement[str]:
    """LIVE, EXPIRED or ENDED; one of a lost or invalid opportunity has ended."""
    closed = opportunities.c.status.in_(("LOST", "VOID"))
    return case(
        (COLUMNS.ended_at.is_not(None) | closed, "ENDED"),
        (COLUMNS.expires_at <= literal(instant), "EXPIRED"),
        else_="LIVE",
    )


def all_at(instant: datetime) -> Select[Any]:
    """Every registration with its ``status`` at an instant."""
    status = status_at(instant).label("status")
    return select(class_e_registrations, status).join(
        opportunities, opportunities.c.id == COLUMNS.opportunity_id
    )


def live_with_claim(claim: str, besides: UUID, instant: datetime) -> Select[Any]:
    """The live registrations of a claim at other opportunities."""
    return all_at(instant).where(
        COLUMNS.claim == claim,
        COLUMNS.opportunity_id != besides,
        status_at(instant) == "LIVE",
    )
