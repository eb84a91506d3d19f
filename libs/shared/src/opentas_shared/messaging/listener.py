"""Waiting for new events: PostgreSQL's NOTIFY, or a wake-up from another thread."""

from __future__ import annotations

import select
import socket
from typing import TYPE_CHECKING, cast

import psycopg

from opentas_shared.persistence.tables import CHANNEL

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from opentas_shared.persistence.database import Database


def own_connection(database: Database) -> Connection[TupleRow]:
    """A connection outside the pool, in autocommit mode, that lives as long as its owner."""
    raw = database.engine.raw_connection()
    connection = cast("Connection[TupleRow]", raw.driver_connection)
    raw.detach()
    connection.autocommit = True
    return connection


class Listener:
    """Listens on a connection; sleeps in the kernel, so that an idle system costs nothing.

    A lost connection shows itself as ``psycopg.OperationalError`` in ``wait``.
    """

    def __init__(self, connection: Connection[TupleRow]) -> None:
        self._connection = connection
        self._inside, self._outside = socket.socketpair()
        self._inside.setblocking(False)
        self._outside.setblocking(False)
        connection.execute(f"LISTEN {CHANNEL}")

    def wait(self, seconds: float) -> bool:
        """Sleep until something was appended, ``wake`` is called or the time is over.

        True when it was not the time.
        """
        pgconn = self._connection.pgconn
        if self._drain():
            return True
        sources: list[int | socket.socket] = [pgconn.socket, self._inside]
        ready, _, _ = select.select(sources, [], [], seconds)
        if self._inside in ready:
            while True:
                try:
                    self._inside.recv(4096)
                except BlockingIOError:
                    break
        if pgconn.socket in ready:
            try:
                pgconn.consume_input()
            except psycopg.Error as error:
                raise psycopg.OperationalError(str(error)) from error
            self._drain()
        return bool(ready)

    def _drain(self) -> bool:
        found = False
        while self._connection.pgconn.notifies() is not None:
            found = True
        return found

    def wake(self) -> None:
        """End a ``wait`` from any thread."""
        try:
            self._outside.send(b"\x00")
        except (BlockingIOError, OSError):
            return

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._inside.close()
        self._outside.close()
