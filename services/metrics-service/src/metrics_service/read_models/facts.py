"""How an event changes a fact: add its entry, derive the rows anew, write the differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from metrics_service.read_models.entries import Entry, added, entry_of, in_order, with_entry
from metrics_service.read_models.timelines import changes
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.rows import Rows

Derived = list[dict[str, Any]]
Values = Mapping[type["Contract"], Callable[[Any], dict[str, Any]]]
"""What each published event says about a fact, fit for JSON; what it merely repeats is left out."""


@lru_cache(maxsize=64)
def _other_key_columns(table: Table, id_column: str) -> tuple[str, ...]:
    names = ["".join(column.name) for column in table.primary_key.columns]
    return tuple(name for name in names if name != id_column)


@dataclass(frozen=True)
class Fact:
    """A kind of fact: the table with its entries and the tables that are derived from them.

    Every function of ``derived`` is pure: entries in business order to rows without the fact's
    id, which is added here under ``id_column``.
    """

    table: Table
    id_column: str
    derived: Mapping[Table, Callable[[Sequence[Entry]], Derived]]

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
        for table, derive in self.derived.items():
            self._write(rows, table, id, derive(was), derive(now))

    def _write(self, rows: Rows, table: Table, id: UUID, old: Derived, new: Derived) -> None:
        gone, different = changes(old, new, _other_key_columns(table, self.id_column))
        for vanished in gone:
            rows.delete(table, **{self.id_column: id, **vanished})
        for row in different:
            rows.put(table, {self.id_column: id, **row})

    def projection(self, name: str, values: Values) -> Projection:
        """The projection that adds an entry for every event that ``values`` lists."""

        def apply(contract: Contract, envelope: Envelope, rows: Rows) -> None:
            said = values.get(type(contract))
            if said is not None:
                entry = entry_of(type(contract).__name__, said(contract), envelope)
                self.add(rows, UUID(envelope.subject), entry)

        return Projection(name, (self.table, *self.derived), apply)
