"""A database with the kernel's tables and nothing else."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import pytest

from opentas_shared.persistence.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.postgres import Postgres


@pytest.fixture
def kernel_database(postgres: Postgres) -> Iterator[Database]:
    """A fresh database holding only the kernel's tables."""
    name = postgres.create()
    database = Database(postgres.database_url(name), pool_size=20)
    script = resources.files("opentas_shared.persistence").joinpath("kernel_v1.sql").read_text()
    with database.begin() as connection:
        connection.exec_driver_sql(script)
    yield database
    database.close()
    postgres.drop(name)
