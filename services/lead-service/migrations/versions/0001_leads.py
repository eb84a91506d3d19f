"""Kernel, directory, leads, customers and contacts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from opentas_shared.organisation.directory import create_directory_v1
from opentas_shared.persistence.migrations import create_kernel_v1

revision = "0001"
down_revision = None


def instant(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=nullable)


def index(table: str, *columns: str, where: str | None = None) -> None:
    name = f"ix_{table}_{'_'.join(columns)}"
    op.create_index(name, table, list(columns), postgresql_where=where and sa.text(where))


def upgrade() -> None:
    create_kernel_v1(op)
    create_directory_v1(op)
    create_leads()
    create_customers()
    create_contacts()


def create_leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        text("status", nullable=False),
        text("source", nullable=False),
        text("generation_mode"),
        text("natural_key"),
        text("title", nullable=False),
        text("description"),
        sa.Column("customer_id", sa.Uuid),
        sa.Column("contact_id", sa.Uuid),
        text("scale"),
        text("customer_importance"),
        sa.Column("expected_start", sa.Date),
        text("solution_fit"),
        text("classification"),
        sa.Column("classified_by_hand", sa.Boolean),
        instant("classified_at"),
        text("owner_id", nullable=False),
        text("previous_owner_id"),
        sa.Column("criteria", ARRAY(sa.Text), nullable=False),
        instant("qualified_at"),
        instant("discarded_at"),
        text("discard_reason"),
        text("discard_reason_text"),
        instant("converted_at"),
        sa.Column("opportunity_id", sa.Uuid),
        instant("created_at", nullable=False),
        instant("updated_at", nullable=False),
    )
    index("leads", "created_at", "id")
    index("leads", "updated_at", "id")
    index("leads", "owner_id", "created_at", "id")
    index("leads", "status", "created_at", "id")
    index("leads", "source", "created_at", "id")
    for column in ("classification", "customer_id", "previous_owner_id"):
        index("leads", column, "created_at", "id", where=f"{column} IS NOT NULL")


def create_customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        text("name", nullable=False),
        text("phone"),
        text("email"),
        text("website"),
        text("industry"),
        text("region"),
        text("address"),
        text("registration_no"),
        text("owner_id", nullable=False),
        text("name_key", nullable=False),
        text("phone_key"),
        text("email_key"),
        instant("created_at", nullable=False),
        instant("updated_at", nullable=False),
    )
    index_party("customers")


def create_contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        text("name", nullable=False),
        text("phone"),
        text("email"),
        text("position"),
        text("role"),
        sa.Column("customer_id", sa.Uuid),
        text("owner_id", nullable=False),
        text("name_key", nullable=False),
        text("phone_key"),
        text("email_key"),
        instant("created_at", nullable=False),
        instant("updated_at", nullable=False),
    )
    index_party("contacts")
    index("contacts", "customer_id", "created_at", "id")


def index_party(table: str) -> None:
    index(table, "name_key")
    index(table, "phone_key")
    index(table, "email_key")
    index(table, "created_at", "id")
    index(table, "owner_id", "created_at", "id")
