"""How much lies in each box of a person's inbox: one row, read in constant time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, Integer, Table, Text

from approval_service.read_models.metadata import metadata

if TYPE_CHECKING:
    from opentas_shared.persistence.rows import Rows

counters = Table(
    "task_counters",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("pending", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("initiated", Integer, nullable=False),
    Column("copied", Integer, nullable=False),
    Column("copied_unread", Integer, nullable=False),
)
"""``pending`` open tasks, ``done`` those decided (also for others) or handed on, ``initiated``
approvals, ``copied`` copies, ``copied_unread`` those that nobody has marked as read.
"""
NOTHING = {name: 0 for name in ("pending", "done", "initiated", "copied", "copied_unread")}


def count(rows: Rows, person_id: str, **changes: int) -> None:
    """Move counters of a person."""
    row = rows.get(counters, person_id=person_id) or {"person_id": person_id, **NOTHING}
    for name, change in changes.items():
        row[name] += change
    rows.put(counters, row)
