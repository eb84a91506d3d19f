"""Alembic for every service: the kernel's tables, and an upgrade that is safe to run twice."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from pathlib import Path

    from alembic.operations import Operations

    from opentas_shared.persistence.database import Database

MIGRATION_LOCK = 7031003
"""The advisory lock that keeps concurrent upgrades of one database apart."""


def create_kernel_v1(op: Operations) -> None:
    """Version 1 of the kernel's tables, called by the first migration of each service.

    The file is frozen: a later version of the kernel gets a file and a function of its own.
    """
    statements = resources.files(__package__).joinpath("kernel_v1.sql").read_text()
    for statement in statements.split(";"):
        if statement.strip():
            op.execute(statement)


def _config(migrations: Path, url: sa.URL) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["url"] = url
    return config


def upgrade(database: Database, migrations: Path) -> None:
    """Bring the schema to head; concurrent callers wait for each other."""
    command.upgrade(_config(migrations, database.url), "head")


def at_head(database: Database, migrations: Path) -> bool:
    """Whether the schema is the one this code was written for."""
    scripts = ScriptDirectory(str(migrations))
    with database.read() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == scripts.get_current_head()


def run_env(metadata: sa.MetaData) -> None:
    """The body of each service's ``migrations/env.py``."""
    url = context.config.attributes.get("url") or sa.make_url(
        context.config.get_main_option("sqlalchemy.url") or ""
    )
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            context.run_migrations()
    engine.dispose()
