"""Rebuilding what a consumer made of the records of other services, beside the live tables."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import func, select, text

from opentas_shared.messaging.consumer import Consumer
from opentas_shared.messaging.transport import WHOLE_SOURCE
from opentas_shared.persistence.appending import lock_and_read_head
from opentas_shared.persistence.executor import Executor
from opentas_shared.persistence.generation import SCHEMA, Generation
from opentas_shared.persistence.rebuild import RebuildReport
from opentas_shared.persistence.tables import REBUILD_LOCK, dead_letters, tracking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from opentas_shared.messaging.transport import Mark, Subscription, Transport
    from opentas_shared.persistence.database import Database
    from opentas_shared.persistence.projection import Projection
    from opentas_shared.runtime.service import Service

FREEZE_SECONDS = 5.0
"""How long the live consumer is held up at most while the second generation draws level."""
POLL_SECONDS = 0.05

_BEHIND = text(
    "SELECT count(*) FROM {ahead}.tracking AS ahead LEFT JOIN {other}.tracking AS other"
    " USING (consumer, source, epoch, topic, partition)"
    " WHERE consumer = :consumer AND topic <> :marks"
    " AND COALESCE(other.position, -1) < ahead.position"
)


class NotCaughtUp(Exception):
    """The second generation did not draw level with the live one in time."""


class _FromTheBeginning:
    """The same records once more, from the first, without touching the live subscription."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def subscribe(
        self, consumer: str, topics: Sequence[str], marks: Mapping[str, Mark]
    ) -> Subscription:
        return self._transport.subscribe(f"{consumer}-rebuild-{uuid4().hex[:8]}", topics, {})


def _behind(connection: Connection, consumer: str, ahead: str, other: str) -> bool:
    statement = text(_BEHIND.text.format(ahead=ahead, other=other))
    values = {"consumer": consumer, "marks": WHOLE_SOURCE}
    return bool(connection.scalar(statement, values))


@contextmanager
def _consuming(
    service: Service, generation: Generation, transport: Transport
) -> Iterator[Callable[[], None]]:
    """Run a consumer into the second generation; gives what stops it."""
    executor = Executor(generation.database, lock=REBUILD_LOCK, batch_limit=500)
    consumer = Consumer(
        service.name,
        executor,
        generation.database,
        service.reactions,
        _FromTheBeginning(transport),
    )
    executor.start()
    consumer.start()
    running = True

    def stop() -> None:
        nonlocal running
        if running:
            running = False
            consumer.stop()
            executor.stop()

    try:
        yield stop
    finally:
        stop()


def rebuild_from_records(
    service: Service,
    database: Database,
    projections: Sequence[Projection],
    transport: Transport,
    *,
    swap: bool = True,
    patience_seconds: float = 600.0,
) -> RebuildReport:
    """Consume everything again from the first record into twins of the tables, and swap them in.

    All projections of the consumer are rebuilt together with its tracking and dead letters.
    The live consumer goes on meanwhile; it is held up only while the last records are drawn
    level and the tables change places. With ``swap=False`` the two generations are compared at
    an instant at which both have applied the same records. ``NotCaughtUp`` when that does not
    come about within ``patience_seconds``.
    """
    tables = [table for projection in projections for table in projection.tables]
    generation = Generation(database, [*tables, tracking, dead_letters])
    generation.create()
    deadline = time.monotonic() + patience_seconds
    try:
        with _consuming(service, generation, transport) as stop:
            while time.monotonic() < deadline:
                _wait_until_level(database, service.name, deadline)
                with database.begin() as connection:
                    lock_and_read_head(connection)
                    if not _level(connection, service.name, strict=not swap):
                        time.sleep(POLL_SECONDS)
                        continue
                    stop()
                    report = RebuildReport(
                        _applied(connection, service.name),
                        generation.differences(connection, tables),
                    )
                    if swap:
                        generation.swap(connection)
                return report
        raise NotCaughtUp(f"{service.name} did not draw level in {patience_seconds:.0f} s")
    finally:
        generation.drop()


def _wait_until_level(database: Database, consumer: str, deadline: float) -> None:
    with database.read() as connection:
        while _behind(connection, consumer, "public", SCHEMA) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)


def _level(connection: Connection, consumer: str, *, strict: bool) -> bool:
    """Wait a moment for the second generation while the live one is held up.

    ``strict``: neither may be ahead of the other.
    """
    until = time.monotonic() + FREEZE_SECONDS
    while _behind(connection, consumer, "public", SCHEMA):
        if time.monotonic() > until:
            return False
        time.sleep(POLL_SECONDS)
    return not (strict and _behind(connection, consumer, SCHEMA, "public"))


def _applied(connection: Connection, consumer: str) -> int:
    """The sum over the sources of the position reached, in their latest epochs."""
    last = (
        select(func.max(tracking.c.position).label("position"))
        .where(tracking.c.consumer == consumer, tracking.c.topic != WHOLE_SOURCE)
        .group_by(tracking.c.source)
        .subquery()
    )
    return connection.scalar(select(func.coalesce(func.sum(last.c.position), 0))) or 0
