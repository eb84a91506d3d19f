"""Reacting to the events of other services: exactly once in effect, in order, for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from opentas_shared.messaging.delivery import Delivery, Reader
from opentas_shared.messaging.freshness import FreshnessNotes
from opentas_shared.messaging.measures import Measures
from opentas_shared.messaging.reacting import Outcome, Reactor
from opentas_shared.messaging.threads import RestartingThread
from opentas_shared.messaging.tracking import NOTHING, PredecessorMissing, marks
from opentas_shared.messaging.transport import TransportFailed
from opentas_shared.persistence.database import is_transient
from opentas_shared.persistence.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.messaging.tracking import Place
    from opentas_shared.messaging.transport import Mark, Poll, Subscription, Transport
    from opentas_shared.persistence.database import Database
    from opentas_shared.persistence.executor import Executor
    from opentas_shared.persistence.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

RETRY_SECONDS = 0.2
BEAT_SECONDS = 1.0


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
        self._executor = executor
        self._database = database
        self._transport = transport
        self._attempts = attempts
        self._poll_seconds = poll_seconds
        self._measures = measures or Measures()
        self._reader = Reader(reactions)
        self._reactor = Reactor(service, self.name, attempts)
        self._notes = FreshnessNotes(database, self.name, self.topics)
        self._subscription: Subscription | None = None
        self._thread = RestartingThread(f"{self.name}-consumer", self._session, self._failed)

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
        left = [self._reader.read(record) for record in poll.records]
        for delivery in left:
            if delivery.envelope is not None:
                self._notes.delivered(delivery.record.topic, delivery.envelope.recorded_time)
        kept: Sequence[Mark] = poll.marks
        while left or kept:
            before = len(left)
            left, kept = self._round(left, kept)
            if len(left) == before and left:
                self._thread.beat()
                self._thread.pause(RETRY_SECONDS)

    def _round(
        self, deliveries: Sequence[Delivery], kept: Sequence[Mark]
    ) -> tuple[list[Delivery], Sequence[Mark]]:
        """Submit everything in order and wait; what has to be submitted again."""
        reached: dict[Place, int] = {}
        moves: dict[Place, int] = {}
        futures: list[Future[Outcome]] = []
        handled = [delivery for delivery in deliveries if not delivery.passes]
        foresight = self._reactor.foresight(handled)
        for delivery in deliveries:
            moves[delivery.place] = delivery.position
        for index, delivery in enumerate(handled):
            expected = reached.get(delivery.place, NOTHING)
            unit = self._reactor.reaction(delivery, expected, foresight, index)
            context = self._reactor.context(delivery.envelope)
            futures.append(self._executor.submit(unit, context, patient=True))
            reached[delivery.place] = delivery.position
        moves = {place: moved for place, moved in moves.items() if moved > reached.get(place, -1)}
        noted: Future[None] | None = None
        if moves or kept:
            unit_of_moves = self._reactor.moving(reached, moves, kept)
            noted = self._executor.submit(unit_of_moves, self._reactor.context(None), patient=True)
        done = {
            id(delivery)
            for delivery, future in zip(handled, futures, strict=True)
            if self._done(delivery, future)
        }
        if noted is not None and not self._noted(noted):
            return [delivery for delivery in deliveries if id(delivery) not in done], kept
        self._measures.records.labels(Outcome.PASSED).inc(len(deliveries) - len(handled))
        return [delivery for delivery in handled if id(delivery) not in done], ()

    def _noted(self, future: Future[None]) -> bool:
        error = self._outcome_of(future)
        if error is None:
            return True
        if _passes_by_itself(error):
            return False
        raise error

    def _done(self, delivery: Delivery, future: Future[Outcome]) -> bool:
        """Wait for a unit; false when its record has to be submitted again."""
        error = self._outcome_of(future)
        if error is None:
            self._measures.records.labels(future.result()).inc()
            return True
        if not _passes_by_itself(error):
            delivery.attempts += 1
            if delivery.attempts >= self._attempts:
                delivery.fault = error
        return False

    def _outcome_of(self, future: Future[Any]) -> Exception | None:
        """Wait for a unit, giving signs of life; its error, unless the service is stopping."""
        while True:
            self._thread.beat()
            try:
                error = future.exception(timeout=BEAT_SECONDS)
            except TimeoutError:
                continue
            if isinstance(error, StoreUnavailable):
                raise error
            if error is not None and not isinstance(error, Exception):
                raise error
            return error


def _passes_by_itself(error: Exception) -> bool:
    """Whether the same record can succeed later without anybody's doing."""
    if isinstance(error, PredecessorMissing):
        return True
    return isinstance(error, SQLAlchemyError) and is_transient(error)
