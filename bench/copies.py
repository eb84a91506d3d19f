"""Copies of a database with many times its rows, made by SQL: the read models are filled, no more.

What is copied has no history of its own; reads are measured on it, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Mapping


def multiply(small: str, large: str, copies: int, changes: Mapping[str, Mapping[str, str]]) -> None:
    """Copy the database and so often the rows of some tables, with other ids and times.

    ``changes`` maps a table to the columns that differ in each ``copy``, as SQL expressions.
    """
    names = [make_url(url).database for url in (small, large)]
    maintenance = make_url(small).set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{names[1]}" TEMPLATE "{names[0]}"'.encode())
    with psycopg.connect(large, autocommit=True) as connection:
        for table, changed in changes.items():
            _copy(connection, table, copies, changed)
    for url in (small, large):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")


def _copy(
    connection: psycopg.Connection[Any], table: str, copies: int, changed: Mapping[str, str]
) -> None:
    columns = [
        name
        for (name,) in connection.execute(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = %s",
            [table],
        )
    ]
    values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    statement = (
        f"INSERT INTO {table} ({names}) "
        f"SELECT {values} FROM {table} CROSS JOIN generate_series(1, {copies:d}) AS copy"
    )
    connection.execute(statement.encode())
