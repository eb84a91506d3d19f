"""The complete engine: what its approvals, tasks, copies and counters show."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0005"
down_revision = "0004"


def instant(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Text, nullable=nullable)


def upgrade() -> None:
    widen_approvals()
    widen_tasks()
    create_copies()


def add(table: str, name: str, kind: sa.types.TypeEngine[object], value: str) -> None:
    """Add a column that is never null; the rows there are get the value, an SQL expression."""
    op.add_column(table, sa.Column(name, kind, nullable=False, server_default=sa.text(value)))
    op.alter_column(table, name, server_default=None)


def widen_approvals() -> None:
    for name in ("number", "subject_name"):
        op.add_column("approvals", text(name))
    for name in ("due_at", "approved_at", "reversible_until"):
        op.add_column("approvals", instant(name))
    add("approvals", "subject_version", sa.Integer(), "0")
    add("approvals", "current_nodes", ARRAY(sa.Text()), "'{}'")
    add("approvals", "stale", sa.Boolean(), "false")
    op.execute(
        "UPDATE approvals SET number = definition ->> 'number',"
        " current_nodes = CASE WHEN current_node IS NULL THEN '{}' ELSE ARRAY[current_node] END,"
        " approved_at = CASE WHEN status = 'APPROVED' THEN completed_at END"
    )
    op.create_index(
        "ix_approvals_due_at_id",
        "approvals",
        ["due_at", "id"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def widen_tasks() -> None:
    add("tasks", "kind", sa.Text(), "'ASSIGNED'")
    add("tasks", "slot", sa.Integer(), "0")
    add("tasks", "role", sa.Text(), "''")
    for name in ("principal_id", "advice", "done_by"):
        op.add_column("tasks", text(name))
    op.add_column("tasks", sa.Column("parent_id", sa.Uuid))
    op.add_column("tasks", instant("due_at"))
    op.execute("UPDATE tasks SET done_by = decided_by WHERE decided_by IS NOT NULL")
    op.drop_index("ix_tasks_done", "tasks")
    op.create_index(
        "ix_tasks_done",
        "tasks",
        ["done_by", "moved_at", "id"],
        postgresql_where=sa.text("done_by IS NOT NULL"),
    )


def create_copies() -> None:
    for name in ("copied", "copied_unread"):
        add("task_counters", name, sa.Integer(), "0")
    op.create_table(
        "copies",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("approval_id", sa.Uuid, nullable=False),
        text("person_id", nullable=False),
        text("node"),
        text("sent_by"),
        text("comment", nullable=False),
        instant("copied_at", nullable=False),
        instant("read_at"),
    )
    key = ["person_id", "copied_at", "id"]
    op.create_index("ix_copies_person_id_copied_at_id", "copies", key)
    op.create_index("ix_copies_unread", "copies", key, postgresql_where=sa.text("read_at IS NULL"))
