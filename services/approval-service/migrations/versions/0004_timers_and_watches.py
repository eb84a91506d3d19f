"""Timers of tasks, facts of subjects, and the approvals that watch them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "timers",
        sa.Column("task_id", sa.Uuid, primary_key=True),
        sa.Column("approval_id", sa.Uuid, nullable=False),
        sa.Column("timer_no", sa.Integer, nullable=False),
        sa.Column("fires_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("later", JSONB, nullable=False),
    )
    op.create_table(
        "subject_facts",
        sa.Column("subject_type", sa.Text, primary_key=True),
        sa.Column("subject_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("used", JSONB, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "watches",
        sa.Column("subject_type", sa.Text, primary_key=True),
        sa.Column("subject_id", sa.Text, primary_key=True),
        sa.Column("approvals", JSONB, nullable=False),
    )
