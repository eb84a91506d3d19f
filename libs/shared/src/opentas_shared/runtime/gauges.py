"""Gauges that ask the database or the pool when they are scraped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import QueuePool, func, select

from opentas_shared.messaging.freshness import freshness_of
from opentas_shared.messaging.outbox import outbox
from opentas_shared.persistence.tables import dead_letters

if TYPE_CHECKING:
    from opentas_shared.runtime.resources import Resources


def add_pool_gauge(resources: Resources) -> None:
    """How many of the pool's database connections are in use."""
    pool = resources.database.engine.pool
    if isinstance(pool, QueuePool):
        resources.metrics.gauge(
            "opentas_database_connections_in_use",
            "Database connections in use.",
            lambda: float(pool.checkedout()),
        )


def add_worker_gauges(resources: Resources, *, relay: bool) -> None:
    """Outbox, dead letters and age of what is not applied."""
    database, service = resources.database, resources.service

    def backlog() -> float:
        with database.read() as connection:
            return float(outbox(connection).backlog)

    def outbox_age() -> float:
        with database.read() as connection:
            return outbox(connection).age_seconds

    def dead() -> float:
        with database.read() as connection:
            return float(connection.scalar(select(func.count()).select_from(dead_letters)) or 0)

    def unapplied_age() -> float:
        with database.read() as connection:
            return freshness_of(connection, service.name).age_seconds

    gauge = resources.metrics.gauge
    if relay:
        gauge("opentas_outbox_backlog_events", "Events appended and not published.", backlog)
        gauge("opentas_outbox_age_seconds", "Age of the oldest of them.", outbox_age)
    gauge("opentas_dead_letters", "Records that wait for a redrive.", dead)
    if service.reactions:
        gauge(
            "opentas_projection_age_seconds",
            "Age of the oldest known event of others that is not applied.",
            unapplied_age,
        )
