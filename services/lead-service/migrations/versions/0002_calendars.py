"""Working calendars in the directory."""

from __future__ import annotations

from alembic import op

from opentas_shared.organisation.directory import create_directory_v2

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    create_directory_v2(op)
