"""The tables of the directory read model, the same in every service's database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

if TYPE_CHECKING:
    from alembic.operations import Operations

metadata = MetaData()

directory_people = Table(
    "directory_people",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("department_id", Text, nullable=True),
    Column("posts", JSONB, nullable=False),
    Column("roles", JSONB, nullable=False),
    Column("superior_id", Text, nullable=True),
    Column("active", Boolean, nullable=False),
    Index("ix_directory_people_department_id", "department_id"),
    Index("ix_directory_people_superior_id", "superior_id"),
)

directory_departments = Table(
    "directory_departments",
    metadata,
    Column("department_id", Text, primary_key=True),
    Column("parent_id", Text, nullable=True),
    Column("path", JSONB, nullable=False),
    Column("head_id", Text, nullable=True),
    Column("name", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("calendar_id", Text, nullable=True),
    Index("ix_directory_departments_path", "path", postgresql_using="gin"),
)

directory_calendars = Table(
    "directory_calendars",
    metadata,
    Column("calendar_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("plan", Text, nullable=False),
)
"""``plan`` is the canonical text of ``organisation.plans``."""

TABLES: tuple[Table, ...] = (directory_people, directory_departments, directory_calendars)


def add_directory(target: MetaData) -> None:
    """Add the tables to a service's metadata."""
    for table in TABLES:
        table.to_metadata(target)


def create_directory_v1(op: Operations) -> None:
    """Create the tables in a service's first migration; the shape is frozen as version 1."""
    op.create_table(
        "directory_people",
        Column("person_id", Text, primary_key=True),
        Column("department_id", Text, nullable=True),
        Column("posts", JSONB, nullable=False),
        Column("roles", JSONB, nullable=False),
        Column("superior_id", Text, nullable=True),
        Column("active", Boolean, nullable=False),
    )
    op.create_index("ix_directory_people_department_id", "directory_people", ["department_id"])
    op.create_index("ix_directory_people_superior_id", "directory_people", ["superior_id"])
    op.create_table(
        "directory_departments",
        Column("department_id", Text, primary_key=True),
        Column("parent_id", Text, nullable=True),
        Column("path", JSONB, nullable=False),
        Column("head_id", Text, nullable=True),
        Column("name", Text, nullable=False),
        Column("name_zh", Text, nullable=False),
    )
    op.create_index(
        "ix_directory_departments_path", "directory_departments", ["path"], postgresql_using="gin"
    )


def create_directory_v2(op: Operations) -> None:
    """Add the calendars to the tables of version 1."""
    op.add_column("directory_departments", Column("calendar_id", Text, nullable=True))
    op.create_table(
        "directory_calendars",
        Column("calendar_id", Text, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("is_default", Boolean, nullable=False),
        Column("plan", Text, nullable=False),
    )
