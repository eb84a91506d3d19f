"""The migrations make the schema that the code describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from lead_service.read_models.metadata import metadata
from lead_service.service import SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentas_shared.persistence.database import Database
    from opentas_shared.runtime.service import Service


def test_migrations_and_tables_agree(database_for: Callable[[Service], Database]) -> None:
    with database_for(SERVICE).read() as connection:
        context = MigrationContext.configure(connection)
        ours = [
            difference
            for difference in compare_metadata(context, metadata)
            if "alembic_version" not in str(difference)
        ]
    assert ours == []
