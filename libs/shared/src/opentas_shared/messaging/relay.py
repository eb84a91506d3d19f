"""Publishing the outbox: one active relay per service, in position order, all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from opentas_shared.messaging.listener import Listener, own_connection
from opentas_shared.messaging.measures import Measures
from opentas_shared.messaging.outbox import RELAY_ROW
from opentas_shared.messaging.threads import RestartingThread
from opentas_shared.messaging.transport import TransportFailed
from opentas_shared.persistence.tables import RELAY_LOCK

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from opentas_shared.messaging.translation import Translation
    from opentas_shared.messaging.transport import Publisher, PublishingTransport
    from opentas_shared.persistence.database import Database
    from opentas_shared.persistence.eventstore import EventStore

log = structlog.get_logger(__name__)


class Relay:
    """Reads the event table behind its own row, publishes, and moves the row.

    A session lock on its own connection makes one relay of a service the active one; the others
    stand by. Each batch is one transaction of the transport, and the row moves after it, so the
    row never passes an event that is not published. After any failure the publisher is thrown
    away and everything begins again from the row, at first with smaller batches, so that an
    event that cannot be published holds up nothing before it and is named in the log.
    """

    def __init__(
        self,
        service: str,
        database: Database,
        events: EventStore,
        translation: Translation,
        transport: PublishingTransport,
        *,
        batch_limit: int = 500,
        batch_bytes: int = 4_000_000,
        safety_seconds: float = 5.0,
        standby_seconds: float = 0.5,
        measures: Measures | None = None,
    ) -> None:
        self._service = service
        self._database = database
        self._events = events
        self._translation = translation
        self._transport = transport
        self._batch_limit = batch_limit
        self._batch_bytes = batch_bytes
        self._safety_seconds = safety_seconds
        self._standby_seconds = standby_seconds
        self._limit = batch_limit
        self._measures = measures or Measures()
        self._listener: Listener | None = None
        self._thread = RestartingThread(f"{service}-relay", self._session, self._failed)
        self.active = False

    @property
    def last_beat(self) -> float:
        """The last sign of life (monotonic)."""
        return self._thread.last_beat

    @property
    def failure(self) -> Exception | None:
        """What went wrong last, until something succeeds again."""
        return self._thread.failure

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch at hand and stop."""
        self._thread.request_stop()
        listener = self._listener
        if listener is not None:
            listener.wake()
        self._thread.join()

    def _failed(self, error: Exception) -> None:
        self._measures.relay_failures.inc()
        self._limit = max(1, self._limit // 4)
        log.error(
            "relay_failed",
            service=self._service,
            error=type(error).__name__,
            detail=str(error),
            next_batch=self._limit,
        )

    def _session(self) -> None:
        connection = own_connection(self._database)
        listener = self._listener = Listener(connection)
        try:
            if not self._stand_by(connection):
                return
            publisher = self._transport.publisher(self._service)
            self.active = True
            try:
                self._publish(connection, listener, publisher)
            finally:
                self.active = False
                publisher.close()
        finally:
            self._listener = None
            listener.close()

    def _stand_by(self, connection: Connection[TupleRow]) -> bool:
        """Wait until this relay is the active one; false when it is stopped before."""
        connection.execute("SET synchronous_commit TO off")
        while not self._thread.stopping:
            self._thread.beat()
            row = connection.execute("SELECT pg_try_advisory_lock(%s)", [RELAY_LOCK]).fetchone()
            if row is not None and row[0]:
                return True
            self._thread.pause(self._standby_seconds)
        return False

    def _publish(
        self, connection: Connection[TupleRow], listener: Listener, publisher: Publisher
    ) -> None:
        row = connection.execute("SELECT position FROM relay WHERE id = %s", [RELAY_ROW]).fetchone()
        position: int = row[0] if row is not None else 0
        while not self._thread.stopping:
            self._thread.beat()
            events = self._events.after(position, self._limit)
            if not events:
                listener.wait(self._safety_seconds)
                continue
            records, reached = self._translation.batch(events, self._batch_bytes)
            if records:
                try:
                    publisher.publish(records)
                except TransportFailed as error:
                    raise TransportFailed(
                        f"positions {events[0][1].position} to {reached}: {error}"
                    ) from error
            self._move(connection, position, reached)
            position = reached
            self._measures.published.inc(len(records))
            self._thread.progressed()
            self._limit = min(self._batch_limit, self._limit * 4)

    def _move(self, connection: Connection[TupleRow], old: int, new: int) -> None:
        moved = connection.execute(
            "UPDATE relay SET position = %s WHERE id = %s AND position = %s",
            [new, RELAY_ROW, old],
        )
        if moved.rowcount != 1:
            raise TransportFailed(f"the relay's row is no longer at {old}: another one moved it")
