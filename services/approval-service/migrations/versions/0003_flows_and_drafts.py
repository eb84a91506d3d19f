"""Flows with their state, drafts of definitions, and rehearsals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

KNOWN_FLOWS = """
INSERT INTO flows (flow, stream_id, version, state, number, name, name_zh, latest_version,
                   created_at, updated_at)
SELECT flow, stream_id,
       (SELECT max(originator_version) FROM events WHERE originator_id = stream_id),
       'IN_USE', definition ->> 'number', definition ->> 'name', definition ->> 'name_zh', version,
       (SELECT min(effective_at) FROM events WHERE originator_id = stream_id),
       (SELECT max(recorded_at) FROM events WHERE originator_id = stream_id)
FROM flow_definitions
WHERE in_force
"""


def instant(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=nullable)


def upgrade() -> None:
    create_flows()
    create_drafts()
    create_rehearsals()


def create_flows() -> None:
    op.create_table(
        "flows",
        sa.Column("flow", sa.Text, primary_key=True),
        sa.Column("stream_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        text("state"),
        text("number", nullable=True),
        text("name", nullable=True),
        text("name_zh", nullable=True),
        sa.Column("latest_version", sa.Integer),
        text("state_reason", nullable=True),
        instant("created_at"),
        instant("updated_at"),
    )
    op.execute(KNOWN_FLOWS)


def create_drafts() -> None:
    op.create_table(
        "flow_drafts",
        sa.Column("draft_id", sa.Uuid, primary_key=True),
        text("flow"),
        sa.Column("content", JSONB, nullable=False),
        text("note"),
        text("saved_by"),
        instant("created_at"),
        instant("updated_at"),
    )
    op.create_index("ix_flow_drafts_flow", "flow_drafts", ["flow", "created_at", "draft_id"])


def create_rehearsals() -> None:
    op.create_table(
        "rehearsals",
        sa.Column("id", sa.Uuid, primary_key=True),
        text("flow"),
        sa.Column("definition", JSONB, nullable=False),
        instant("since"),
        instant("until"),
        text("state"),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("result", JSONB),
        text("error", nullable=True),
        text("requested_by"),
        instant("created_at"),
        instant("updated_at"),
    )
