"""The PostgreSQL server of the product and the databases of its services on it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from opentas.folder import claim, running
from opentas_shared.persistence.database import Database
from opentas_shared.persistence.migrations import upgrade
from opentas_shared.runtime.embedded_postgres import EmbeddedPostgres
from opentas_shared.runtime.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from opentas_shared.runtime.service import Service
    from opentas_shared.runtime.settings import SharedSettings

PATIENCE_SECONDS = 30.0
_NOT_YET = (
    *("refused", "starting up", "timeout expired", "could not translate host name"),
    "being accessed by other users",  # the template, while another process creates a database
)


class ServerUnreachable(Exception):
    """The PostgreSQL server at the configured address cannot be used; the message says why."""


def own_server() -> str | None:
    """The address in ``OPENTAS_DATABASE_URL``, ``None`` when the embedded server is to be used."""
    return os.environ.get("OPENTAS_DATABASE_URL") or None


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of the server for a command beside the product or without it.

    The configured one, else that of the running product, else the embedded one started for as
    long as the command takes.
    """
    found = running(folder)
    address = own_server() or (found.database_url if found else None)
    if address:
        yield address
        return
    with claim(folder), EmbeddedPostgres(folder) as embedded:
        yield embedded.url("")


def settings_of(service: Service, folder: Path, address: str) -> SharedSettings:
    """The settings of a service on this server; ``WrongSetting`` ends the process."""
    return load_settings(service.settings, database_url=address, data_dir=folder)


def database_of(service: Service, folder: Path, address: str) -> Database:
    """The database of a service on this server."""
    settings = settings_of(service, folder, address)
    return Database(settings.database_url_of(service.name), application_name="opentas")


def create_and_migrate(services: Iterable[Service], folder: Path, address: str) -> None:
    """Create what is missing and bring every schema to head; safe to run at the same time twice."""
    for service in services:
        settings = settings_of(service, folder, address)
        create_database(settings.database_url_of(service.name))
        database = Database(settings.database_url_of(service.name), application_name="opentas")
        try:
            upgrade(database, service.migrations)
        finally:
            database.close()


def create_database(url: str, patience: float = PATIENCE_SECONDS) -> None:
    """Create the database of ``url`` unless it is there, waiting for a server that just starts.

    ``ServerUnreachable`` when it refuses or does not answer.
    """
    target = make_url(url).set(drivername="postgresql")
    assert target.database is not None
    deadline = time.monotonic() + patience
    while True:
        try:
            if _exists(target.render_as_string(hide_password=False)):
                return
            maintenance = target.set(database="postgres").render_as_string(hide_password=False)
            with psycopg.connect(maintenance, autocommit=True, connect_timeout=5) as connection:
                create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(target.database))
                connection.execute(create)
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return
        except psycopg.OperationalError as error:
            waits = any(reason in str(error) for reason in _NOT_YET)
            if not waits or time.monotonic() > deadline:
                raise ServerUnreachable(
                    f"PostgreSQL at {target.render_as_string()} cannot be used: {error}"
                ) from error
            time.sleep(0.5)


def _exists(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        if "does not exist" in str(error) and "database" in str(error):
            return False
        raise
    return True
