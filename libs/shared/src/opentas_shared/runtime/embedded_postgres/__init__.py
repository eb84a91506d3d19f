"""An embedded PostgreSQL 18 for machines without a server, durable and in a folder of its own."""

from opentas_shared.runtime.embedded_postgres.errors import EmbeddedPostgresFailed
from opentas_shared.runtime.embedded_postgres.server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresFailed"]
