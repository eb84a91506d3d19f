"""Turns of tasks, milestones, rejections and reversals; a rebuild fills them for the past."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0003"
down_revision = "0002"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("rejections", "reversals"):
        op.add_column(
            "approval_spans", sa.Column(name, sa.Integer, nullable=False, server_default="0")
        )
        op.alter_column("approval_spans", name, server_default=None)
    op.create_index(None, "approval_spans", ["submitted_at"])
    op.create_table(
        "approval_turns",
        sa.Column("approval_id", sa.Uuid, nullable=False),
        sa.Column("turn_no", sa.Integer, nullable=False),
        sa.Column("task_id", sa.Uuid),
        sa.Column("flow", sa.Text, nullable=False),
        sa.Column("submitter_id", sa.Text, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("assignee_id", sa.Text, nullable=False),
        sa.Column("opened_at", INSTANT),
        sa.Column("due_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("decision", sa.Text),
        sa.Column("decided_by", sa.Text),
        sa.Column("withdrawn_at", INSTANT),
        sa.Column("resubmitted_at", INSTANT),
        sa.PrimaryKeyConstraint("approval_id", "turn_no", name="pk_approval_turns"),
    )
    op.create_index(None, "approval_turns", ["flow"])
    op.create_table(
        "milestones",
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("matter", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("subject_type", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("stage_model", sa.Text),
        sa.Column("approval_id", sa.Uuid),
        sa.Column("waived_rules", ARRAY(sa.Text), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "matter", name="pk_milestones"),
    )
    op.create_index(None, "milestones", ["kind", "matter", "at"])
    op.create_index(None, "milestones", ["subject_id", "kind", "matter"])
    op.create_index(None, "milestones", ["approval_id", "kind"])
