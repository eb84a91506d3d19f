"""Publishing a batch of records in one Kafka transaction."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError

from opentas_shared.messaging.kafka.connection import client_options
from opentas_shared.messaging.transport import TransportFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentas_shared.messaging.kafka.settings import KafkaSettings
    from opentas_shared.messaging.records import Record

log = structlog.get_logger(__name__)

CLOSE_SECONDS = 2.0


class KafkaPublisher:
    """The transactional producer of one service.

    Its making fences every older one with the same transactional id and ends what that one
    left open. A batch lands as a whole or, for consumers that read committed records, not at
    all. After a failure it is not known which: discard the publisher and begin again.
    """

    def __init__(self, settings: KafkaSettings, service: str) -> None:
        self._settings = settings
        try:
            self._producer = KafkaProducer(
                **client_options(settings, f"{service}-relay"),
                transactional_id=settings.named(service),
                transaction_timeout_ms=settings.delivery_timeout_ms,
                delivery_timeout_ms=settings.delivery_timeout_ms,
                max_block_ms=settings.delivery_timeout_ms,
                max_request_size=settings.max_record_bytes,
                acks="all",
                retry_backoff_ms=2,
                linger_ms=0,
                allow_auto_create_topics=False,
                metrics_enabled=False,
            )
        except (KafkaError, OSError) as error:
            raise TransportFailed(f"{type(error).__name__}: {error}") from error
        try:
            self._producer.init_transactions()
        except KafkaError as error:
            self.close()
            raise TransportFailed(f"{type(error).__name__}: {error}") from error

    def publish(self, records: Sequence[Record]) -> None:
        """Publish all of them; ``TransportFailed`` when that is not certain."""
        confirmations = _Confirmations(len(records))
        try:
            self._producer.begin_transaction()
            for record in records:
                future = self._producer.send(
                    self._settings.named(record.topic),
                    key=record.key,
                    value=record.value,
                    headers=list(record.headers),
                    partition=record.partition,
                )
                future.add_both(confirmations.confirm)
            confirmations.wait(self._settings.delivery_timeout_ms / 1000)
            self._commit()
        except (KafkaError, OSError, ValueError) as error:
            raise TransportFailed(f"{type(error).__name__}: {error}") from error

    def _commit(self) -> None:
        """As ``commit_transaction``, which waits for ever where no broker answers (measured)."""
        producer: Any = self._producer
        result = producer._transaction_manager.begin_commit()
        producer._sender.wakeup()
        if not result.wait(timeout_ms=self._settings.delivery_timeout_ms):
            raise TransportFailed("the cluster did not confirm the transaction in time")

    def close(self) -> None:
        """Discard the producer; an open transaction is aborted by the next one.

        Unsent records are dropped first: where some are left, ``KafkaProducer.close`` raises
        before it has ended its threads (measured).
        """
        producer: Any = self._producer
        producer._sender.force_close()
        try:
            producer.close(timeout=CLOSE_SECONDS)
        except KafkaError as error:
            log.warning("producer_close_failed", error=type(error).__name__)


class _Confirmations:
    """Waits for all records of a batch, or for the first that fails.

    A transaction must not be committed before: when a record fails afterwards, kafka-python
    neither sends nor drops the others and its commit never ends (measured).
    """

    def __init__(self, expected: int) -> None:
        self._left = expected
        self._failure: Exception | None = None
        self._lock = threading.Lock()
        self._done = threading.Event()

    def confirm(self, outcome: object) -> None:
        """One record has landed, or failed with an exception."""
        with self._lock:
            self._left -= 1
            if isinstance(outcome, Exception):
                self._failure = self._failure or outcome
            if self._left == 0 or self._failure is not None:
                self._done.set()

    def wait(self, seconds: float) -> None:
        """Return when all have landed; ``TransportFailed`` if one failed or the time is over."""
        landed = self._done.wait(seconds)
        if self._failure is not None:
            raise TransportFailed(f"{type(self._failure).__name__}: {self._failure}")
        if not landed:
            raise TransportFailed("the cluster did not take the records in time")
