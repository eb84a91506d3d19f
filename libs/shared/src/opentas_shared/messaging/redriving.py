"""Handling dead letters again, in order, once their cause is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select

from opentas_shared.domain.time import utc_now
from opentas_shared.messaging.deadletters import Kind, describe, queue_of
from opentas_shared.messaging.delivery import Reader
from opentas_shared.messaging.reacting import Reactor, attempt
from opentas_shared.messaging.records import Record
from opentas_shared.messaging.tracking import Place, Tracking
from opentas_shared.persistence.tables import dead_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from uuid import UUID

    from sqlalchemy import RowMapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.deadletters import DeadLetter
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.executor import Executor
    from opentas_shared.persistence.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class RedriveReport:
    """How many records were handled, and how many still wait."""

    applied: int
    left: int


class Redriver:
    """Handles the queues of aggregates again, through the executor of their service.

    Each record is a unit of work that removes its dead letter together with the effect. The
    append lock that the executor holds keeps the consumer from its tracking row meanwhile, and
    the partition's count of dead letters falls with the last of a queue, so that an event which
    arrives in between is parked or handled, never lost or out of order.
    """

    def __init__(
        self,
        service: str,
        executor: Executor,
        reactions: Mapping[type[Contract], Callable[[Any, Envelope, UnitOfWork], None]],
        *,
        consumer: str | None = None,
    ) -> None:
        self._consumer = consumer or service
        self._executor = executor
        self._reader = Reader(reactions)
        self._reactor = Reactor(service, self._consumer, attempts=1)

    def redrive(self, letters: Iterable[DeadLetter]) -> RedriveReport:
        """Handle the whole queues to which these letters belong, each until one fails again."""
        applied = left = 0
        queues: dict[tuple[Any, ...], DeadLetter] = {}
        for letter in letters:
            if letter.consumer != self._consumer:
                continue
            if letter.kind is Kind.UNREADABLE:
                done = self._one(letter.id)
                applied, left = applied + int(done), left + int(not done)
            else:
                queues.setdefault((letter.source, letter.subject), letter)
        for letter in queues.values():
            handled, waiting = self._queue(letter)
            applied, left = applied + handled, left + waiting
        return RedriveReport(applied, left)

    def discard(self, id: UUID, reason: str) -> bool:
        """Give a record up, for a reason that the log keeps; false when it is not there.

        What is parked behind it stays, and can be handled with the next redrive.
        """

        def unit(work: UnitOfWork) -> bool:
            row = work.rows.get(dead_letters, id=id)
            if row is None:
                return False
            work.rows.delete(dead_letters, id=id)
            self._count_down(row, work)
            return True

        done = self._executor.submit(unit, self._reactor.context(None), patient=True).result()
        if done:
            log.warning("discarded", consumer=self._consumer, dead_letter=str(id), reason=reason)
        return done

    def _queue(self, letter: DeadLetter) -> tuple[int, int]:
        handled = 0
        while True:
            ids = self._executor.submit(
                lambda work: [row["id"] for row in self._rows_of(work, letter)],
                self._reactor.context(None),
                patient=True,
            ).result()
            for index, id in enumerate(ids):
                if not self._one(id):
                    return handled, len(ids) - index
                handled += 1
            if not ids:
                return handled, 0

    def _rows_of(self, work: UnitOfWork, letter: DeadLetter) -> list[RowMapping]:
        assert letter.subject is not None
        return list(work.rows.select(queue_of(self._consumer, letter.source, letter.subject)))

    def _one(self, id: UUID) -> bool:
        """Handle one record; false when it fails again, which its row then tells."""
        found = self._executor.submit(
            lambda work: work.rows.select(select(dead_letters).where(dead_letters.c.id == id)),
            self._reactor.context(None),
            patient=True,
        ).result()
        if not found:
            return True
        delivery = self._reader.read(_record(found[0]))
        context = self._reactor.context(delivery.envelope)

        def unit(work: UnitOfWork) -> bool:
            row = work.rows.get(dead_letters, id=id)
            if row is None:
                return True
            error = delivery.fault
            if error is None and delivery.handler is not None:
                error = attempt(delivery, work, 1)
            if error is not None:
                work.rows.put(dead_letters, failed_again(row, error))
                return False
            work.rows.delete(dead_letters, id=id)
            self._count_down(row, work)
            return True

        done = self._executor.submit(unit, context, patient=True).result()
        log.info("redriven", consumer=self._consumer, dead_letter=str(id), handled=done)
        return done

    def _count_down(self, row: Mapping[str, Any], work: UnitOfWork) -> None:
        if row["kind"] == Kind.UNREADABLE:
            return
        place = Place(row["source"], row["epoch"], row["topic"], row["partition"])
        Tracking(work.rows, self._consumer).count_down(place)


def _record(row: RowMapping) -> Record:
    return Record(row["topic"], row["partition"], b"", bytes(row["value"]), offset=row["position"])


def failed_again(row: Mapping[str, Any], error: Exception) -> dict[str, Any]:
    """The row of a dead letter after another attempt."""
    return {
        **row,
        "kind": row["kind"] if row["kind"] == Kind.UNREADABLE else Kind.FAILED.value,
        "error": describe(error),
        "attempts": row["attempts"] + 1,
        "failed_at": utc_now(),
    }
