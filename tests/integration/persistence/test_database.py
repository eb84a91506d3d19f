"""The pool: what the server closed is replaced before anybody uses it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from opentas_shared.persistence.database import Database

PID = sa.text("SELECT pg_backend_pid()")


def test_idle_connections_that_the_server_closed_are_replaced(kernel_database: Database) -> None:
    with kernel_database.read() as one, kernel_database.read() as other:
        closed = {one.scalar(PID), other.scalar(PID)}
    with kernel_database.read() as connection:
        mine = connection.scalar(PID)
        for pid in closed - {mine}:
            connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    time.sleep(0.1)
    with kernel_database.read() as one, kernel_database.read() as other:
        assert not {one.scalar(PID), other.scalar(PID)} & (closed - {mine})
    with kernel_database.begin() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1
