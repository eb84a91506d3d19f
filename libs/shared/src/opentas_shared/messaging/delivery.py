"""A record on its way through a consumer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from opentas_shared.messaging.envelope import Envelope, Unreadable, decode
from opentas_shared.messaging.tracking import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.records import Record
    from opentas_shared.persistence.unit_of_work import UnitOfWork

EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Delivery:
    """A record with what was read from it, and what has gone wrong with it so far.

    ``envelope`` is ``None`` for an unreadable record, ``handler`` for a type that the service
    does not react to. A delivery with a ``fault`` becomes a dead letter.
    """

    record: Record
    place: Place
    position: int
    envelope: Envelope | None = None
    contract: Contract | None = None
    handler: Callable[[Any, Envelope, UnitOfWork], None] | None = None
    attempts: int = 0
    fault: Exception | None = None

    @property
    def passes(self) -> bool:
        """Whether nothing is to be done but to note that it was seen."""
        return self.handler is None and self.fault is None


class Reader:
    """Reads records as the contracts that a service reacts to."""

    def __init__(
        self,
        reactions: Mapping[type[Contract], Callable[[Any, Envelope, UnitOfWork], None]],
    ) -> None:
        self._reactions = {
            contract.TYPE: (contract, handler) for contract, handler in reactions.items()
        }

    def read(self, record: Record) -> Delivery:
        """Read a record; what is wrong with it stands in ``fault``.

        An unreadable record has no position of its own: it is known by its offset.
        """
        try:
            envelope, data = decode(record)
        except Unreadable as error:
            place = Place("", 0, record.topic, record.partition)
            return Delivery(record, place, record.offset, fault=error)
        place = Place(envelope.source, envelope.epoch, record.topic, record.partition)
        delivery = Delivery(record, place, envelope.position, envelope)
        reaction = self._reactions.get(envelope.type)
        if reaction is not None:
            contract, delivery.handler = reaction
            try:
                delivery.contract = contract.model_validate(data)
            except ValidationError as error:
                delivery.fault = error
        return delivery


def in_order(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """The deliveries of all partitions in the order in which their events were recorded.

    Each partition keeps its own order, which is what counts. Between partitions it is the best
    that can be said: a cause comes before its effect as far as both have arrived.
    """
    partitions: defaultdict[tuple[str, int], list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        partitions[delivery.record.topic, delivery.record.partition].append(delivery)
    return list(merge(*partitions.values(), key=_recorded))


def _recorded(delivery: Delivery) -> tuple[datetime, int]:
    if delivery.envelope is None:
        return (EARLIEST, delivery.position)
    return (delivery.envelope.recorded_time, delivery.position)
