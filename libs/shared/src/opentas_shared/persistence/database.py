"""One PostgreSQL database: its pool of connections and its session settings."""

from __future__ import annotations

import select
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg
    from sqlalchemy import URL, Connection
    from sqlalchemy.exc import SQLAlchemyError

LOCK_TIMEOUT_MS = 10_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000


class Database:
    """Connections to one database by psycopg 3; ``url`` may name any PostgreSQL driver.

    ``schema`` is searched before ``public``: tables found there hide the live ones (rebuilds).
    """

    def __init__(
        self,
        url: str | URL,
        *,
        pool_size: int = 5,
        application_name: str = "opentas",
        schema: str | None = None,
    ) -> None:
        self.url = make_url(url).set(drivername="postgresql+psycopg")
        search_path = f"{schema},public" if schema else "public"
        self.engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            connect_args={
                "application_name": application_name,
                "connect_timeout": 5,
                "options": (
                    f"-c lock_timeout={LOCK_TIMEOUT_MS} "
                    f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT_MS} "
                    f"-c client_encoding=UTF8 -c timezone=UTC -c search_path={search_path}"
                ),
            },
        )
        event.listen(self.engine, "checkout", _refuse_closed)
        self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection in autocommit mode, for queries."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A connection in a transaction that commits at the end of the block."""
        with self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _refuse_closed(driver: psycopg.Connection[Any], *_: object) -> None:
    """Have the pool replace its idle connections once the server has closed one of them.

    A server that ends a connection says so on its socket; asking it (``pool_pre_ping``) would
    cost each read a round trip.
    """
    waiting = select.poll()
    waiting.register(driver.fileno(), select.POLLIN)
    if waiting.poll(0):
        raise InvalidatePoolError


TRANSIENT_STATES = ("08", "40", "53", "55", "57", "58", "25P03")
"""SQLSTATE classes that pass by themselves: connection, rollback, resources, locks, operator."""


def is_transient(error: SQLAlchemyError) -> bool:
    """Whether a database error passes by itself: a lost connection, a deadlock, a timeout."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, PoolTimeoutError)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
    return str(state).startswith(TRANSIENT_STATES)
