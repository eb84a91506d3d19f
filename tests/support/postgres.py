"""A PostgreSQL server for the session and fresh, migrated databases on it in milliseconds."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

from opentas_shared.persistence.database import Database
from opentas_shared.persistence.migrations import upgrade
from opentas_shared.runtime.embedded_postgres import EmbeddedPostgres
from tests.support import session

if TYPE_CHECKING:
    from opentas_shared.runtime.service import Service

_PREFIX = "opentas_test"


@dataclass(frozen=True)
class Postgres:
    """The server of this session; ``url`` carries no database."""

    url: str

    def database_url(self, name: str) -> str:
        """The URL of one database."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def execute(self, statement: str) -> None:
        """Run one statement outside of any transaction, in the maintenance database."""
        with psycopg.connect(self.database_url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self, template: str = "template0") -> str:
        """A new database; its name."""
        name = f"{_PREFIX}_{uuid4().hex[:12]}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY wal_log')
        return name

    def create_for(self, service: Service) -> str:
        """A new database with the schema of the service; its name."""
        made = session.shared(f"template-{service.name}", lambda: self._template(service))
        return self.create(made["name"])

    def drop(self, name: str) -> None:
        """Drop a database, ending its connections."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _template(self, service: Service) -> dict[str, str]:
        name = self.create()
        database = Database(self.database_url(name))
        try:
            upgrade(database, service.migrations)
        finally:
            database.close()
        return {"name": name}


def start() -> Postgres:
    """The server named by ``OPENTAS_TEST_DATABASE_URL``, else an embedded one for the session."""
    named = os.environ.get("OPENTAS_TEST_DATABASE_URL")
    return Postgres(named or session.shared("postgres", _embedded)["url"])


def _embedded() -> dict[str, object]:
    server = EmbeddedPostgres(session.folder() / "postgres-data", durable=False).start()
    return {"url": server.url(""), "pid": server.pid}
