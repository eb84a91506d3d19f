"""What one command sees and stages: aggregates, their new events, and rows of read models."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from opentas_shared.domain.errors import EventTooLarge, NotFound, StaleVersion
from opentas_shared.persistence.appending import GENESIS, EventRow, Head, event_row
from opentas_shared.persistence.errors import NotStorable
from opentas_shared.persistence.eventstore import rebuilt, stream, streams
from opentas_shared.persistence.mapping import recorded_of, to_stored
from opentas_shared.persistence.rows import Rows, RowStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from uuid import UUID

    from sqlalchemy import Connection

    from opentas_shared.domain.aggregate import Aggregate, AggregateEvent
    from opentas_shared.persistence.projection import Projection
    from opentas_shared.persistence.recorded import Context, Recorded

A = TypeVar("A", bound="Aggregate")
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""A NUL character in JSON, not the text of its escape."""


@dataclass
class Batch:
    """One transaction of the executor: what its units share."""

    connection: Connection
    head: Head
    projections: Sequence[Projection]
    max_event_bytes: int
    store: RowStore = field(init=False)
    events: list[EventRow] = field(default_factory=list)
    aggregates: dict[UUID, Aggregate | None] = field(default_factory=dict)
    hashes: dict[UUID, bytes] = field(default_factory=dict)
    touched: set[UUID] = field(default_factory=set)
    _streams: dict[UUID, list[EventRow]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = RowStore(self.connection)

    def load(self, id: UUID, staged: Iterable[EventRow]) -> Aggregate | None:
        """The aggregate with the changes of earlier units of this batch, then the ``staged``."""
        if id not in self.aggregates:
            stored = self._streams[id] if id in self._streams else stream(self.connection, id)
            earlier = self.events if id in self.touched else ()
            new = (row for row in chain(earlier, staged) if row.originator_id == id)
            aggregate, last_hash = rebuilt(chain(stored, new))
            self.aggregates[id] = aggregate
            self.hashes[id] = last_hash or GENESIS
        return self.aggregates[id]

    def prefetch(self, ids: Iterable[UUID]) -> None:
        """Load what commands about these aggregates need with one statement for each table."""
        wanted = [id for id in dict.fromkeys(ids) if id not in self._streams]
        if len(wanted) > 1:
            self._streams |= streams(self.connection, wanted)
            rows = Rows(self.store)
            for projection in self.projections:
                if projection.ahead is not None:
                    projection.ahead(wanted, rows)

    def forget(self, ids: set[UUID]) -> None:
        """Drop aggregates that a refused unit may have changed in memory."""
        for id in ids:
            self.aggregates.pop(id, None)
            self.hashes.pop(id, None)


class UnitOfWork:
    """The world of one command. It stages; the executor writes and commits.

    ``expected`` is the aggregate that the command is about and the version of an ``If-Match``,
    ``None`` for any: ``get`` refuses it with ``StaleVersion`` (412) when it has moved on.
    """

    def __init__(
        self,
        batch: Batch,
        context: Context,
        expected: tuple[UUID, int | None] | None = None,
        parent: UnitOfWork | None = None,
    ) -> None:
        self.context = context
        self.rows: Rows = Rows(batch.store, parent.rows if parent else None)
        self._batch = batch
        self._parent = parent
        self._expected = expected
        self._staged: list[EventRow] = []
        self._touched: set[UUID] = set()

    def find(self, cls: type[A], id: UUID) -> A | None:
        """The aggregate, or ``None`` when there is none of this class with this id."""
        self._touched.add(id)
        aggregate = self._batch.load(id, self._staged_here_and_above())
        if not isinstance(aggregate, cls):
            return None
        if self._expected is not None and self._expected[0] == id:
            expected = self._expected[1]
            moved = not aggregate.pending_events and aggregate.version != expected
            if expected is not None and moved:
                raise StaleVersion(expected, aggregate.version)
            self._expected = None
        return aggregate

    def get(self, cls: type[A], id: UUID) -> A:
        """The aggregate; ``NotFound`` (404) when there is none."""
        aggregate = self.find(cls, id)
        if aggregate is None:
            raise NotFound(cls.__name__.lower(), id)
        return aggregate

    def prefetch(self, ids: Iterable[UUID]) -> None:
        """Load many aggregates and their rows together, before commands ask one by one."""
        self._batch.prefetch(ids)

    def save(self, aggregate: Aggregate) -> None:
        """Stage the aggregate's new events and apply them to the read models."""
        self._touched.add(aggregate.id)
        self._batch.aggregates[aggregate.id] = aggregate
        metadata = self.context.metadata()
        for event in aggregate.collect_events():
            self._stage(event, metadata)  # type: ignore[arg-type]

    def _stage(self, event: AggregateEvent, metadata: str) -> None:
        stored = to_stored(event)
        if len(stored.state) > self._batch.max_event_bytes:
            raise EventTooLarge(
                f"The content makes an event of {len(stored.state)} bytes; at most "
                f"{self._batch.max_event_bytes} can be published. Shorten it."
            )
        if b"\\u0000" in stored.state and NUL.search(stored.state):
            raise NotStorable  # here it could be kept, but not in the rows of those who hear it
        id = event.originator_id
        row = event_row(
            stored,
            position=self._next_position(),
            previous_hash=self._batch.hashes.get(id, GENESIS),
            metadata=metadata,
            effective_at=event.timestamp,
            head=self._batch.head,
        )
        self._batch.hashes[id] = row.hash
        self._staged.append(row)
        record = recorded_of(row)
        for projection in self._batch.projections:
            projection.apply(event, record, self.rows)

    def _staged_here_and_above(self) -> list[EventRow]:
        above = self._parent._staged_here_and_above() if self._parent is not None else []
        return above + self._staged

    def _next_position(self) -> int:
        staged = len(self._batch.events) + len(self._staged_here_and_above())
        return self._batch.head.position + staged + 1

    def recorded(self) -> list[Recorded]:
        """What this unit has staged so far."""
        return [recorded_of(row) for row in self._staged]

    @contextmanager
    def nested(self) -> Iterator[UnitOfWork]:
        """A unit within this one, whose effects vanish when it raises."""
        inner = UnitOfWork(self._batch, self.context, parent=self)
        try:
            yield inner
        except BaseException:
            inner.discard()
            raise
        inner.merge()

    def merge(self) -> None:
        """Hand everything staged to the outer unit, or to the batch."""
        self.rows.merge()
        if self._parent is not None:
            self._parent._staged.extend(self._staged)
            self._parent._touched |= self._touched
        else:
            self._batch.events.extend(self._staged)
            self._batch.touched |= self._touched

    def discard(self) -> None:
        """Leave no trace of this unit in the batch."""
        self._batch.forget(self._touched)
