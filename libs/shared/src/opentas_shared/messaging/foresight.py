"""Loading the rows that the next records will need with one statement per table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Table

    from opentas_shared.messaging.delivery import Delivery
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.messaging.tracking import Place
    from opentas_shared.persistence.rows import Rows
    from opentas_shared.persistence.unit_of_work import UnitOfWork

    RowsOf = Callable[[Any, Envelope], Iterable[tuple[Table, Mapping[str, Any]]]]
    Handle = Callable[[Any, Envelope, UnitOfWork], None]

AHEAD = 64
"""Records looked at: as many as the executor puts into one transaction."""


@dataclass(frozen=True)
class Foreseen:
    """A handler that tells which rows it is going to ask for; entries of ``REACTIONS``."""

    handle: Handle
    rows_of: RowsOf

    def __call__(self, contract: Any, envelope: Envelope, work: UnitOfWork) -> None:
        """Handle an event."""
        self.handle(contract, envelope, work)


def needs(rows_of: RowsOf) -> Callable[[Handle], Foreseen]:
    """Decorate a handler with the rows, by table and primary key, that it will ask for.

    It is a hint for speed: they are loaded for many events at once, instead of one by one.
    """
    return lambda handle: Foreseen(handle, rows_of)


class Foresight:
    """Loads what the units of one round will need, when the first of a transaction runs."""

    def __init__(self, consumer: str, table: Table, deliveries: Sequence[Delivery]) -> None:
        self._consumer = consumer
        self._tracking = table
        self._deliveries = deliveries
        self._batch: object = None

    def load(self, rows: Rows, index: int) -> None:
        """Load for the delivery with this index and those after it, once per transaction."""
        if rows.batch is self._batch:
            return
        self._batch = rows.batch
        keys: defaultdict[Table, list[Mapping[str, Any]]] = defaultdict(list)
        places: set[Place] = set()
        for delivery in self._deliveries[index : index + AHEAD]:
            places.add(delivery.place)
            rows_of: RowsOf | None = getattr(delivery.handler, "rows_of", None)
            if rows_of is not None and delivery.contract is not None:
                for table, key in rows_of(delivery.contract, cast("Envelope", delivery.envelope)):
                    keys[table].append(key)
        for place in places:
            keys[self._tracking].append({"consumer": self._consumer, **place._asdict()})
        for table, wanted in keys.items():
            rows.prefetch(table, wanted)
