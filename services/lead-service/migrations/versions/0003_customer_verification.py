"""Approvals requested for leads and customers, verification of customers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"


def instant(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=nullable)


def upgrade() -> None:
    add_verification()
    create_requested_approvals()


def add_verification() -> None:
    for name in ("legal_address", "verified_by"):
        op.add_column("customers", text(name))
    op.add_column("customers", instant("verified_at"))
    op.add_column("customers", sa.Column("verification_approval_id", sa.Uuid))
    filled = (("verification_status", sa.Text(), "UNVERIFIED"), ("proposed_changes", JSONB(), "{}"))
    for name, kind, first in filled:
        op.add_column("customers", sa.Column(name, kind, nullable=False, server_default=first))
        op.alter_column("customers", name, server_default=None)
    columns = ["verification_status", "created_at", "id"]
    op.create_index(f"ix_customers_{'_'.join(columns)}", "customers", columns)


def create_requested_approvals() -> None:
    op.create_table(
        "requested_approvals",
        sa.Column("approval_id", sa.Uuid, primary_key=True),
        text("subject_type", nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        text("flow", nullable=False),
        sa.Column("request_no", sa.Integer, nullable=False),
        text("status", nullable=False),
        sa.Column("in_effect", sa.Boolean, nullable=False),
        text("submitter_id", nullable=False),
        sa.Column("form", JSONB, nullable=False),
        text("reason_code"),
        text("reason"),
        sa.Column("missing", JSONB, nullable=False),
        text("decided_by"),
        instant("requested_at", nullable=False),
        instant("started_at"),
        instant("ended_at"),
    )
    op.create_index(
        "ix_requested_approvals_subject_id_requested_at",
        "requested_approvals",
        ["subject_id", "requested_at"],
    )
