"""Between domain events and what is stored of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from eventsourcing.persistence import (
    DatetimeAsISO,
    DecimalAsStr,
    JSONTranscoder,
    Mapper,
    StoredEvent,
    UUIDAsHex,
)

from opentas_shared.persistence.recorded import Recorded

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import RowMapping

    from opentas_shared.domain.aggregate import AggregateEvent


def event_mapper() -> Mapper[UUID]:
    """The mapper of every service: JSON text with UUID, datetime and Decimal transcodings."""
    transcoder = JSONTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    transcoder.register(DecimalAsStr())
    return Mapper(transcoder)


MAPPER = event_mapper()


def to_stored(event: AggregateEvent) -> StoredEvent:
    """The stored form of a domain event."""
    return MAPPER.to_stored_event(event)


def stored_of(row: RowMapping | Any) -> StoredEvent:
    """The stored event of a row of the event table."""
    return StoredEvent(row.originator_id, row.originator_version, row.topic, row.state.encode())


def event_of(row: RowMapping | Any) -> AggregateEvent:
    """The domain event of a row of the event table."""
    return MAPPER.to_domain_event(stored_of(row))  # type: ignore[return-value]


def recorded_of(row: RowMapping | Any) -> Recorded:
    """What the store knows of the event of a row."""
    return Recorded(
        event_id=row.event_id,
        position=row.position,
        topic=row.topic,
        originator_id=row.originator_id,
        originator_version=row.originator_version,
        effective_at=row.effective_at,
        recorded_at=row.recorded_at,
        epoch=row.epoch,
        metadata=orjson.loads(row.metadata),
    )
