"""How fresh the data of a consumer is: positions applied and the age of what is not."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import case, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from opentas_shared.domain.time import utc_now
from opentas_shared.messaging.topics import source_of
from opentas_shared.messaging.tracking import positions
from opentas_shared.persistence.tables import freshness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from opentas_shared.persistence.database import Database

BUSY_SECONDS = 1.0
IDLE_SECONDS = 5.0
STALE = timedelta(seconds=3 * IDLE_SECONDS)
"""A statement older than this says nothing any more: its consumer does not run."""


@dataclass(frozen=True)
class Freshness:
    """What a consumer has applied, per source, and how old the oldest event is that it has not.

    ``positions`` are those of the last events applied; where ``age_seconds`` is not 0, earlier
    ones of other partitions may still be on their way.
    ``age_seconds`` counts from when the oldest event known and not applied was recorded; where
    the consumer itself has not been heard of for a while, from when it was.
    """

    positions: dict[str, int]
    age_seconds: float


def freshness_of(connection: Connection, consumer: str) -> Freshness:
    """The freshness of a consumer, read in the database where it writes."""
    now = utc_now()
    since = [
        row.oldest_unapplied_at if row.oldest_unapplied_at is not None else row.checked_at
        for row in connection.execute(select(freshness).where(freshness.c.consumer == consumer))
        if row.oldest_unapplied_at is not None or now - row.checked_at > STALE
    ]
    age = max((now - instant).total_seconds() for instant in since) if since else 0.0
    return Freshness(positions(connection, consumer), max(0.0, age))


class FreshnessNotes:
    """Writes the freshness rows of one consumer now and then."""

    def __init__(self, database: Database, consumer: str, topics: Iterable[str]) -> None:
        self._database = database
        self._consumer = consumer
        self._topics = {topic: source_of(topic) for topic in topics}
        self._latest: dict[str, datetime] = {}
        self._claimed: set[str] = set()
        self._busy = True
        self._written_at = 0.0

    def delivered(self, topic: str, recorded_at: datetime) -> None:
        """An event of ``topic`` was delivered; it is applied before the next ``write``."""
        self._latest[topic] = recorded_at
        self._busy = True

    def due(self) -> bool:
        """Whether it is time to write."""
        pause = BUSY_SECONDS if self._busy else IDLE_SECONDS
        return time.monotonic() - self._written_at >= pause

    def write(self, behind: Iterable[str]) -> None:
        """Note which topics have more than was applied, and since when.

        The last event applied is the newest known to be older than all that is left. Where
        several processes share the partitions, one that is up to date leaves the word to one
        that is behind.
        """
        oldest: dict[str, datetime | None] = dict.fromkeys(self._topics.values())
        for topic in behind:
            known = self._latest.get(topic)
            source = self._topics[topic]
            before = oldest[source]
            if known is not None and (before is None or known < before):
                oldest[source] = known
        self._upsert(oldest)
        self._busy = any(instant is not None for instant in oldest.values())
        self._written_at = time.monotonic()

    def _upsert(self, oldest: Mapping[str, datetime | None]) -> None:
        now = utc_now()
        with self._database.begin() as connection:
            connection.execute(text("SET LOCAL synchronous_commit TO off"))
            for source, instant in sorted(oldest.items()):
                statement = insert(freshness).values(
                    consumer=self._consumer,
                    source=source,
                    oldest_unapplied_at=instant,
                    checked_at=now,
                )
                mine = source in self._claimed
                free = or_(
                    freshness.c.oldest_unapplied_at.is_(None), freshness.c.checked_at < now - STALE
                )
                given = statement.excluded.oldest_unapplied_at
                value = (
                    given
                    if mine
                    else case(
                        (free, given), else_=func.least(freshness.c.oldest_unapplied_at, given)
                    )
                )
                condition = None if mine or instant is not None else free
                connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=["consumer", "source"],
                        set_={
                            "oldest_unapplied_at": value,
                            "checked_at": statement.excluded.checked_at,
                        },
                        where=condition,
                    )
                )
        self._claimed = {source for source, instant in oldest.items() if instant is not None}
