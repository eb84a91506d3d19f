"""One listener per process tells its open streams what was committed, by whichever process."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING

import structlog

from approval_service.live.changes import Change, changes_of
from opentas_shared.messaging.listener import Listener, own_connection

if TYPE_CHECKING:
    from opentas_shared.runtime.resources import Resources

log = structlog.get_logger(__name__)
READ_TOGETHER = 500
SAFETY_SECONDS = 2.0
"""How often the store is read though nothing was heard."""
PAUSE_SECONDS = 1.0
"""Between a lost connection and the next one."""
MOST_WAITING = 1_000
"""So many changes wait for one stream; then it starts anew."""


class Subscription:
    """The changes for one open stream; ``lagging`` when it has fallen too far behind."""

    def __init__(self, person_id: str) -> None:
        self.person_id = person_id
        self.changes: asyncio.Queue[Change] = asyncio.Queue(MOST_WAITING)
        self.lagging = False
        self._loop = asyncio.get_running_loop()

    def tell(self, changes: list[Change]) -> None:
        """Hand over changes from another thread."""
        self._loop.call_soon_threadsafe(self._put, changes)

    def _put(self, changes: list[Change]) -> None:
        for change in changes:
            if self.changes.full():
                self.lagging = True
                return
            self.changes.put_nowait(change)


class Broadcast:
    """Reads events as they are committed, while somebody is subscribed and nothing drains."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)
        self._lock = threading.Lock()
        self._listener: Listener | None = None
        self._running = False
        self._position = 0

    def subscribe(self, subscription: Subscription) -> int:
        """Tell it everything committed after the position that is returned."""
        with self._lock:
            self._subscriptions[subscription.person_id].add(subscription)
            if not self._running:
                self._position = self._resources.events.head()
                self._running = True
                threading.Thread(target=self._run, name="inbox-broadcast", daemon=True).start()
            return self._position

    def unsubscribe(self, subscription: Subscription) -> None:
        """Tell it nothing more; after the last one the listener ends."""
        with self._lock:
            own = self._subscriptions[subscription.person_id]
            own.discard(subscription)
            if not own:
                del self._subscriptions[subscription.person_id]
            if not self._subscriptions and self._listener is not None:
                self._listener.wake()

    def _wanted(self) -> bool:
        with self._lock:
            self._running = bool(self._subscriptions) and not self._resources.draining
            return self._running

    def _run(self) -> None:
        while True:
            try:
                self._session()
                return
            except Exception as error:
                log.warning("inbox_broadcast_failed", error=type(error).__name__)
                time.sleep(PAUSE_SECONDS)
                if not self._wanted():
                    return

    def _session(self) -> None:
        """Listen and read until nobody wants it any more; a lost connection raises."""
        listener = Listener(own_connection(self._resources.database))
        self._listener = listener
        try:
            while self._wanted():
                self._read()
                listener.wait(SAFETY_SECONDS)
        finally:
            self._listener = None
            listener.close()

    def _read(self) -> None:
        while True:
            found = self._resources.events.after(self._position, READ_TOGETHER)
            changes: dict[str, list[Change]] = defaultdict(list)
            for event, recorded in found:
                for change in changes_of(event, recorded):
                    changes[change.person_id].append(change)
            with self._lock:
                for person_id in changes.keys() & self._subscriptions.keys():
                    for subscription in self._subscriptions[person_id]:
                        subscription.tell(changes[person_id])
                if found:
                    self._position = found[-1][1].position
            if len(found) < READ_TOGETHER:
                return
