"""The thread that fires timers when they have come (A28, A29)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog

from approval_service.commands.firing_timers import FireTimer, fire_together
from approval_service.read_models.timers import due, overdue
from opentas_shared.domain.errors import DomainError
from opentas_shared.domain.time import Moment, utc_now
from opentas_shared.messaging.threads import RestartingThread
from opentas_shared.persistence.errors import StoreUnavailable
from opentas_shared.persistence.recorded import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import RowMapping

    from opentas_shared.persistence.database import Database
    from opentas_shared.persistence.executor import Executor
    from opentas_shared.runtime.resources import Resources

log = structlog.get_logger(__name__)
ACTOR = "system:approval-service"
POLL_SECONDS = 1.0
BATCH = 64
"""Timers handed to the executor together: one transaction, so that people are not kept waiting
behind thousands of timers."""
REFUSED_SECONDS = 60.0
"""A timer that could not do its work is tried again after so long."""


class Timekeeper:
    """Polls for timers that have come and hands them to the executor.

    Several may run at once, and each may die at any moment: a timer's row goes in the
    transaction in which it fires, and the approval lets it fire once only.
    """

    def __init__(
        self, executor: Executor, database: Database, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._executor = executor
        self._database = database
        self._clock = clock
        self._refused: dict[UUID, float] = {}
        self._thread = RestartingThread("timekeeper", self._session, self._failed)

    @property
    def last_beat(self) -> float:
        """The last sign of life (monotonic)."""
        return self._thread.last_beat

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the timers at hand and stop the thread."""
        self._thread.request_stop()
        self._thread.join()

    def fire_due(self) -> int:
        """Fire what has come by now; how many timers that were."""
        fired = 0
        while not self._thread.stopping:
            found = self._due()
            if not found:
                break
            fired += self._fire(found)
            self._thread.beat()
        return fired

    def _due(self) -> Sequence[RowMapping]:
        now = time.monotonic()
        self._refused = {id: until for id, until in self._refused.items() if until > now}
        with self._database.read() as connection:
            return due(connection, self._clock(), BATCH, self._refused.keys())

    def _fire(self, found: Sequence[RowMapping]) -> int:
        at = Moment(self._clock())
        commands = [
            FireTimer(row["approval_id"], row["task_id"], row["timer_no"], at) for row in found
        ]
        futures = self._executor.submit_together(
            (unit, Context(ACTOR, at)) for unit in fire_together(commands)
        )
        fired = 0
        for command, future in zip(commands, futures, strict=True):
            try:
                future.result()
                fired += 1
            except StoreUnavailable:
                raise
            except Exception as refusal:
                self._refuse(command, refusal)
        return fired

    def _refuse(self, command: FireTimer, refusal: Exception) -> None:
        self._refused[command.task_id] = time.monotonic() + REFUSED_SECONDS
        log.warning(
            "timer_refused",
            approval_id=str(command.approval_id),
            task_id=str(command.task_id),
            timer_no=command.timer_no,
            error=type(refusal).__name__,
            reason=str(refusal) if isinstance(refusal, DomainError) else None,
        )

    def _session(self) -> None:
        while not self._thread.stopping:
            self._thread.beat()
            self.fire_due()
            self._thread.progressed()
            self._thread.pause(POLL_SECONDS)

    def _failed(self, error: Exception) -> None:
        log.warning("timekeeper_failed", error=type(error).__name__)


def timekeeper(resources: Resources) -> Timekeeper:
    """The timekeeper of a running service, with the gauge of what it has not fired."""

    def late() -> float:
        with resources.database.read() as connection:
            return float(overdue(connection, utc_now()))

    resources.metrics.gauge("opentas_overdue_timers", "Timers that have come, not fired.", late)
    return Timekeeper(resources.executor, resources.database)
