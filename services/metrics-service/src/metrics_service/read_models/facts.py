"""How an event changes a fact: add its entry, derive the timeline anew, write the differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from metrics_service.read_models.entries import Entry, added, entry_of, in_order, with_entry
from metrics_service.read_models.timelines import Row, State, changes, spans
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.rows import Rows

Values = Mapping[type["Contract"], Callable[[Any], dict[str, Any]]]
"""What each published event says about a fact, fit for JSON; what it merely repeats is left out."""


@dataclass(frozen=True)
class Part:
    """More rows derived from the entries of a fact, besides its timeline.

    ``derived`` is pure: of entries in business order it gives the rows, without the fact's id;
    ``key`` is the column that tells them apart.
    """

    table: Table
    key: str
    derived: Callable[[Sequence[Entry]], list[Row]]


@dataclass(frozen=True)
class Fact:
    """A kind of fact: the table with its entries, and the timeline that is derived from them.

    ``states`` is pure: of entries in business order it gives the state after each of them,
    ``None`` before the fact has begun.
    """

    table: Table
    timeline: Table
    id_column: str
    states: Callable[[Sequence[Entry]], list[State | None]]
    parts: tuple[Part, ...] = ()

    def add(self, rows: Rows, id: UUID, entry: Entry) -> None:
        """Take over one event; one that is known already changes nothing."""
        known = rows.get(self.table, **{self.id_column: id})
        before = known["entries"] if known is not None else {}
        after = added(before, entry)
        if after is None:
            return
        rows.put(self.table, {self.id_column: id, "entries": after})
        was = in_order(before)
        now = with_entry(was, entry)
        states = self.states(now)
        earlier = states[:-1] if now[-1] is entry else self.states(was)
        self._write(
            rows, id, self.timeline, "valid_from", _timeline(was, earlier), _timeline(now, states)
        )
        for part in self.parts:
            self._write(rows, id, part.table, part.key, part.derived(was), part.derived(now))

    def _write(
        self, rows: Rows, id: UUID, table: Table, key: str, old: list[Row], new: list[Row]
    ) -> None:
        gone, different = changes(old, new, key)
        for value in gone:
            rows.delete(table, **{self.id_column: id, key: value})
        for row in different:
            rows.put(table, {self.id_column: id, **row})

    def projection(self, name: str, values: Values) -> Projection:
        """The projection that adds an entry for every event that ``values`` lists."""

        def apply(contract: Contract, envelope: Envelope, rows: Rows) -> None:
            said = values.get(type(contract))
            if said is not None:
                entry = entry_of(type(contract).__name__, said(contract), envelope)
                self.add(rows, UUID(envelope.subject), entry)

        tables = (self.table, self.timeline, *(part.table for part in self.parts))
        return Projection(name, tables, apply)


def _timeline(entries: Sequence[Entry], states: Sequence[State | None]) -> list[State]:
    return spans(
        (entry.effective_at, state)
        for entry, state in zip(entries, states, strict=True)
        if state is not None
    )
