"""Kernel, directory, opportunities and the approvals requested for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from opentas_shared.organisation.directory import create_directory_v1
from opentas_shared.persistence.migrations import create_kernel_v1

revision = "0001"
down_revision = None


def instant(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=nullable)


def index(table: str, *columns: str, where: str | None = None, unique: bool = False) -> None:
    name = f"ix_{table}_{'_'.join(columns)}"
    condition = sa.text(where) if where is not None else None
    op.create_index(name, table, list(columns), postgresql_where=condition, unique=unique)


def upgrade() -> None:
    create_kernel_v1(op)
    create_directory_v1(op)
    create_opportunities()
    create_requested_approvals()


def create_opportunities() -> None:
    op.create_table(
        "opportunities",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        text("status", nullable=False),
        text("name", nullable=False),
        text("description", nullable=False),
        text("natural_key"),
        text("lead_id"),
        text("customer_id"),
        text("source", nullable=False),
        text("owner_id", nullable=False),
        text("stage_model", nullable=False),
        sa.Column("stage_model_version", sa.Integer, nullable=False),
        text("requested_stage_model"),
        text("stage", nullable=False),
        instant("stage_entered_at", nullable=False),
        sa.Column("amount_minor", sa.BigInteger),
        text("currency"),
        text("rate"),
        sa.Column("base_amount_minor", sa.BigInteger),
        text("base_currency", nullable=False),
        text("amount_grade"),
        text("strategic_grade", nullable=False),
        text("probability_grade"),
        text("tas_class"),
        sa.Column("partner_led", sa.Boolean, nullable=False),
        sa.Column("win_probability", sa.SmallInteger),
        sa.Column("stage_win_probability", sa.SmallInteger),
        sa.Column("manual_win_probability", sa.SmallInteger),
        sa.Column("expected_close_date", sa.Date),
        sa.Column("go_no_go", JSONB, nullable=False),
        sa.Column("blocking_rules", JSONB, nullable=False),
        instant("opened_at", nullable=False),
        instant("closed_at"),
        text("close_reason"),
        text("close_reason_text"),
        text("contract_no"),
        sa.Column("contract_signed_on", sa.Date),
        instant("updated_at", nullable=False),
    )
    index("opportunities", "opened_at", "id")
    index("opportunities", "updated_at", "id")
    index("opportunities", "owner_id", "opened_at", "id")
    index("opportunities", "status", "opened_at", "id")
    index("opportunities", "stage_model", "stage", "opened_at", "id")
    index("opportunities", "base_amount_minor", "id")
    index("opportunities", "lead_id", where="lead_id IS NOT NULL")
    index("opportunities", "natural_key", where="natural_key IS NOT NULL", unique=True)


def create_requested_approvals() -> None:
    op.create_table(
        "requested_approvals",
        sa.Column("approval_id", sa.Uuid, primary_key=True),
        sa.Column("opportunity_id", sa.Uuid, nullable=False),
        text("flow", nullable=False),
        sa.Column("request_no", sa.Integer, nullable=False),
        text("status", nullable=False),
        sa.Column("in_effect", sa.Boolean, nullable=False),
        text("submitter_id", nullable=False),
        sa.Column("form", JSONB, nullable=False),
        text("reason_code"),
        text("reason"),
        sa.Column("missing", JSONB, nullable=False),
        instant("requested_at", nullable=False),
        instant("started_at"),
        instant("ended_at"),
    )
    index("requested_approvals", "opportunity_id", "requested_at")
