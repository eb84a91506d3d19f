"""Rebuilding a read model from the service's own events, beside the live one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from opentas_shared.persistence.appending import lock_and_read_head
from opentas_shared.persistence.generation import Generation
from opentas_shared.persistence.mapping import event_of, recorded_of
from opentas_shared.persistence.rows import Rows, RowStore
from opentas_shared.persistence.tables import events

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from opentas_shared.persistence.database import Database
    from opentas_shared.persistence.projection import Projection

CHUNK = 1000
"""Events applied in one transaction."""


@dataclass(frozen=True)
class RebuildReport:
    """What a rebuild did: events applied, and per table the rows that differed from the live."""

    events: int
    differences: dict[str, int] = field(default_factory=dict)


def _apply_chunk(connection: Connection, projection: Projection, after: int) -> int:
    """Apply the next events; the position reached, unchanged when there is none left."""
    store = RowStore(connection)
    rows = Rows(store)
    statement = select(events).where(events.c.position > after).order_by(events.c.position)
    for row in connection.execute(statement.limit(CHUNK)).all():
        projection.apply(event_of(row), recorded_of(row), rows)
        after = row.position
    rows.merge()
    store.flush()
    return after


def rebuild_from_events(
    database: Database,
    projection: Projection,
    *,
    swap: bool = True,
    progress: Callable[[int], None] = lambda position: None,
) -> RebuildReport:
    """Build the projection's tables again from position 0, compare, and swap them in.

    Live writing goes on meanwhile; only the last events are applied under the append lock, in
    the transaction that compares and swaps. With ``swap=False`` it only compares.
    """
    generation = Generation(database, projection.tables)
    generation.create()
    try:
        position = 0
        while True:
            with generation.database.begin() as connection:
                reached = _apply_chunk(connection, projection, position)
            progress(reached)
            if reached == position:
                break
            position = reached
        with generation.database.begin() as connection:
            head = lock_and_read_head(connection)
            while position < head.position:
                position = _apply_chunk(connection, projection, position)
            report = RebuildReport(position, generation.differences(connection, projection.tables))
            if swap:
                generation.swap(connection)
        return report
    finally:
        generation.drop()
