"""Dead letters: records that could not be handled, and what is parked behind them."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from opentas_shared.domain.ids import derived_id
from opentas_shared.domain.time import utc_now
from opentas_shared.persistence.tables import dead_letters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Connection, Select

    from opentas_shared.messaging.delivery import Delivery
    from opentas_shared.messaging.tracking import Place
    from opentas_shared.persistence.rows import Rows

ERROR_CHARACTERS = 8_000
NOT_HANDLED = "parked behind an earlier event of the same aggregate"


class Kind(StrEnum):
    """Why a record lies among the dead letters."""

    FAILED = "FAILED"
    PARKED = "PARKED"
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True)
class DeadLetter:
    """One row of ``dead_letters``; ``value`` is the record as it was consumed."""

    id: UUID
    consumer: str
    source: str
    epoch: int
    topic: str
    partition: int
    position: int
    subject: str | None
    kind: Kind
    value: bytes
    error: str
    attempts: int
    failed_at: datetime


def dead_letter_id(consumer: str, place: Place, position: int) -> UUID:
    """The id of the dead letter of a record."""
    return derived_id("dead-letter", consumer, *place, position)


def dead_letter_row(
    consumer: str, delivery: Delivery, error: Exception | None, attempts: int
) -> dict[str, Any]:
    """The row of a record that failed with ``error``, or is parked when there is none."""
    kind = Kind.FAILED if error is not None else Kind.PARKED
    if delivery.envelope is None:
        kind = Kind.UNREADABLE
    return {
        "id": dead_letter_id(consumer, delivery.place, delivery.position),
        "consumer": consumer,
        **delivery.place._asdict(),
        "position": delivery.position,
        "subject": delivery.envelope.subject if delivery.envelope is not None else None,
        "kind": kind.value,
        "value": delivery.record.value,
        "error": describe(error) if error is not None else NOT_HANDLED,
        "attempts": attempts,
        "failed_at": utc_now(),
    }


def describe(error: Exception) -> str:
    """What went wrong, with the innermost frames, for the operator."""
    lines = traceback.format_exception(error, limit=-6)
    return "".join(lines)[-ERROR_CHARACTERS:].replace("\x00", "\\0")


def queue_of(consumer: str, source: str, subject: str) -> Select[Any]:
    """The queued records of one aggregate, in their order."""
    return (
        select(dead_letters)
        .where(
            dead_letters.c.consumer == consumer,
            dead_letters.c.source == source,
            dead_letters.c.subject == subject,
        )
        .order_by(dead_letters.c.epoch, dead_letters.c.position)
    )


def has_queue(rows: Rows, consumer: str, source: str, subject: str) -> bool:
    """Whether something of the aggregate is queued, so that later events must wait behind it."""
    return bool(rows.select(queue_of(consumer, source, subject).limit(1)))


def list_dead_letters(
    connection: Connection, *, consumer: str | None = None, limit: int = 1000
) -> Sequence[DeadLetter]:
    """The dead letters of a service's database, in the order in which they would be redriven."""
    statement = select(dead_letters).order_by(
        dead_letters.c.source, dead_letters.c.epoch, dead_letters.c.position
    )
    if consumer is not None:
        statement = statement.where(dead_letters.c.consumer == consumer)
    return [_dead_letter(row) for row in connection.execute(statement.limit(limit)).mappings()]


def show_dead_letter(connection: Connection, id: UUID) -> DeadLetter | None:
    """One dead letter with its content and error; ``None`` when there is none with this id."""
    statement = select(dead_letters).where(dead_letters.c.id == id)
    row = connection.execute(statement).mappings().first()
    return _dead_letter(row) if row is not None else None


def _dead_letter(row: Any) -> DeadLetter:
    return DeadLetter(**{**row, "kind": Kind(row["kind"])})
