"""抄送: what people got to read, and what of it they have read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Index, Table, Text, Uuid, text

from approval_service.read_models.metadata import metadata
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from approval_service.domain.approval import events
    from approval_service.domain.approval.receipt import Receipt
    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

copies = Table(
    "copies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("approval_id", Uuid, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("node", Text),
    Column("sent_by", Text),
    Column("comment", Text, nullable=False),
    Column("copied_at", DateTime(timezone=True), nullable=False),
    Column("read_at", DateTime(timezone=True)),
    Index(None, "person_id", "copied_at", "id"),
    Index(
        "ix_copies_unread", "person_id", "copied_at", "id", postgresql_where=text("read_at IS NULL")
    ),
)
"""``node`` sent it, or the person ``sent_by``."""


def sent(event: events.Copied, record: Recorded, rows: Rows) -> None:
    """A row for each person."""
    for person in event.people:
        rows.new(
            copies,
            {
                "id": derived_id(
                    "copy", event.originator_id, str(record.originator_version), person
                ),
                "approval_id": event.originator_id,
                "person_id": person,
                "node": event.node,
                "sent_by": event.by,
                "comment": event.comment,
                "copied_at": event.timestamp,
            },
        )


def read(event: Any, rows: Rows) -> bool:
    """The person has read it; whether that is news. ``event`` is ``Receipt.Created``."""
    receipt: Receipt.Created = event
    row = rows.get(copies, id=receipt.originator_id)
    if row is None or row["read_at"] is not None:
        return False
    rows.put(copies, {**row, "read_at": receipt.timestamp})
    return True
