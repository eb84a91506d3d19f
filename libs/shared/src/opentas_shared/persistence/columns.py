"""Names of columns as plain strings: SQLAlchemy's own are slow as keys of rows and in JSON."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Table


@cache
def names_of(table: Table) -> tuple[str, ...]:
    """The names of all columns, in their order."""
    return tuple("".join(column.name) for column in table.columns)


@cache
def key_names_of(table: Table) -> tuple[str, ...]:
    """The names of the columns of the primary key, in their order."""
    return tuple("".join(column.name) for column in table.primary_key.columns)
