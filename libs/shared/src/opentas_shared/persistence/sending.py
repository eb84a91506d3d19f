"""Sending statements: several in one round trip, rows as one JSON value per statement.

Each statement is bound on this side and all go as one simple query by libpq itself: a cursor
costs three times as much CPU, psycopg's pipeline ten times (measured). Within a transaction each
still has its own snapshot. What is more than a word is prepared once per connection: planning it
costs as much as running it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, cast

import orjson
import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import Escaping, ExecStatus, TransactionStatus
from sqlalchemy.exc import DataError, DBAPIError

from opentas_shared.persistence.columns import key_names_of, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Table


_PREPARED = "opentas.prepared"
"""Where a connection keeps the names of what it has prepared, by text."""
_NUMBERS = count()
"""Never used twice: what a failed round trip has prepared stays, unknown."""


@dataclass(frozen=True)
class Statement:
    """SQL; ``rows`` are its only parameter ``$1``, as a JSON array."""

    text: str
    rows: Sequence[Mapping[str, Any]] | None = None
    prepare: bool = True


def send(connection: Connection, statements: Iterable[Statement]) -> list[tuple[Any, ...]]:
    """Run the statements in one round trip; the rows of the last one.

    Raises SQLAlchemy's errors, ``DataError`` for a value that has no JSON form.
    """
    with _driver(connection) as driver:
        names: dict[str, str] = connection.info.get(_PREPARED, {})
        new: dict[str, str] = {}
        sent: list[bytes] = []
        if not driver.autocommit and driver.pgconn.transaction_status == TransactionStatus.IDLE:
            sent.append(b"BEGIN")
        for statement in statements:
            text = statement.text
            if not statement.prepare:
                sent.append(text.encode())
                continue
            name = names.get(text) or new.get(text)
            if name is None:
                name = new[text] = f"opentas_{next(_NUMBERS)}"
                sent.append(f"PREPARE {name} AS {text}".encode())
            if statement.rows is None:
                sent.append(f"EXECUTE {name}".encode())
            else:
                literal = Escaping(driver.pgconn).escape_literal(_json(statement.rows))
                sent.append(b"EXECUTE %b(%b)" % (name.encode(), literal))
        result = driver.pgconn.exec_(b";".join(sent))
        if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
            raise psycopg.errors.error_from_result(result)
        if new:
            connection.info[_PREPARED] = names | new
        loading = Transformer(driver)
        loading.set_pgresult(result)
        return loading.load_rows(0, result.ntuples, tuple)


def query(connection: Connection, text: str, values: Sequence[Any]) -> psycopg.Cursor[Any]:
    """Run one statement that each connection prepares once; its ``%s`` are the values.

    For what is asked with every command: building and compiling the same with SQLAlchemy costs
    several times as much (measured). Raises SQLAlchemy's errors.
    """
    with _driver(connection) as driver:
        return driver.execute(text.encode(), values, prepare=True)


@contextmanager
def _driver(connection: Connection) -> Iterator[psycopg.Connection[Any]]:
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        yield driver
    except psycopg.Error as error:
        raise DBAPIError.instance(
            None, None, error, psycopg.Error, connection_invalidated=driver.broken
        ) from error


def _json(rows: Sequence[Mapping[str, Any]]) -> bytes:
    try:
        return orjson.dumps(rows, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    except TypeError as error:
        raise DataError(None, None, error) from error


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return str(value)
        case bytes():
            return f"\\x{value.hex()}"
        case set() | frozenset():
            return sorted(value)
        case timedelta():
            return f"{value.total_seconds()} seconds"
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _listed(names: Iterable[str], prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{name}"' for name in names)


def _given(table: Table) -> str:
    return f'json_populate_recordset(NULL::"{table.name}", $1::json)'


@lru_cache(maxsize=256)
def insert_into(table: Table) -> str:
    """Insert rows that do not exist."""
    names = _listed(names_of(table))
    return f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM {_given(table)}'


@lru_cache(maxsize=256)
def upsert_into(table: Table) -> str:
    """Insert rows, or replace those with the same key."""
    keys = key_names_of(table)
    changed = [name for name in names_of(table) if name not in keys]
    action = "NOTHING"
    if changed:
        action = "UPDATE SET " + ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in changed)
    return f"{insert_into(table)} ON CONFLICT ({_listed(keys)}) DO {action}"


@lru_cache(maxsize=256)
def select_one(table: Table) -> str:
    """The row with a key, whose values are the parameters."""
    same = " AND ".join(f'"{name}" = %s' for name in key_names_of(table))
    return f'SELECT {_listed(names_of(table))} FROM "{table.name}" WHERE {same}'


@lru_cache(maxsize=256)
def select_many(table: Table) -> str:
    """The rows with these keys."""
    keys = _listed(key_names_of(table))
    return (
        f'SELECT {_listed(names_of(table))} FROM "{table.name}" WHERE ({keys}) IN '
        f"(SELECT {keys} FROM {_given(table)})"
    )


@lru_cache(maxsize=256)
def delete_from(table: Table) -> str:
    """Delete the rows with these keys."""
    keys = key_names_of(table)
    return (
        f'DELETE FROM "{table.name}" WHERE ({_listed(keys)}) IN '
        f"(SELECT {_listed(keys)} FROM {_given(table)})"
    )
