"""Appending events: the lock that orders them, their positions, and their hash chain."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import utc_now
from opentas_shared.persistence.sending import Statement, insert_into, send
from opentas_shared.persistence.tables import APPEND_LOCK, CHANNEL, events

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from eventsourcing.persistence import StoredEvent
    from sqlalchemy import Connection

GENESIS = b"\x00" * 32
"""What the first event of a stream is chained to."""

_HEAD = Statement(
    "SELECT store.epoch, last.position, last.recorded_at FROM store LEFT JOIN"
    " (SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1) AS last ON true"
)
_BEGIN = Statement("BEGIN", prepare=False)
_NOTIFY = Statement(f"NOTIFY {CHANNEL}", prepare=False)


@dataclass(frozen=True)
class Head:
    """The end of the event table, read under the append lock."""

    position: int
    recorded_at: datetime
    epoch: int


@dataclass(frozen=True)
class EventRow:
    """One row of the event table."""

    position: int
    event_id: UUID
    originator_id: UUID
    originator_version: int
    topic: str
    state: str
    metadata: str
    effective_at: datetime
    recorded_at: datetime
    epoch: int
    hash: bytes


def lock_and_read_head(
    connection: Connection, lock: int = APPEND_LOCK, *, begin: bool = False
) -> Head:
    """Take the append lock of this transaction, then read where the event table ends.

    The lock is the first thing a writing transaction takes: whoever holds it is the only one
    that assigns positions, and releases it with its commit, so position order is commit order
    and a reader by position can miss nothing. ``recorded_at`` never decreases. ``begin`` starts
    the transaction, on a connection in autocommit mode.
    """
    statements = [Statement(f"SELECT pg_advisory_xact_lock({lock:d})"), _HEAD]
    rows = send(connection, [_BEGIN, *statements] if begin else statements)
    epoch, position, recorded_at = rows[0] if rows else (1, None, None)
    now = utc_now()
    return Head(position or 0, max(now, recorded_at) if recorded_at else now, epoch)


def chain(
    previous: bytes,
    event_id: UUID,
    stored: StoredEvent,
    metadata: str,
    effective_at: datetime,
    recorded_at: datetime,
) -> bytes:
    """The SHA-256 that links an event to the one before it in its stream."""
    framed = [previous]
    for part in (
        event_id.bytes,
        str(stored.originator_id).encode(),
        str(stored.originator_version).encode(),
        stored.topic.encode(),
        effective_at.isoformat().encode(),
        recorded_at.isoformat().encode(),
        metadata.encode(),
        bytes(stored.state),
    ):
        framed += (len(part).to_bytes(4, "big"), part)
    return hashlib.sha256(b"".join(framed)).digest()


def event_row(
    stored: StoredEvent,
    *,
    position: int,
    previous_hash: bytes,
    metadata: str,
    effective_at: datetime,
    head: Head,
) -> EventRow:
    """The row of one event at ``position``, chained to ``previous_hash``."""
    event_id = new_id()
    effective_at = effective_at.astimezone(UTC)
    return EventRow(
        position=position,
        event_id=event_id,
        originator_id=stored.originator_id,  # type: ignore[arg-type]
        originator_version=stored.originator_version,
        topic=stored.topic,
        state=bytes(stored.state).decode(),
        metadata=metadata,
        effective_at=effective_at,
        recorded_at=head.recorded_at,
        epoch=head.epoch,
        hash=chain(previous_hash, event_id, stored, metadata, effective_at, head.recorded_at),
    )


def appending(rows: Sequence[EventRow]) -> list[Statement]:
    """What inserts the rows and wakes relays and direct consumers; the lock must be held."""
    if not rows:
        return []
    return [Statement(insert_into(events), [vars(row) for row in rows]), _NOTIFY]
