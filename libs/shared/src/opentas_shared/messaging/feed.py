"""The published records of one producer by position, translated once for all its readers."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from opentas_shared.messaging.translation import Untranslatable
from opentas_shared.persistence.eventstore import EventStore
from opentas_shared.persistence.tables import events

if TYPE_CHECKING:
    from opentas_shared.messaging.records import Record
    from opentas_shared.messaging.translation import Translation
    from opentas_shared.messaging.transport import Mark
    from opentas_shared.persistence.database import Database

TAIL = 2000
"""Events kept translated in memory for the readers that are up to date."""


@dataclass(frozen=True)
class Page:
    """The published records after a position, the position and epoch they reach."""

    records: list[Record]
    position: int
    epoch: int
    more: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    position: int
    epoch: int
    record: Record | None


class Feed:
    """The events of one producer as records."""

    def __init__(self, database: Database, translation: Translation) -> None:
        self.source = translation.source
        self._database = database
        self._events = EventStore(database)
        self._translation = translation
        self._tail: deque[_Entry] = deque(maxlen=TAIL)
        self._lock = threading.Lock()

    def head(self) -> int:
        """The position of the last event."""
        return self._events.head()

    def start_after(self, mark: Mark | None) -> int:
        """The position after which a reader with this mark goes on.

        A restored backup may end before the mark: then it is the last position that the mark's
        epoch still has, for behind it the new epoch has begun.
        """
        if mark is None:
            return 0
        if mark.epoch >= self._events.epoch():
            return mark.position
        with self._database.read() as connection:
            last = connection.scalar(
                select(func.max(events.c.position)).where(
                    events.c.epoch <= mark.epoch, events.c.position <= mark.position
                )
            )
        return last or 0

    def after(self, position: int, limit: int) -> Page:
        """At most ``limit`` events after ``position``; ``Untranslatable`` when it is the next."""
        with self._lock:
            entries = self._from_tail(position, limit)
        if entries is None:
            entries = self._read(position, limit)
        return Page(
            [entry.record for entry in entries if entry.record is not None],
            entries[-1].position if entries else position,
            entries[-1].epoch if entries else 0,
            more=len(entries) >= limit,
        )

    def _from_tail(self, position: int, limit: int) -> list[_Entry] | None:
        """What follows ``position`` in the tail, after extending it; ``None`` if it is older."""
        if not self._tail:
            self._tail.extend(self._read(position, limit))
            return list(self._tail)
        if position < self._tail[0].position - 1:
            return None
        end = self._tail[-1].position
        if position > end:
            self._tail.clear()
            return self._from_tail(position, limit)
        if position == end:
            new = self._read(end, limit)
            self._tail.extend(new)
            return new
        found = [entry for entry in self._tail if entry.position > position]
        return found[:limit]

    def _read(self, position: int, limit: int) -> list[_Entry]:
        entries: list[_Entry] = []
        for event, recorded in self._events.after(position, limit):
            try:
                record = self._translation.record(event, recorded)
            except Untranslatable:
                if not entries:
                    raise
                break
            entries.append(_Entry(recorded.position, recorded.epoch, record))
        return entries
