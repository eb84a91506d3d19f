"""Reacting to the events of other services: exactly once in effect, in order, for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from opentas_shared.messaging.delivery import Reader, in_order
from opentas_shared.messaging.freshness import FreshnessNotes
from opentas_shared.messaging.measures import Measures
from opentas_shared.messaging.reacting import Reactor
from opentas_shared.messaging.rounds import Rounds
from opentas_shared.messaging.threads import RestartingThread
from opentas_shared.messaging.tracking import marks
from opentas_shared.messaging.transport import TransportFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.messaging.transport import Mark, Poll, Subscription, Transport
    from opentas_shared.persistence.database import Database
    from opentas_shared.persistence.executor import Executor
    from opentas_shared.persistence.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

RETRY_SECONDS = 0.2


class Consumer:
    """Applies the records of the subscribed topics through the executor of its service.

    Each record is a unit of work of its own, in which its tracking moves on; all units of a
    poll are submitted together, so that they share transactions. Offsets of the transport are
    committed after the database. A record whose handler fails ``attempts`` times becomes a dead
    letter; lost connections, deadlocks and timeouts are tried again for ever.
    """

    def __init__(
        self,
        service: str,
        executor: Executor,
        database: Database,
        reactions: Mapping[type[Contract], Callable[[Any, Envelope, UnitOfWork], None]],
        transport: Transport,
        *,
        name: str | None = None,
        attempts: int = 3,
        poll_seconds: float = 1.0,
        measures: Measures | None = None,
    ) -> None:
        self.name = name or service
        self.topics = tuple(sorted({contract.TOPIC for contract in reactions}))
        self._database = database
        self._transport = transport
        self._poll_seconds = poll_seconds
        self._measures = measures or Measures()
        self._reader = Reader(reactions)
        self._notes = FreshnessNotes(database, self.name, self.topics)
        self._subscription: Subscription | None = None
        self._thread = RestartingThread(f"{self.name}-consumer", self._session, self._failed)
        self._rounds = Rounds(
            executor,
            Reactor(service, self.name, attempts),
            self._measures,
            attempts=attempts,
            beat=self._thread.beat,
        )

    @property
    def last_beat(self) -> float:
        """The last sign of life (monotonic)."""
        return self._thread.last_beat

    @property
    def failure(self) -> Exception | None:
        """What went wrong last, until something succeeds again."""
        return self._thread.failure

    def start(self) -> None:
        """Start the thread; the executor must run."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the records at hand and stop; the executor must still run."""
        self._thread.request_stop()
        subscription = self._subscription
        if subscription is not None:
            subscription.wake()
        self._thread.join()

    def _failed(self, error: Exception) -> None:
        self._measures.consumer_failures.inc()
        log.error(
            "consumer_failed", consumer=self.name, error=type(error).__name__, detail=str(error)
        )

    def _session(self) -> None:
        with self._database.read() as connection:
            kept = marks(connection, self.name)
        subscription = self._transport.subscribe(self.name, self.topics, kept)
        self._subscription = subscription
        try:
            while not self._thread.stopping:
                self._thread.beat()
                poll = subscription.poll(self._poll_seconds)
                if poll.records or poll.marks:
                    self._apply(poll)
                subscription.applied()
                self._note_freshness(subscription)
                self._thread.progressed()
        finally:
            self._subscription = None
            subscription.close()

    def _note_freshness(self, subscription: Subscription) -> None:
        if not self._notes.due():
            return
        try:
            self._notes.write(subscription.progress().behind)
        except (TransportFailed, SQLAlchemyError) as error:
            log.warning("freshness_unknown", consumer=self.name, error=type(error).__name__)

    def _apply(self, poll: Poll) -> None:
        """Apply records until all are dealt with; what passes by itself is waited for."""
        left = in_order(self._reader.read(record) for record in poll.records)
        for delivery in left:
            if delivery.envelope is not None:
                self._notes.delivered(delivery.record.topic, delivery.envelope.recorded_time)
        kept: Sequence[Mark] = poll.marks
        while left or kept:
            before = len(left)
            left, kept = self._rounds.run(left, kept)
            if left and len(left) == before:
                self._thread.pause(RETRY_SECONDS)
