"""From a stored event of one's own to the record that others read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas_shared.messaging.envelope import Envelope, encode
from opentas_shared.messaging.partitions import partition_of
from opentas_shared.messaging.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.persistence.recorded import Recorded


class Untranslatable(Exception):
    """An event of the outbox cannot be published; nothing after it is, until that is mended."""

    def __init__(self, recorded: Recorded, cause: Exception) -> None:
        super().__init__(
            f"{recorded.topic} {recorded.event_id} at position {recorded.position} cannot be "
            f"published: {type(cause).__name__}: {cause}"
        )
        self.recorded = recorded


class Translation:
    """The published language of one service."""

    def __init__(
        self, source: str, published: Mapping[Any, Callable[[Any, Recorded], Contract]]
    ) -> None:
        self.source = source
        self._published = published

    def contract(self, event: Any, recorded: Recorded) -> Contract | None:
        """The contract of an event, ``None`` for a private one; ``Untranslatable``."""
        translate = self._published.get(type(event))
        if translate is None:
            return None
        try:
            return translate(event, recorded)
        except Exception as error:
            raise Untranslatable(recorded, error) from error

    def envelope(self, contract: Contract, recorded: Recorded) -> Envelope:
        """The attributes under which a contract is published."""
        subject = str(recorded.originator_id)
        return Envelope(
            id=recorded.event_id,
            source=self.source,
            epoch=recorded.epoch,
            type=contract.TYPE,
            subject=subject,
            topic=contract.TOPIC,
            partition=partition_of(subject.encode()),
            position=recorded.position,
            aggregate_version=recorded.originator_version,
            time=recorded.effective_at,
            recorded_time=recorded.recorded_at,
            correlation_id=recorded.correlation_id,
            causation_id=recorded.causation_id,
            traceparent=recorded.traceparent,
            actor=recorded.actor,
        )

    def record(self, event: Any, recorded: Recorded) -> Record | None:
        """The record of an event, ``None`` for a private one; ``Untranslatable``."""
        contract = self.contract(event, recorded)
        if contract is None:
            return None
        try:
            envelope = self.envelope(contract, recorded)
            return Record(
                topic=envelope.topic,
                partition=envelope.partition,
                key=envelope.subject.encode(),
                value=encode(envelope, contract),
                offset=recorded.position,
            )
        except Exception as error:
            raise Untranslatable(recorded, error) from error

    def records(self, events: Iterable[tuple[Any, Recorded]]) -> list[Record]:
        """The records of the published ones among some events."""
        found = (self.record(event, recorded) for event, recorded in events)
        return [record for record in found if record is not None]

    def batch(
        self, events: Iterable[tuple[Any, Recorded]], limit_bytes: int
    ) -> tuple[list[Record], int]:
        """The records of the first of some events, and the position that they reach.

        It ends before ``limit_bytes`` are exceeded and before an event that cannot be
        translated; ``Untranslatable`` when that one is the first.
        """
        records: list[Record] = []
        reached, size = 0, 0
        for event, recorded in events:
            try:
                record = self.record(event, recorded)
            except Untranslatable:
                if not reached:
                    raise
                break
            if record is not None:
                size += len(record.value)
                if records and size > limit_bytes:
                    break
                records.append(record)
            reached = recorded.position
        return records, reached
