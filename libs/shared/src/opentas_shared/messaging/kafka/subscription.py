"""Consuming topics as one member of a consumer group."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from kafka import KafkaConsumer
from kafka.errors import KafkaError

from opentas_shared.messaging.kafka.connection import client_options
from opentas_shared.messaging.records import Record
from opentas_shared.messaging.transport import Poll, Progress, TransportFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kafka.structs import ConsumerGroupMetadata

    from opentas_shared.messaging.kafka.settings import KafkaSettings

COMMIT_SECONDS = 1.0
"""Offsets are a hint where to begin again, the truth is in the database: seldom is enough."""
PROGRESS_TIMEOUT_MS = 2_000
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
        self._uncommitted = False
        self._committed_at = self._stable_at = time.monotonic()
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
        self._uncommitted = self._uncommitted or bool(found)
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
        if self._uncommitted and time.monotonic() - self._committed_at > COMMIT_SECONDS:
            self._consumer.commit_async()
            self._uncommitted = False
            self._committed_at = time.monotonic()

    def _commit_now(self) -> None:
        if not self._uncommitted:
            return
        try:
            self._consumer.commit(timeout_ms=PROGRESS_TIMEOUT_MS)
        except (KafkaError, OSError):
            return
        self._uncommitted = False

    def progress(self) -> Progress:
        """Compare the own positions with the ends of the assigned partitions."""
        assigned = list(self._consumer.assignment())
        try:
            ends = self._consumer.end_offsets(assigned, timeout_ms=PROGRESS_TIMEOUT_MS)
            behind = {
                self._settings.own_name(partition.topic)
                for partition, end in ends.items()
                if (self._consumer.position(partition, timeout_ms=0) or 0) < end
            }
        except (KafkaError, OSError) as error:
            raise TransportFailed(f"{type(error).__name__}: {error}") from error
        return Progress(frozenset(behind))

    def wake(self) -> None:
        """Nothing: a poll ends by itself in time."""

    def close(self) -> None:
        """Leave the group."""
        self._commit_now()
        self._consumer.close(autocommit=False, timeout_ms=PROGRESS_TIMEOUT_MS)
