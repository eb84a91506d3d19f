"""Working calendars and long-term delegations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from opentas_shared.organisation.directory import create_directory_v2

revision = "0002"
down_revision = "0001"


def text(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=nullable)


def instant(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    create_directory_v2(op)
    op.add_column("departments", text("calendar_id", nullable=True))
    create_calendars()
    create_delegations()


def create_calendars() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("stream_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        text("name"),
        text("name_zh"),
        sa.Column("is_default", sa.Boolean, nullable=False),
        text("time_zone"),
        sa.Column("weekdays", JSONB, nullable=False),
        sa.Column("hours", JSONB, nullable=False),
        sa.Column("holidays", JSONB, nullable=False),
        sa.Column("special_days", JSONB, nullable=False),
        instant("created_at"),
        instant("updated_at"),
    )


def create_delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        text("principal_id"),
        text("deputy_id"),
        instant("from_at"),
        instant("until_at"),
        sa.Column("flows", JSONB, nullable=False),
        text("reason"),
        text("granted_by"),
        instant("revoked_at", nullable=True),
        text("revoked_by", nullable=True),
        text("revocation_reason", nullable=True),
        instant("created_at"),
        instant("updated_at"),
    )
    op.create_table(
        "deputies",
        sa.Column("principal_id", sa.Text, primary_key=True),
        sa.Column("terms", JSONB, nullable=False),
    )
    for column in ("principal_id", "deputy_id"):
        op.create_index(f"ix_delegations_{column}", "delegations", [column, "until_at"])
    op.create_index("ix_delegations_created_at_id", "delegations", ["created_at", "id"])
