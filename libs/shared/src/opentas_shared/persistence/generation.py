"""A second generation of read-model tables, built beside the live ones and swapped in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from opentas_shared.persistence.database import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Table

SCHEMA = "rebuild"
RETIRED = "retired"

_CONSTRAINTS = text(
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conrelid = CAST(:table AS regclass) AND contype IN ('p', 'u')"
)
_INDEXES = text(
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = :table"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint"
    " WHERE conrelid = CAST(:qualified AS regclass))"
)


class Generation:
    """Empty twins of ``tables`` in a schema of their own.

    A connection of ``database`` finds the twins where live code names the tables, so the same
    projections fill them. ``swap`` puts them in the place of the live ones.
    """

    def __init__(self, live: Database, tables: Sequence[Table]) -> None:
        self._live = live
        self._tables = [table.name for table in tables]
        self.database = Database(live.url, application_name="opentas-rebuild", schema=SCHEMA)

    def create(self) -> None:
        """Make the twins, with the constraints and indices of the live tables."""
        with self._live.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
            for name in self._tables:
                live, twin = f"public.{name}", f"{SCHEMA}.{name}"
                connection.execute(
                    text(
                        f"CREATE TABLE {twin} (LIKE {live} INCLUDING DEFAULTS INCLUDING GENERATED)"
                    )
                )
                for constraint, definition in connection.execute(_CONSTRAINTS, {"table": live}):
                    connection.execute(
                        text(f"ALTER TABLE {twin} ADD CONSTRAINT {constraint} {definition}")
                    )
                for (definition,) in connection.execute(
                    _INDEXES, {"table": name, "qualified": live}
                ):
                    connection.exec_driver_sql(definition.replace(f" ON {live} ", f" ON {twin} "))

    def differences(self, connection: Connection, tables: Sequence[Table]) -> dict[str, int]:
        """Rows that stand only in the live table or only in its twin, per table."""
        counts = {}
        for name in (table.name for table in tables):
            live, twin = f"public.{name}", f"{SCHEMA}.{name}"
            counts[name] = connection.scalar(
                text(
                    f"SELECT count(*) FROM ((TABLE {live} EXCEPT ALL TABLE {twin})"
                    f" UNION ALL (TABLE {twin} EXCEPT ALL TABLE {live})) AS difference"
                )
            )
        return counts

    def swap(self, connection: Connection) -> None:
        """Put the twins in the place of the live tables; the caller holds the append lock."""
        connection.execute(text(f"DROP SCHEMA IF EXISTS {RETIRED} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {RETIRED}"))
        for name in self._tables:
            connection.execute(text(f"ALTER TABLE public.{name} SET SCHEMA {RETIRED}"))
            connection.execute(text(f"ALTER TABLE {SCHEMA}.{name} SET SCHEMA public"))
        connection.execute(text(f"DROP SCHEMA {RETIRED} CASCADE"))

    def drop(self) -> None:
        """Remove what is left of the second generation."""
        with self._live.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        self.database.close()
