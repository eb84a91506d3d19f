"""Submitting the records of a poll together, and again what has to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from opentas_shared.messaging.reacting import Outcome
from opentas_shared.messaging.tracking import NOTHING, PredecessorMissing
from opentas_shared.persistence.database import is_transient
from opentas_shared.persistence.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from opentas_shared.messaging.delivery import Delivery
    from opentas_shared.messaging.measures import Measures
    from opentas_shared.messaging.reacting import Reactor
    from opentas_shared.messaging.tracking import Place
    from opentas_shared.messaging.transport import Mark
    from opentas_shared.persistence.executor import Executor
    from opentas_shared.persistence.recorded import Context
    from opentas_shared.persistence.unit_of_work import UnitOfWork

    Unit = tuple[Callable[[UnitOfWork], Any], Context]

BEAT_SECONDS = 1.0


class Rounds:
    """Runs deliveries through the executor of the service."""

    def __init__(
        self,
        executor: Executor,
        reactor: Reactor,
        measures: Measures,
        *,
        attempts: int,
        beat: Callable[[], None],
    ) -> None:
        self._executor = executor
        self._reactor = reactor
        self._measures = measures
        self._attempts = attempts
        self._beat = beat

    def run(
        self, deliveries: Sequence[Delivery], marks: Sequence[Mark]
    ) -> tuple[list[Delivery], Sequence[Mark]]:
        """Submit everything in order and wait; gives what has to be submitted again.

        Each unit asks that the one before it in its partition has been dealt with, and the last
        unit, which notes records without a handler and the marks, asks it of all. So nothing is
        overtaken, whatever fails.
        """
        handled = [delivery for delivery in deliveries if not delivery.passes]
        last = {delivery.place: delivery.position for delivery in deliveries}
        units, reached = self._units(handled)
        moves = {
            place: position
            for place, position in last.items()
            if position > reached.get(place, NOTHING)
        }
        if moves or marks:
            units.append((self._reactor.moving(reached, moves, marks), self._reactor.context(None)))
        futures = self._executor.submit_together(units)
        done = {
            id(delivery)
            for delivery, future in zip(handled, futures, strict=False)
            if self._done(delivery, future)
        }
        if len(futures) > len(handled) and not self._noted(futures[-1]):
            return [delivery for delivery in deliveries if id(delivery) not in done], marks
        self._measures.records.labels(Outcome.PASSED).inc(len(deliveries) - len(handled))
        return [delivery for delivery in handled if id(delivery) not in done], ()

    def _units(self, handled: Sequence[Delivery]) -> tuple[list[Unit], dict[Place, int]]:
        units: list[Unit] = []
        reached: dict[Place, int] = {}
        foresight = self._reactor.foresight(handled)
        for index, delivery in enumerate(handled):
            expected = reached.get(delivery.place, NOTHING)
            unit = self._reactor.reaction(delivery, expected, foresight, index)
            units.append((unit, self._reactor.context(delivery.envelope)))
            reached[delivery.place] = delivery.position
        return units, reached

    def _noted(self, future: Future[None]) -> bool:
        error = self._error_of(future)
        if error is not None and not _passes_by_itself(error):
            raise error
        return error is None

    def _done(self, delivery: Delivery, future: Future[Outcome]) -> bool:
        """Wait for a unit; false when its record has to be submitted again."""
        error = self._error_of(future)
        if error is None:
            self._measures.records.labels(future.result()).inc()
            return True
        if not _passes_by_itself(error):
            delivery.attempts += 1
            if delivery.attempts >= self._attempts:
                delivery.fault = error
        return False

    def _error_of(self, future: Future[Any]) -> Exception | None:
        """Wait for a unit, giving signs of life; its error, unless the service is stopping."""
        while True:
            self._beat()
            try:
                error = future.exception(timeout=BEAT_SECONDS)
            except TimeoutError:
                continue
            if isinstance(error, StoreUnavailable) or not isinstance(error, Exception | None):
                raise error
            return error


def _passes_by_itself(error: Exception) -> bool:
    """Whether the same record can succeed later without anybody's doing."""
    if isinstance(error, PredecessorMissing):
        return True
    return isinstance(error, SQLAlchemyError) and is_transient(error)
