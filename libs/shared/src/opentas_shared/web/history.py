"""``GET .../history``: what happened to one thing, oldest first."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from opentas_shared.domain.aggregate import AggregateEvent
    from opentas_shared.persistence.eventstore import EventStore
    from opentas_shared.persistence.recorded import Recorded

ENVELOPE = frozenset(
    {"originator_id", "originator_version", "timestamp", "originator_topic", "event_id"}
)


class HistoryEntry(BaseModel):
    """One event of a thing's life."""

    event_id: UUID
    type: str = Field(examples=["lead.qualified"])
    version: int = Field(description="The version of the thing after the event.")
    effective_at: datetime = Field(description="When it happened in the business.")
    recorded_at: datetime = Field(description="When the system learnt it.")
    actor: str
    on_behalf_of: str | None = None
    correlation_id: str
    causation_id: str | None = None
    waived: list[str] = Field(default_factory=list, description="Rules waived by an import.")
    fields: dict[str, Any] = Field(description="What the event says.")


class History(BaseModel):
    """The whole life of a thing, oldest first."""

    items: list[HistoryEntry]


def entry(
    event: AggregateEvent, recorded: Recorded, hidden: Collection[str] = ()
) -> dict[str, Any]:
    """The view of one event; ``hidden`` names fields that the caller may not see."""
    assert is_dataclass(event)
    names = (field.name for field in fields(event))
    return {
        "event_id": recorded.event_id,
        "type": recorded.topic,
        "version": recorded.originator_version,
        "effective_at": recorded.effective_at,
        "recorded_at": recorded.recorded_at,
        "actor": recorded.actor,
        "on_behalf_of": recorded.metadata.get("on_behalf_of"),
        "correlation_id": recorded.correlation_id,
        "causation_id": recorded.causation_id,
        "waived": recorded.metadata.get("waived", []),
        "fields": {
            name: getattr(event, name)
            for name in names
            if name not in ENVELOPE and name not in hidden
        },
    }


def history(events: EventStore, id: UUID, hidden: Collection[str] = ()) -> dict[str, Any]:
    """The body of ``GET .../history``; whether the caller may see the thing is asked before."""
    return {"items": entries(events.history(id), hidden)}


def entries(
    stream: Iterable[tuple[AggregateEvent, Recorded]], hidden: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The views of a stream's events."""
    return [entry(event, recorded, hidden) for event, recorded in stream]
