"""How an event changes a fact: add its entry, derive the timeline anew, write the differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from metrics_service.read_models.entries import Entry, added, entry_of, in_order, with_entry
from metrics_service.read_models.timelines import State, changes, spans
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
class Fact:
    """A kind of fact: the table with its entries, and the timeline that is derived from them.

    ``states`` is pure: of entries in business order it gives the state after each of them,
    ``None`` before the fact has begun.
    """

    table: Table
    timeline: Table
    id_column: str
    states: Callable[[Sequence[Entry]], list[State | None]]

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
        gone, different = changes(_timeline(was, earlier), _timeline(now, states))
        for valid_from in gone:
            rows.delete(self.timeline, **{self.id_column: id, "valid_from": valid_from})
        for row in different:
            rows.put(self.timeline, {self.id_column: id, **row})

    def projection(self, name: str, values: Values) -> Projection:
        """The projection that adds an entry for every event that ``values`` lists."""

        def apply(contract: Contract, envelope: Envelope, rows: Rows) -> None:
            said = values.get(type(contract))
            if said is not None:
                entry = entry_of(type(contract).__name__, said(contract), envelope)
                self.add(rows, UUID(envelope.subject), entry)

        return Projection(name, (self.table, self.timeline), apply)


def _timeline(entries: Sequence[Entry], states: Sequence[State | None]) -> list[State]:
    return spans(
        (entry.effective_at, state)
        for entry, state in zip(entries, states, strict=True)
        if state is not None
    )
