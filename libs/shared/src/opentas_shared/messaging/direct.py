"""The transport of one machine without a broker: reading the producers' event tables.

Only the command line makes one (``opentas up``, ``opentas rebuild``) and gives it each producer's
translation and read connection. Records, partitions and tracking are those of Kafka, so that a
change of transport changes nothing.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from opentas_shared.messaging.topics import source_of
from opentas_shared.messaging.translation import Untranslatable
from opentas_shared.messaging.transport import Mark, Poll, Progress, TransportFailed
from opentas_shared.messaging.watch import Producer, Watch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


__all__ = ["DirectSubscription", "DirectTransport", "Producer"]

log = structlog.get_logger(__name__)

MARK_EVERY = 1000
"""Positions after which a mark is kept even when nothing was delivered."""


class DirectTransport:
    """Brings the events of ``producers`` to consumers in the same process."""

    def __init__(self, producers: Sequence[Producer], *, max_records: int = 200) -> None:
        self._watches = {producer.translation.source: Watch(producer) for producer in producers}
        self._max_records = max_records

    @property
    def failures(self) -> dict[str, Exception]:
        """By source, why events of a producer cannot be read at the moment."""
        return {
            source: watch.failure
            for source, watch in self._watches.items()
            if watch.failure is not None
        }

    def start(self) -> None:
        """Begin to listen to the producers."""
        for watch in self._watches.values():
            watch.start()

    def stop(self) -> None:
        """Stop listening; consumers stop before."""
        for watch in self._watches.values():
            watch.stop()

    def subscribe(
        self, consumer: str, topics: Sequence[str], marks: Mapping[str, Mark]
    ) -> DirectSubscription:
        """The records of ``topics`` behind the marks of the consumer."""
        sources = {source_of(topic) for topic in topics}
        watches = [watch for source, watch in self._watches.items() if source in sources]
        return DirectSubscription(watches, topics, marks, self._max_records)


class DirectSubscription:
    """Reads the feeds of some producers, each in the order of its positions."""

    def __init__(
        self,
        watches: Sequence[Watch],
        topics: Sequence[str],
        marks: Mapping[str, Mark],
        max_records: int,
    ) -> None:
        self._topics = frozenset(topics)
        self._max_records = max_records
        self._cursors = {
            watch: watch.feed.start_after(marks.get(watch.feed.source)) for watch in watches
        }
        self._marked = dict(self._cursors)
        self._condition = threading.Condition()
        self._heard = set(watches)
        self._woken = False
        for watch in watches:
            watch.add(self)

    def heard(self, watch: Watch) -> None:
        """There may be new events of a producer."""
        with self._condition:
            self._heard.add(watch)
            self._condition.notify()

    def wake(self) -> None:
        """End a waiting ``poll``."""
        with self._condition:
            self._woken = True
            self._condition.notify()

    def poll(self, seconds: float) -> Poll:
        """The next records of the producers that were heard of.

        One whose events cannot be read or translated is logged and asked again when it is
        heard of next, after ``SAFETY_SECONDS`` at the latest; it does not hold up the others.
        """
        with self._condition:
            self._condition.wait_for(lambda: self._heard or self._woken, seconds)
            self._woken = False
            heard, self._heard = self._heard, set()
        records = []
        kept = []
        for watch in sorted(heard, key=lambda watch: watch.feed.source):
            try:
                page = watch.feed.after(self._cursors[watch], self._max_records)
            except (Untranslatable, SQLAlchemyError) as error:
                log.error("feed_failed", source=watch.feed.source, detail=str(error))
                watch.failure = error
                continue
            watch.failure = None
            if page.more:
                self.heard(watch)
            found = [record for record in page.records if record.topic in self._topics]
            records.extend(found)
            self._cursors[watch] = page.position
            if found or page.position - self._marked[watch] >= MARK_EVERY:
                kept.append(Mark(watch.feed.source, page.epoch, page.position))
                self._marked[watch] = page.position
        return Poll(records, kept)

    def applied(self) -> None:
        """Nothing to do: the marks are kept with the effects."""

    def progress(self) -> Progress:
        """Compare the own positions with the ends of the event tables."""
        try:
            behind = {
                watch.feed.source
                for watch, position in self._cursors.items()
                if watch.feed.head() > position
            }
        except SQLAlchemyError as error:
            raise TransportFailed(str(error)) from error
        return Progress(frozenset(topic for topic in self._topics if source_of(topic) in behind))

    def close(self) -> None:
        """Be woken no more."""
        for watch in self._cursors:
            watch.remove(self)
