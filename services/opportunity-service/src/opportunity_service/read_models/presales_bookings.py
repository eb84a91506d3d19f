"""Who is booked for presales, when, and for which opportunity (2-5)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Select, Table, Text, Uuid, or_, select

from opentas_shared.domain.ids import derived_id
from opportunity_service.domain.effects.kinds import EffectKind
from opportunity_service.read_models.metadata import metadata
from opportunity_service.read_models.opportunities import opportunities

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement

    from opentas_shared.persistence.rows import Rows
    from opportunity_service.domain.effects.events import EffectTaken

presales_bookings = Table(
    "presales_bookings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("approval_id", Uuid, nullable=False),
    Column("opportunity_id", Uuid, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Index(None, "person_id", "starts_at", "id"),
    Index(None, "starts_at", "id"),
    Index(None, "opportunity_id"),
)
"""A booking lies on half hours; it goes when its approval is taken back."""
COLUMNS = presales_bookings.c
SORTS: Mapping[str, ColumnElement[Any]] = {
    "starts_at": COLUMNS.starts_at,
    "person_id": COLUMNS.person_id,
}


def take(event: EffectTaken, rows: Rows) -> None:
    """Book what was dispatched."""
    if event.kind == EffectKind.DISPATCH:
        for index, slot in enumerate(event.content["slots"]):
            row = {
                "id": _id(event.approval_id, index),
                "approval_id": UUID(event.approval_id),
                "opportunity_id": event.originator_id,
                "person_id": slot["person_id"],
                "role": slot["role"],
                "starts_at": datetime.fromisoformat(slot["starts_at"]),
                "ends_at": datetime.fromisoformat(slot["ends_at"]),
            }
            rows.new(presales_bookings, row)


def take_back(effect: Mapping[str, Any], rows: Rows) -> None:
    """Free what was dispatched."""
    if effect["kind"] == EffectKind.DISPATCH:
        for index, _ in enumerate(effect["content"]["slots"]):
            rows.delete(presales_bookings, id=_id(effect["approval_id"], index))


def _id(approval_id: UUID | str, index: int) -> UUID:
    return derived_id("booking", approval_id, index)


def held() -> Select[Any]:
    """The bookings that hold: those of a lost or invalid opportunity until it was closed."""
    about = opportunities.c
    return (
        select(presales_bookings)
        .join(opportunities, about.id == COLUMNS.opportunity_id)
        .where(or_(about.status.in_(("OPEN", "WON")), COLUMNS.starts_at < about.closed_at))
    )


def took_part(person_id: str, opportunity_id: UUID) -> Select[Any]:
    """A booking of a person for an opportunity, if there is one."""
    return (
        select(COLUMNS.id)
        .where(COLUMNS.person_id == person_id, COLUMNS.opportunity_id == opportunity_id)
        .limit(1)
    )


def overlapping(people: Collection[str], first: datetime, last: datetime) -> Select[Any]:
    """The bookings of these people that have a part between two instants."""
    return (
        held()
        .where(COLUMNS.person_id.in_(sorted(people)))
        .where(COLUMNS.starts_at < last, COLUMNS.ends_at > first)
        .order_by(COLUMNS.starts_at)
    )


def visible_to(statement: Select[Any], visible: frozenset[str] | None) -> Select[Any]:
    """Only bookings of visible people or for visible people's opportunities; none means all."""
    if visible is None:
        return statement
    people = sorted(visible)
    mine = or_(COLUMNS.person_id.in_(people), opportunities.c.owner_id.in_(people))
    return statement.where(mine)
