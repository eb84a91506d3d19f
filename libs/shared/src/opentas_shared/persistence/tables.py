"""The tables that every service's database has besides its own read models."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

KERNEL = MetaData(naming_convention=NAMING)

events = Table(
    "events",
    KERNEL,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False),
    Column("originator_id", Uuid, nullable=False),
    Column("originator_version", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("metadata", Text, nullable=False),
    Column("effective_at", DateTime(timezone=True), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("originator_id", "originator_version"),
)
"""The event table is the outbox: position order is commit order across all processes."""

store = Table(
    "store",
    KERNEL,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("epoch", Integer, nullable=False),
)
"""One row: the epoch of this store. Restoring a backup raises it."""

relay = Table(
    "relay",
    KERNEL,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
)
"""One row: the position up to which the relay has published."""

tracking = Table(
    "tracking",
    KERNEL,
    Column("consumer", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("dead_letters", Integer, nullable=False, server_default="0"),
)
"""How far a consumer has applied the events of a source, per partition, and how many records of
the partition lie in ``dead_letters`` (so that a record looks for a queue only where one is)."""

freshness = Table(
    "freshness",
    KERNEL,
    Column("consumer", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("oldest_unapplied_at", DateTime(timezone=True)),
    Column("checked_at", DateTime(timezone=True), nullable=False),
)
"""When the oldest event that a consumer knows of and has not applied was recorded."""

dead_letters = Table(
    "dead_letters",
    KERNEL,
    Column("id", Uuid, primary_key=True),
    Column("consumer", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("subject", Text),
    Column("kind", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("error", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failed_at", DateTime(timezone=True), nullable=False),
    Index(None, "consumer", "subject", "position"),
)
"""Records that could not be handled, and later events of the same aggregate parked behind them."""

idempotency = Table(
    "idempotency",
    KERNEL,
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index(None, "created_at"),
)
"""Answers to commands that came with an ``Idempotency-Key``; ``key`` holds caller and operation."""

APPEND_LOCK = 7031001
"""The advisory lock under which positions are assigned."""
REBUILD_LOCK = 7031004
"""The advisory lock that takes the append lock's place in a second generation of tables."""
RELAY_LOCK = 7031002
"""The session lock that makes one relay per service the active one."""
CHANNEL = "opentas_events"
"""The NOTIFY channel that wakes relays and direct consumers."""


def kernel_metadata() -> MetaData:
    """A fresh MetaData with the kernel's tables, for a service to add its own to."""
    metadata = MetaData(naming_convention=NAMING)
    for table in KERNEL.sorted_tables:
        table.to_metadata(metadata)
    return metadata
