"""The facts of the subjects of approvals as they are now, as their owners publish them.

A row begins with the first request for an approval of the subject and follows its events; it is
written by reactions, since the facts are not events of this service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from approval_service.read_models.metadata import metadata

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opentas_shared.persistence.rows import Row, Rows

subject_facts = Table(
    "subject_facts",
    metadata,
    Column("subject_type", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("used", JSONB, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
"""``version`` is that of the subject whose event came last; ``used`` when the subject last went
through the gate that a flow opens, by flow."""


def begin(
    rows: Rows, subject: str, id: str, version: int, facts: Mapping[str, Any], at: datetime
) -> None:
    """Follow the subject from now on; one that is followed gets these facts."""
    known = present(rows, subject, id)
    _put(rows, subject, id, version, facts, known["used"] if known else {}, at)


def change(
    rows: Rows,
    known: Row,
    version: int,
    facts: Mapping[str, Any],
    used: Mapping[str, str],
    at: datetime,
) -> None:
    """Take over what an event says of a subject that is followed."""
    subject, id = known["subject_type"], known["subject_id"]
    _put(rows, subject, id, version, {**known["facts"], **facts}, {**known["used"], **used}, at)


def present(rows: Rows, subject: str, id: str) -> Row | None:
    """What is known of the subject now; nothing of one that never asked for an approval."""
    return rows.get(subject_facts, subject_type=subject, subject_id=id)


def _put(
    rows: Rows,
    subject: str,
    id: str,
    version: int,
    facts: Mapping[str, Any],
    used: Mapping[str, str],
    at: datetime,
) -> None:
    row = {"subject_type": subject, "subject_id": id, "version": version, "changed_at": at}
    rows.put(subject_facts, {**row, "facts": dict(facts), "used": dict(used)})
