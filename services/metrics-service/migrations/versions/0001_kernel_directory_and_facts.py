"""Kernel, directory, facts and the rows derived from them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from opentas_shared.organisation.directory import create_directory_v1
from opentas_shared.persistence.migrations import create_kernel_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_kernel_v1(op)
    create_directory_v1(op)
    op.create_table(
        "stage_models",
        sa.Column("stage_model", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("stages", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("stage_model", "version", name="pk_stage_models"),
    )
    for kind in ("lead", "opportunity", "approval"):
        op.create_table(
            f"{kind}_facts",
            sa.Column(f"{kind}_id", sa.Uuid, nullable=False),
            sa.Column("entries", JSONB, nullable=False),
            sa.PrimaryKeyConstraint(f"{kind}_id", name=f"pk_{kind}_facts"),
        )
    _spans(
        "lead",
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("generation_mode", sa.Text),
        sa.Column("classification", sa.Text),
        sa.Column("captured_at", INSTANT, nullable=False),
        sa.Column("converted_at", INSTANT),
        sa.Column("opportunity_id", sa.Uuid),
    )
    op.create_index(None, "lead_spans", ["valid_to", "captured_at"])
    _spans(
        "opportunity",
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("stage_model", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("lead_id", sa.Text),
        sa.Column("base_amount_minor", sa.BigInteger),
        sa.Column("win_probability", sa.Integer),
        sa.Column("amount_grade", sa.Text),
        sa.Column("strategic_grade", sa.Text),
        sa.Column("probability_grade", sa.Text),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("end_reason", sa.Text),
        sa.Column("signed_at", INSTANT),
        sa.Column("stages_entered", ARRAY(sa.Text), nullable=False),
        sa.Column("completed_stages", ARRAY(sa.Text), nullable=False),
        sa.Column("completed_seconds", ARRAY(sa.Float(53)), nullable=False),
    )
    op.create_index(None, "opportunity_spans", ["stage_model", "valid_to", "opened_at"])
    _spans(
        "approval",
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("flow", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("submitter_id", sa.Text, nullable=False),
        sa.Column("resubmissions", sa.Integer, nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column("approved_at", INSTANT),
        sa.Column("completed_at", INSTANT),
    )
    op.create_index(None, "approval_spans", ["valid_to", "flow"])


def _spans(kind: str, *columns: sa.Column) -> None:
    op.create_table(
        f"{kind}_spans",
        sa.Column(f"{kind}_id", sa.Uuid, nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint(f"{kind}_id", "valid_from", name=f"pk_{kind}_spans"),
    )
