"""Listening to one producer of the direct transport."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import structlog

from opentas_shared.messaging.feed import Feed
from opentas_shared.messaging.listener import Listener, own_connection
from opentas_shared.messaging.threads import RestartingThread

if TYPE_CHECKING:
    from opentas_shared.messaging.translation import Translation
    from opentas_shared.persistence.database import Database

log = structlog.get_logger(__name__)

SAFETY_SECONDS = 5.0
"""How often subscribers are told to look though nothing was heard."""


@dataclass(frozen=True)
class Producer:
    """A service whose events are read: its translation and its database."""

    name: str
    database: Database
    translation: Translation


class Hearer(Protocol):
    """Somebody to be told of new events."""

    def heard(self, watch: Watch) -> None:
        """There may be new events of this producer."""


class Watch:
    """Listens to one producer and wakes its subscribers."""

    def __init__(self, producer: Producer) -> None:
        self.feed = Feed(producer.database, producer.translation)
        self.failure: Exception | None = None
        self._producer = producer
        self._listener: Listener | None = None
        self._subscribers: set[Hearer] = set()
        self._lock = threading.Lock()
        self._thread = RestartingThread(f"{producer.name}-watch", self._session, self._failed)

    def add(self, subscriber: Hearer) -> None:
        """Wake a subscriber from now on."""
        with self._lock:
            self._subscribers.add(subscriber)

    def remove(self, subscriber: Hearer) -> None:
        """Wake it no more."""
        with self._lock:
            self._subscribers.discard(subscriber)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._thread.request_stop()
        listener = self._listener
        if listener is not None:
            listener.wake()
        self._thread.join()

    def _failed(self, error: Exception) -> None:
        log.warning("watch_failed", producer=self._producer.name, error=type(error).__name__)

    def _session(self) -> None:
        listener = self._listener = Listener(own_connection(self._producer.database))
        try:
            while not self._thread.stopping:
                self._thread.beat()
                with self._lock:
                    for subscriber in self._subscribers:
                        subscriber.heard(self)
                self._thread.progressed()
                listener.wait(SAFETY_SECONDS)
        finally:
            self._listener = None
            listener.close()
