"""What a worker tidies up: answers kept for an ``Idempotency-Key`` longer than promised."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import delete

from opentas_shared.domain.time import utc_now
from opentas_shared.messaging.threads import RestartingThread
from opentas_shared.persistence.tables import idempotency

if TYPE_CHECKING:
    from opentas_shared.persistence.database import Database

log = structlog.get_logger(__name__)
EVERY_SECONDS = 600.0
BEAT_SECONDS = 5.0


class Maintenance:
    """A thread that deletes expired idempotency records every ten minutes."""

    def __init__(self, database: Database, hours: int) -> None:
        self._database = database
        self._hours = hours
        self._thread = RestartingThread("maintenance", self._session, self._failed)

    @property
    def last_beat(self) -> float:
        """The last sign of life (monotonic)."""
        return self._thread.last_beat

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread."""
        self._thread.request_stop()
        self._thread.join()

    def tidy(self) -> int:
        """Delete what has expired; how many records that were."""
        expired = utc_now() - timedelta(hours=self._hours)
        with self._database.begin() as connection:
            done = connection.execute(delete(idempotency).where(idempotency.c.created_at < expired))
        return done.rowcount

    def _session(self) -> None:
        waited = EVERY_SECONDS
        while not self._thread.stopping:
            self._thread.beat()
            if waited >= EVERY_SECONDS:
                self.tidy()
                self._thread.progressed()
                waited = 0.0
            self._thread.pause(BEAT_SECONDS)
            waited += BEAT_SECONDS

    def _failed(self, error: Exception) -> None:
        log.warning("maintenance_failed", error=type(error).__name__)
