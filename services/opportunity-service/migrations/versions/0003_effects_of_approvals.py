"""What approvals change: facts of the opportunity, effects, bookings, class E registrations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"


def instant(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=nullable)


def index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def upgrade() -> None:
    add_facts()
    create_approved_effects()
    create_presales_bookings()
    create_class_e_registrations()


def add_facts() -> None:
    for name in ("tas_class_override", "scope_digest"):
        op.add_column("opportunities", text(name, nullable=True))
    for name in ("initiated_at", "registered_until", "bid_allowed_at", "scope_approved_at"):
        op.add_column("opportunities", instant(name))
    op.add_column("opportunities", sa.Column("scope", JSONB))
    for name, kind, value in (
        ("presales_half_hours", sa.Integer(), "0"),
        ("stale_flows", JSONB(), "[]"),
    ):
        column = sa.Column(name, kind, nullable=False, server_default=value)
        op.add_column("opportunities", column)
        op.alter_column("opportunities", name, server_default=None)


def create_approved_effects() -> None:
    op.create_table(
        "approved_effects",
        sa.Column("approval_id", sa.Uuid, primary_key=True),
        sa.Column("opportunity_id", sa.Uuid, nullable=False),
        text("flow"),
        text("kind"),
        sa.Column("content", JSONB, nullable=False),
        instant("approved_at", nullable=False),
        sa.Column("holds", sa.Boolean, nullable=False),
        instant("ended_at"),
    )
    index("approved_effects", "opportunity_id", "kind", "approved_at")


def create_presales_bookings() -> None:
    op.create_table(
        "presales_bookings",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("approval_id", sa.Uuid, nullable=False),
        sa.Column("opportunity_id", sa.Uuid, nullable=False),
        text("person_id"),
        text("role"),
        instant("starts_at", nullable=False),
        instant("ends_at", nullable=False),
    )
    index("presales_bookings", "person_id", "starts_at", "id")
    index("presales_bookings", "starts_at", "id")
    index("presales_bookings", "opportunity_id")


def create_class_e_registrations() -> None:
    op.create_table(
        "class_e_registrations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("opportunity_id", sa.Uuid, nullable=False),
        text("partner"),
        text("customer_id", nullable=True),
        text("customer"),
        text("project"),
        text("claim"),
        instant("registered_at", nullable=False),
        instant("expires_at", nullable=False),
        instant("ended_at"),
        text("end_reason", nullable=True),
    )
    index("class_e_registrations", "claim", "expires_at")
    index("class_e_registrations", "registered_at", "id")
    index("class_e_registrations", "opportunity_id", "registered_at")
