"""What one record does to a service: the unit of work around its handler."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from opentas_shared.domain.time import Moment
from opentas_shared.messaging.deadletters import dead_letter_row, has_queue
from opentas_shared.messaging.foresight import Foresight
from opentas_shared.messaging.tracking import PredecessorMissing, Tracking, place_of
from opentas_shared.persistence.recorded import Context
from opentas_shared.persistence.tables import dead_letters
from opentas_shared.persistence.tables import tracking as tracking_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from opentas_shared.messaging.delivery import Delivery
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.messaging.tracking import Place
    from opentas_shared.messaging.transport import Mark
    from opentas_shared.persistence.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What became of a record."""

    APPLIED = "APPLIED"
    SEEN = "SEEN"
    PASSED = "PASSED"
    DEAD = "DEAD"
    PARKED = "PARKED"


ENTERED_LATE = timedelta(minutes=1)
"""What was recorded so long after it happened is history that was entered."""


class Reactor:
    """Makes the units of work of one consumer."""

    def __init__(self, service: str, consumer: str, attempts: int) -> None:
        self._actor = f"system:{service}"
        self._consumer = consumer
        self._attempts = attempts

    def context(self, envelope: Envelope | None) -> Context:
        """Who and why: the service itself, because of the event and at its effective time."""
        if envelope is None:
            return Context(self._actor)
        return Context(
            actor=self._actor,
            moment=Moment(
                envelope.time, past=envelope.recorded_time - envelope.time > ENTERED_LATE
            ),
            correlation_id=envelope.correlation_id,
            causation_id=str(envelope.id),
            traceparent=envelope.traceparent,
        )

    def foresight(self, deliveries: Sequence[Delivery]) -> Foresight:
        """What the units of these deliveries will need, for ``reaction``."""
        return Foresight(self._consumer, tracking_table, deliveries)

    def reaction(
        self, delivery: Delivery, expected: int, foresight: Foresight, index: int
    ) -> Callable[[UnitOfWork], Outcome]:
        """The unit that applies a record, in which its tracking moves on.

        ``expected`` is the position of the record ahead of it in the same partition,
        ``index`` its place among the deliveries of ``foresight``.
        """

        def unit(work: UnitOfWork) -> Outcome:
            foresight.load(work.rows, index)
            tracking = Tracking(work.rows, self._consumer)
            row = tracking.row(delivery.place)
            if row["position"] >= delivery.position:
                return Outcome.SEEN
            if row["position"] < expected:
                raise PredecessorMissing
            outcome = self._apply(delivery, work, queued=row["dead_letters"] > 0)
            buried = outcome in (Outcome.DEAD, Outcome.PARKED) and delivery.envelope is not None
            tracking.put(
                {
                    **row,
                    "position": delivery.position,
                    "dead_letters": row["dead_letters"] + int(buried),
                }
            )
            return outcome

        return unit

    def _apply(self, delivery: Delivery, work: UnitOfWork, *, queued: bool) -> Outcome:
        envelope = delivery.envelope
        if (
            queued
            and envelope is not None
            and has_queue(work.rows, self._consumer, envelope.source, envelope.subject)
        ):
            work.rows.new(dead_letters, dead_letter_row(self._consumer, delivery, None, 0))
            return Outcome.PARKED
        error = delivery.fault
        attempts = max(1, delivery.attempts)
        if error is None:
            attempts = self._attempts
            error = attempt(delivery, work, attempts)
        if error is None:
            return Outcome.APPLIED
        work.rows.new(dead_letters, dead_letter_row(self._consumer, delivery, error, attempts))
        log.error(
            "dead_letter",
            consumer=self._consumer,
            topic=delivery.record.topic,
            partition=delivery.record.partition,
            position=delivery.position,
            event_id=str(envelope.id) if envelope is not None else None,
            type=envelope.type if envelope is not None else None,
            aggregate_id=envelope.subject if envelope is not None else None,
            error=type(error).__name__,
        )
        return Outcome.DEAD

    def moving(
        self, reached: Mapping[Place, int], moves: Mapping[Place, int], marks: Iterable[Mark]
    ) -> Callable[[UnitOfWork], None]:
        """The unit that notes records without a handler, and the marks.

        It goes ahead only when every record before it was dealt with, up to ``reached``.
        """

        def unit(work: UnitOfWork) -> None:
            tracking = Tracking(work.rows, self._consumer)
            targets = {**moves, **dict(place_of(mark) for mark in marks)}
            tracking.prefetch([*reached, *targets])
            for place, position in reached.items():
                if tracking.row(place)["position"] < position:
                    raise PredecessorMissing
            for place, position in targets.items():
                row = tracking.row(place)
                if row["position"] < position:
                    tracking.put({**row, "position": position})

        return unit


def attempt(delivery: Delivery, work: UnitOfWork, attempts: int) -> Exception | None:
    """Run the handler until it succeeds, at most ``attempts`` times; the last error if not.

    Errors of the database leave the unit: its transaction is lost, the executor decides.
    """
    assert delivery.handler is not None
    assert delivery.envelope is not None
    failure: Exception | None = None
    for _ in range(attempts):
        try:
            with work.nested() as inner:
                delivery.handler(delivery.contract, delivery.envelope, inner)
        except SQLAlchemyError:
            raise
        except Exception as error:
            failure = error
        else:
            return None
    return failure
