"""How far a consumer has come, kept in the same transaction as the effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from opentas_shared.messaging.transport import NO_PARTITION, WHOLE_SOURCE, Mark
from opentas_shared.persistence.tables import tracking

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from opentas_shared.persistence.rows import Rows

FIRST_EPOCH = 1
NOTHING = -1
"""The position of a place of which nothing was applied yet."""


class Place(NamedTuple):
    """Where positions are counted: one partition of one topic in one epoch of a source."""

    source: str
    epoch: int
    topic: str
    partition: int


def place_of(mark: Mark) -> tuple[Place, int]:
    """The place and position under which a mark is kept."""
    return Place(mark.source, mark.epoch, WHOLE_SOURCE, NO_PARTITION), mark.position


class PredecessorMissing(Exception):
    """A record came before the one ahead of it in its partition was dealt with: try again."""


class Tracking:
    """The tracking rows of one consumer as one unit of work sees them.

    The executor holds the append lock while a unit runs, so comparing and setting is one step
    for all processes of the service.
    """

    def __init__(self, rows: Rows, consumer: str) -> None:
        self._rows = rows
        self._consumer = consumer

    def prefetch(self, places: Iterable[Place]) -> None:
        """Load the rows of many places at once."""
        self._rows.prefetch(
            tracking, [{"consumer": self._consumer, **place._asdict()} for place in places]
        )

    def row(self, place: Place) -> dict[str, Any]:
        """The row of a place.

        A new one stands at ``NOTHING`` and inherits the count of dead letters of the epoch
        before it: a later event of an aggregate waits behind those of earlier epochs too.
        """
        key = {"consumer": self._consumer, **place._asdict()}
        row = self._rows.get(tracking, **key)
        if row is not None:
            return row
        inherited = self._count_before(place) if place.epoch > FIRST_EPOCH else 0
        return {**key, "position": NOTHING, "dead_letters": inherited}

    def _count_before(self, place: Place) -> int:
        statement = (
            select(tracking.c.dead_letters)
            .where(
                tracking.c.consumer == self._consumer,
                tracking.c.source == place.source,
                tracking.c.topic == place.topic,
                tracking.c.partition == place.partition,
                tracking.c.epoch < place.epoch,
            )
            .order_by(tracking.c.epoch.desc())
            .limit(1)
        )
        found = self._rows.select(statement)
        return int(found[0]["dead_letters"]) if found else 0

    def count_down(self, place: Place) -> None:
        """One record of the place is queued no more."""
        statement = select(tracking).where(
            tracking.c.consumer == self._consumer,
            tracking.c.source == place.source,
            tracking.c.topic == place.topic,
            tracking.c.partition == place.partition,
            tracking.c.epoch >= place.epoch,
        )
        for row in self._rows.select(statement):
            self.put({**row, "dead_letters": max(0, row["dead_letters"] - 1)})

    def put(self, row: dict[str, Any]) -> None:
        """Stage a changed row."""
        self._rows.put(tracking, row)


def marks(connection: Connection, consumer: str) -> dict[str, Mark]:
    """The latest mark of each source, for a transport that begins from it."""
    statement = (
        select(tracking.c.source, tracking.c.epoch, tracking.c.position)
        .where(tracking.c.consumer == consumer, tracking.c.topic == WHOLE_SOURCE)
        .order_by(tracking.c.epoch)
    )
    return {row.source: Mark(*row) for row in connection.execute(statement)}


def positions(connection: Connection, consumer: str) -> dict[str, int]:
    """The position of the last event applied, per source, in the latest epoch of each."""
    statement = (
        select(tracking.c.source, func.max(tracking.c.position).label("position"))
        .where(tracking.c.consumer == consumer, tracking.c.source != "")
        .group_by(tracking.c.source, tracking.c.epoch)
        .order_by(tracking.c.epoch)
    )
    return {row.source: row.position for row in connection.execute(statement)}
