"""Consuming topics as one member of a consumer group."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import structlog
from kafka import KafkaConsumer
from kafka.errors import KafkaError

from opentas_shared.messaging.kafka.connection import client_options
from opentas_shared.messaging.records import Record
from opentas_shared.messaging.transport import Poll, Progress, TransportFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kafka import TopicPartition
    from kafka.structs import ConsumerGroupMetadata

    from opentas_shared.messaging.kafka.settings import KafkaSettings

log = structlog.get_logger(__name__)

COMMIT_SECONDS = 1.0
"""Offsets are a hint where to begin again, the truth is in the database: seldom is enough."""
ASK_SECONDS = 4.0
"""An idle consumer commits all the same, to hear whether the cluster is there."""
SILENCE_SECONDS = 10.0
CLOSE_TIMEOUT_MS = 2_000
MARKER = 1
"""Every transaction ends with a mark in the partition, which is not a record."""
STABLE = "<stable>"
JOINING_SESSIONS = 3
"""A member may be joining for as many session timeouts before it begins anew."""


class KafkaSubscription:
    """Committed records of the partitions that the group assigns to this member.

    Offsets are committed now and then and at the end, not when partitions are revoked: the
    tracking skips what the next owner reads again.
    """

    def __init__(
        self, settings: KafkaSettings, consumer: str, topics: Sequence[str], max_records: int
    ) -> None:
        self._settings = settings
        self._unapplied = self._uncommitted = False
        self._committed_at = self._stable_at = self._answered_at = time.monotonic()
        self._assigned: set[TopicPartition] = set()
        self._next: dict[TopicPartition, int] = {}
        try:
            self._consumer = KafkaConsumer(
                **client_options(settings, consumer),
                group_id=settings.named(consumer),
                isolation_level="read_committed",
                auto_offset_reset="earliest",
                enable_auto_commit=False,
                allow_auto_create_topics=False,
                metrics_enabled=False,
                session_timeout_ms=settings.session_timeout_ms,
                heartbeat_interval_ms=settings.session_timeout_ms // 3,
                max_poll_records=max_records,
                metadata_max_age_ms=10_000,
                retry_backoff_ms=50,
            )
        except (KafkaError, OSError) as error:
            raise TransportFailed(f"{type(error).__name__}: {error}") from error
        try:
            self._subscribe([settings.named(topic) for topic in topics])
        except (KafkaError, OSError) as error:
            self.close()
            raise TransportFailed(f"{type(error).__name__}: {error}") from error

    def _subscribe(self, names: Sequence[str]) -> None:
        """Look the topics up before joining the group.

        kafka-python 3.0 never ends a rebalance that new metadata set off when ``poll`` returns
        in the middle of it (measured): so there is to be no new metadata, and ``poll`` looks
        whether the member is stuck.
        """
        for name in names:
            if not self._consumer.partitions_for_topic(name):
                self.close()
                raise TransportFailed(f"the topic {name} does not exist: opentas topics apply")
        self._consumer.subscribe(list(names))

    def poll(self, seconds: float) -> Poll:
        """Records of the assigned partitions, those of one partition in order."""
        try:
            found = self._consumer.poll(timeout_ms=int(seconds * 1000))
        except (KafkaError, OSError) as error:
            raise TransportFailed(f"{type(error).__name__}: {error}") from error
        if not found:
            self._refuse_to_hang()
        self._unapplied = bool(found)
        for partition, records in found.items():
            self._next[partition] = records[-1].offset + 1
        return Poll([self._record(record) for records in found.values() for record in records])

    def _refuse_to_hang(self) -> None:
        """``TransportFailed`` when this member has been joining its group for too long."""
        now = time.monotonic()
        member: ConsumerGroupMetadata = self._consumer.group_metadata()  # type: ignore[no-untyped-call]
        if member.state == STABLE:
            self._stable_at = now
        elif now - self._stable_at > JOINING_SESSIONS * self._settings.session_timeout_ms / 1000:
            raise TransportFailed("the consumer group does not become stable")

    def _record(self, record: Any) -> Record:
        return Record(
            topic=self._settings.own_name(record.topic),
            partition=record.partition,
            key=record.key or b"",
            value=record.value or b"",
            headers=tuple((name, value or b"") for name, value in record.headers),
            offset=record.offset,
        )

    def applied(self) -> None:
        """Commit the offsets now and then, without waiting for it."""
        if self._unapplied:
            self._unapplied, self._uncommitted = False, True
        pause = COMMIT_SECONDS if self._uncommitted else ASK_SECONDS
        if time.monotonic() - self._committed_at > pause:
            self._consumer.commit_async(callback=self._answered)
            self._uncommitted = False
            self._committed_at = time.monotonic()

    def _answered(self, offsets: object, response: object) -> None:
        if not isinstance(response, Exception):
            self._answered_at = time.monotonic()

    def progress(self) -> Progress:
        """Compare the own positions with the ends known from fetching.

        The cluster is not asked: a request would wait behind the long poll, and the records
        with it. That it is there is known from its answers to commits.
        """
        if time.monotonic() - self._answered_at > SILENCE_SECONDS:
            raise TransportFailed(f"the cluster has been silent for {SILENCE_SECONDS:.0f} s")
        assigned = self._consumer.assignment()
        if assigned != self._assigned:
            self._assigned = set(assigned)
            self._next.clear()
        try:
            behind = {partition.topic for partition in assigned if self._left(partition) > MARKER}
        except KafkaError as error:
            raise TransportFailed(f"{type(error).__name__}: {error}") from error
        return Progress(frozenset(self._settings.own_name(topic) for topic in behind))

    def _left(self, partition: TopicPartition) -> int:
        """Records of a partition that were not delivered, the mark of a transaction included."""
        end = self._consumer.highwater(partition) or 0
        if end - self._next.get(partition, 0) > MARKER:
            self._next[partition] = self._consumer.position(partition, timeout_ms=0) or 0
        return end - self._next.get(partition, 0)

    def wake(self) -> None:
        """Nothing: a poll ends by itself in time."""

    def close(self) -> None:
        """Leave the group; what was polled last and not applied is not committed."""
        if self._uncommitted and not self._unapplied:
            try:
                self._consumer.commit(timeout_ms=CLOSE_TIMEOUT_MS)
            except (KafkaError, OSError) as error:
                log.warning("offsets_not_committed", error=type(error).__name__)
        self._consumer.close(autocommit=False, timeout_ms=CLOSE_TIMEOUT_MS)
