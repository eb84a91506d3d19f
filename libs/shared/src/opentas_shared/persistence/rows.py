"""Rows of read models, staged in memory and written set by set at the end of a batch."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.sql.util import find_tables

from opentas_shared.persistence.columns import key_names_of, names_of
from opentas_shared.persistence.sending import (
    Statement,
    delete_from,
    insert_into,
    query,
    select_many,
    select_one,
    send,
    upsert_into,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, RowMapping, Select, Table

Row = dict[str, Any]
"""Column name to value."""
Key = tuple[Any, ...]
Address = tuple["Table", Key]


def key_of(table: Table, values: Mapping[str, Any] | RowMapping) -> Key:
    """The primary key of a row, in the order of the table's key columns."""
    return tuple([values[name] for name in key_names_of(table)])


def _named(table: Table, values: Sequence[Any]) -> Row:
    return dict(zip(names_of(table), values, strict=True))


@lru_cache(maxsize=256)
def _blank(table: Table) -> Row:
    return dict.fromkeys(names_of(table))


class RowStore:
    """The rows of one batch: what was loaded and what is to be written."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._rows: dict[Address, Row | None] = {}
        self._dirty: dict[Table, dict[Key, bool]] = defaultdict(dict)

    def load(self, table: Table, key: Key) -> Row | None:
        """The row as this batch sees it."""
        address = (table, key)
        if address not in self._rows:
            row = query(self.connection, select_one(table), key).fetchone()
            self._rows[address] = _named(table, row) if row is not None else None
        return self._rows[address]

    def prefetch(self, table: Table, keys: Iterable[Key]) -> None:
        """Load many rows with one statement."""
        missing = [key for key in dict.fromkeys(keys) if (table, key) not in self._rows]
        if not missing:
            return
        if len(missing) == 1:
            self.load(table, missing[0])
            return
        for key in missing:
            self._rows[(table, key)] = None
        wanted = [dict(zip(key_names_of(table), key, strict=True)) for key in missing]
        for values in send(self.connection, [Statement(select_many(table), wanted)]):
            row = _named(table, values)
            self._rows[(table, key_of(table, row))] = row

    def assume_absent(self, table: Table, key: Key) -> None:
        """Take a row that this batch does not know as not existing."""
        self._rows.setdefault((table, key), None)

    def stage(self, table: Table, key: Key, row: Row | None, *, new: bool) -> None:
        """Take over a row that a unit of work has changed; ``None`` deletes it."""
        self._rows[(table, key)] = row
        dirty = self._dirty[table]
        dirty[key] = new and dirty.get(key, True)

    def statements(self) -> list[Statement]:
        """What writes every staged row, table by table; they are taken as written then."""
        made = []
        for table, keys in self._dirty.items():
            inserts: list[Row] = []
            upserts: list[Row] = []
            deletes: list[Row] = []
            for key, new in keys.items():
                row = self._rows[(table, key)]
                if row is None:
                    deletes.append(dict(zip(key_names_of(table), key, strict=True)))
                else:
                    (inserts if new else upserts).append(row)
            for text, rows in (
                (delete_from, deletes),
                (insert_into, inserts),
                (upsert_into, upserts),
            ):
                if rows:
                    made.append(Statement(text(table), rows))
        self._dirty.clear()
        return made

    def flush(self) -> None:
        """Write every staged row now."""
        statements = self.statements()
        if statements:
            send(self.connection, statements)

    def flush_for(self, statement: Select[Any]) -> None:
        """Write every staged row now, if the query reads a table that has some."""
        if self._dirty and not self._dirty.keys().isdisjoint(find_tables(statement)):
            self.flush()


class Rows:
    """The rows as one unit of work sees and changes them; nothing leaves it before ``merge``."""

    def __init__(self, store: RowStore, parent: Rows | None = None) -> None:
        self._store = store
        self._parent = parent
        self._staged: dict[Address, tuple[Row | None, bool]] = {}

    @property
    def batch(self) -> object:
        """One object for all units of a transaction, another for the next."""
        return self._store

    def get(self, table: Table, **key: Any) -> Row | None:
        """A copy of the row with this primary key, or ``None``."""
        row = self._find(table, key_of(table, key))
        return dict(row) if row is not None else None

    def _find(self, table: Table, key: Key) -> Row | None:
        staged = self._staged.get((table, key))
        if staged is not None:
            return staged[0]
        if self._parent is not None:
            return self._parent._find(table, key)
        return self._store.load(table, key)

    def put(self, table: Table, row: Mapping[str, Any]) -> None:
        """Write the whole row, whether it exists or not."""
        self._stage(table, row, new=False)

    def new(self, table: Table, row: Mapping[str, Any]) -> None:
        """Write a row that is known not to exist."""
        self._stage(table, row, new=True)

    def delete(self, table: Table, **key: Any) -> None:
        """Remove the row with this primary key."""
        self._staged[(table, key_of(table, key))] = (None, False)

    def _stage(self, table: Table, row: Mapping[str, Any], *, new: bool) -> None:
        complete = {**_blank(table), **row}
        if len(complete) > len(_blank(table)):
            complete = {name: complete[name] for name in names_of(table)}
        address = (table, key_of(table, complete))
        earlier = self._staged.get(address)
        if earlier is not None:
            new = earlier[1]
        self._staged[address] = (complete, new)

    def prefetch(self, table: Table, keys: Iterable[Mapping[str, Any]]) -> None:
        """Load many rows with one statement, before ``get`` asks for them one by one."""
        self._store.prefetch(table, (key_of(table, key) for key in keys))

    def assume_absent(self, table: Table, **key: Any) -> None:
        """Take a row as not existing without asking for it.

        Where that is wrong, writing it as ``new`` fails at the end of the batch, and its units
        run again one by one: then the row must be looked for.
        """
        self._store.assume_absent(table, key_of(table, key))

    def select(self, statement: Select[Any]) -> Sequence[RowMapping]:
        """Run a query inside the transaction.

        It sees what earlier units of the same batch staged, not what this unit has staged.
        """
        self._store.flush_for(statement)
        return self._store.connection.execute(statement).mappings().all()

    def merge(self) -> None:
        """Hand the staged rows to the parent, or to the batch."""
        for (table, key), (row, new) in self._staged.items():
            if self._parent is not None:
                known = self._parent._staged.get((table, key))
                self._parent._staged[(table, key)] = (row, known[1] if known else new)
            else:
                self._store.stage(table, key, row, new=new)
        self._staged.clear()
