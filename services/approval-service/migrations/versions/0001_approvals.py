"""Kernel, directory, organisation, flow definitions, approvals and tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from opentas_shared.organisation.directory import create_directory_v1
from opentas_shared.persistence.migrations import create_kernel_v1

revision = "0001"
down_revision = None


def instant(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=nullable)


def json(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, JSONB, nullable=nullable)


def number(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Integer, nullable=nullable)


def index(table: str, *columns: str, name: str | None = None, where: str | None = None) -> None:
    name = name or f"ix_{table}_{'_'.join(columns)}"
    op.create_index(name, table, list(columns), postgresql_where=where and sa.text(where))


def upgrade() -> None:
    create_kernel_v1(op)
    create_directory_v1(op)
    create_organisation()
    create_flow_definitions()
    create_approvals()
    create_tasks()


def create_organisation() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("stream_id", sa.Uuid, nullable=False),
        number("version"),
        text("name", nullable=False),
        text("department_id"),
        json("posts"),
        json("roles"),
        text("superior_id"),
        sa.Column("active", sa.Boolean, nullable=False),
        instant("created_at", nullable=False),
        instant("updated_at", nullable=False),
    )
    index("people", "department_id")
    index("people", "name", "id")
    op.create_table(
        "departments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("stream_id", sa.Uuid, nullable=False),
        number("version"),
        text("name", nullable=False),
        text("name_zh", nullable=False),
        text("parent_id"),
        json("path"),
        text("head_id"),
        instant("created_at", nullable=False),
        instant("updated_at", nullable=False),
    )


def create_flow_definitions() -> None:
    op.create_table(
        "flow_definitions",
        sa.Column("flow", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("stream_id", sa.Uuid, nullable=False),
        sa.Column("in_force", sa.Boolean, nullable=False),
        json("definition"),
        instant("published_at", nullable=False),
    )


def create_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.Uuid, primary_key=True),
        number("version"),
        text("flow", nullable=False),
        number("request_no"),
        number("definition_version", nullable=True),
        text("subject_type", nullable=False),
        text("subject_id", nullable=False),
        text("submitter_id", nullable=False),
        text("status", nullable=False),
        number("round"),
        text("current_node"),
        text("reason_code"),
        text("reason"),
        sa.Column("missing", ARRAY(sa.Text), nullable=False),
        json("facts"),
        json("form"),
        json("definition", nullable=True),
        json("rounds"),
        sa.Column("participants", ARRAY(sa.Text), nullable=False),
        instant("submitted_at"),
        instant("completed_at"),
        instant("created_at", nullable=False),
        instant("updated_at", nullable=False),
    )
    index("approvals", "created_at", "id")
    index("approvals", "updated_at", "id")
    for column in ("submitter_id", "subject_id", "status"):
        index("approvals", column, "created_at", "id")
    index("approvals", "flow", "status", "created_at", "id")
    op.create_index(
        "ix_approvals_participants", "approvals", ["participants"], postgresql_using="gin"
    )


def create_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("approval_id", sa.Uuid, nullable=False),
        text("flow", nullable=False),
        text("subject_type", nullable=False),
        text("subject_id", nullable=False),
        text("submitter_id", nullable=False),
        number("round"),
        text("node", nullable=False),
        text("assignee_id", nullable=False),
        text("status", nullable=False),
        text("decided_by"),
        text("on_behalf_of"),
        text("comment"),
        text("reason_code"),
        instant("assigned_at", nullable=False),
        instant("ended_at"),
        instant("moved_at", nullable=False),
    )
    index("tasks", "approval_id", "assignee_id", "decided_by")
    index(
        "tasks",
        "assignee_id",
        "moved_at",
        "id",
        name="ix_tasks_pending",
        where="status = 'OPEN'",
    )
    index(
        "tasks",
        "decided_by",
        "moved_at",
        "id",
        name="ix_tasks_done",
        where="decided_by IS NOT NULL",
    )
    op.create_table(
        "task_counters",
        sa.Column("person_id", sa.Text, primary_key=True),
        number("pending"),
        number("done"),
        number("initiated"),
    )
