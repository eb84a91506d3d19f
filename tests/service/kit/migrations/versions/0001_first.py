"""The tables of the kernel, the directory and the notes."""

import sqlalchemy as sa
from alembic import op

from opentas_shared.organisation.directory import create_directory_v1, create_directory_v2
from opentas_shared.persistence.migrations import create_kernel_v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    create_kernel_v1(op)
    create_directory_v1(op)
    create_directory_v2(op)
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
