"""A database with the kernel's tables and nothing else."""

from __future__ import annotations

import os
from importlib import resources
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import sqlalchemy as sa

from opentas_shared.persistence.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def kernel_database() -> Iterator[Database]:
    """A fresh database holding only the kernel's tables."""
    server = sa.make_url(os.environ["OPENTAS_TEST_DATABASE_URL"])
    name = f"kernel_{uuid4().hex[:12]}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    url = server.set(database=name).render_as_string(hide_password=False)
    database = Database(url, pool_size=20)
    script = resources.files("opentas_shared.persistence").joinpath("kernel_v1.sql").read_text()
    with database.begin() as connection:
        connection.exec_driver_sql(script)
    yield database
    database.close()
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
