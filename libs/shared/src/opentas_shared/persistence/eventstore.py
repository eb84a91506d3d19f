"""Reading the event table: streams of aggregates, their history, and events by position."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import bindparam, func, select

from opentas_shared.domain.errors import NotFound
from opentas_shared.persistence.appending import EventRow
from opentas_shared.persistence.columns import names_of
from opentas_shared.persistence.mapping import event_of, recorded_of
from opentas_shared.persistence.sending import query
from opentas_shared.persistence.tables import events, store

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from sqlalchemy import Connection

    from opentas_shared.domain.aggregate import Aggregate, AggregateEvent
    from opentas_shared.persistence.database import Database
    from opentas_shared.persistence.recorded import Recorded

A = TypeVar("A", bound="Aggregate")

_STREAM = (
    f"SELECT {', '.join(names_of(events))} FROM events"
    " WHERE originator_id = %s ORDER BY originator_version"
)
_STREAMS = (
    f"SELECT {', '.join(names_of(events))} FROM events"
    " WHERE originator_id = ANY(%s) ORDER BY originator_id, originator_version"
)
_AFTER = (
    select(events)
    .where(events.c.position > bindparam("position"))
    .order_by(events.c.position)
    .limit(bindparam("count"))
)


def stream(connection: Connection, id: UUID) -> list[EventRow]:
    """The events of one aggregate, oldest first."""
    return [EventRow(*values) for values in query(connection, _STREAM, [id])]


def streams(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, list[EventRow]]:
    """The events of many aggregates, loaded with one statement."""
    found: dict[UUID, list[EventRow]] = {id: [] for id in ids}
    for values in query(connection, _STREAMS, [list(ids)]):
        row = EventRow(*values)
        found[row.originator_id].append(row)
    return found


def rebuilt(rows: Iterable[EventRow]) -> tuple[Aggregate | None, bytes | None]:
    """The aggregate after these events, and the hash of the last one; none without any."""
    aggregate: Aggregate | None = None
    last_hash: bytes | None = None
    for row in rows:
        aggregate = event_of(row).mutate(aggregate)
        last_hash = row.hash
    return aggregate, last_hash


class EventStore:
    """The events of one service."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, cls: type[A], id: UUID) -> A:
        """The aggregate as it is now; ``NotFound`` (404) when there is none of this class."""
        with self._database.read() as connection:
            aggregate, _ = rebuilt(stream(connection, id))
        if not isinstance(aggregate, cls):
            raise NotFound(cls.__name__.lower(), id)
        return aggregate

    def history(self, id: UUID) -> list[tuple[AggregateEvent, Recorded]]:
        """Every event of one aggregate, oldest first."""
        with self._database.read() as connection:
            rows = stream(connection, id)
        return [(event_of(row), recorded_of(row)) for row in rows]

    def after(self, position: int, limit: int) -> list[tuple[AggregateEvent, Recorded]]:
        """At most ``limit`` events after ``position``, in position order."""
        with self._database.read() as connection:
            rows: Sequence[object] = connection.execute(
                _AFTER, {"position": position, "count": limit}
            ).all()
        return [(event_of(row), recorded_of(row)) for row in rows]

    def head(self) -> int:
        """The position of the last event; 0 when there is none."""
        with self._database.read() as connection:
            return connection.scalar(select(func.max(events.c.position))) or 0

    def epoch(self) -> int:
        """The epoch of this store: 1, and one more after each restored backup."""
        with self._database.read() as connection:
            return connection.scalar(select(store.c.epoch)) or 1
