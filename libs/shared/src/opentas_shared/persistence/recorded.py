"""Who caused an event, and what the store knows of it besides its fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson

from opentas_shared.domain.time import Moment

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def new_correlation_id() -> str:
    """A correlation id for work that nobody outside started."""
    return str(uuid4())


@dataclass(frozen=True)
class Context:
    """Who does a unit of work, when, and why; it is kept with every event of the unit."""

    actor: str
    moment: Moment = field(default_factory=Moment.now)
    correlation_id: str = field(default_factory=new_correlation_id)
    causation_id: str | None = None
    traceparent: str | None = None
    waived: frozenset[str] = frozenset()
    on_behalf_of: str | None = None

    def metadata(self) -> str:
        """The JSON text stored beside each event; unset members are left out."""
        members: dict[str, Any] = {
            "actor": self.actor,
            "correlation_id": self.correlation_id,
            "causation_id": self.causation_id,
            "traceparent": self.traceparent,
            "waived": sorted(self.waived) or None,
            "on_behalf_of": self.on_behalf_of,
        }
        given = {name: value for name, value in members.items() if value is not None}
        return orjson.dumps(given).decode()


@dataclass(frozen=True)
class Recorded:
    """An event's place in the store and its two clocks."""

    event_id: UUID
    position: int
    topic: str
    originator_id: UUID
    originator_version: int
    effective_at: datetime
    recorded_at: datetime
    epoch: int
    metadata: dict[str, Any]

    @property
    def actor(self) -> str:
        """The person or the service that caused the event."""
        return str(self.metadata.get("actor", ""))

    @property
    def correlation_id(self) -> str:
        """Common to everything that one request set off."""
        return str(self.metadata.get("correlation_id", ""))

    @property
    def causation_id(self) -> str | None:
        """The id of the event that caused this one."""
        return self.metadata.get("causation_id")

    @property
    def traceparent(self) -> str | None:
        """The W3C trace context of the command."""
        return self.metadata.get("traceparent")
