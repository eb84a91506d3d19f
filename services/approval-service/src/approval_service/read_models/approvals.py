"""The approvals as they are now: one row each, with all rounds, nodes, tasks and opinions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from approval_service.domain.approval import events
from approval_service.domain.approval.states import Status
from approval_service.read_models import rounds
from approval_service.read_models.approval_changes import changes_of
from approval_service.read_models.metadata import metadata
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

approvals = Table(
    "approvals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("flow", Text, nullable=False),
    Column("request_no", Integer, nullable=False),
    Column("definition_version", Integer),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("submitter_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("number", Text),
    Column("subject_version", Integer, nullable=False),
    Column("subject_name", Text),
    Column("current_node", Text),
    Column("current_nodes", ARRAY(Text), nullable=False),
    Column("stale", Boolean, nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("approved_at", DateTime(timezone=True)),
    Column("reversible_until", DateTime(timezone=True)),
    Column("reason_code", Text),
    Column("reason", Text),
    Column("missing", ARRAY(Text), nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("form", JSONB, nullable=False),
    Column("definition", JSONB),
    Column("rounds", JSONB, nullable=False),
    Column("participants", ARRAY(Text), nullable=False),
    Column("submitted_at", DateTime(timezone=True)),
    Column("completed_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index(None, "created_at", "id"),
    Index(None, "updated_at", "id"),
    Index(None, "submitter_id", "created_at", "id"),
    Index(None, "subject_id", "created_at", "id"),
    Index(None, "flow", "status", "created_at", "id"),
    Index(None, "status", "created_at", "id"),
    Index(None, "participants", postgresql_using="gin"),
    Index(None, "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
)
"""``created_at`` is when the approval was asked for in the business, ``submitted_at`` when it
first ran, ``updated_at`` when the system last learnt something of it. ``participants`` submitted
it, have or had tasks in it, acted in it or got a copy. ``due_at`` is the earliest time limit of
the open tasks. ``stale``: a watched fact moved, and nobody has approved that yet.
"""


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Change the row of the approval of an event."""
    if isinstance(event, events.Created):
        rows.new(approvals, _requested(event, record))
    elif isinstance(event, events.ApprovalEvent):
        row = rows.get(approvals, id=event.originator_id)
        if row is not None:
            definition = getattr(event, "definition", None) or row["definition"]
            document = rounds.evolved(row["rounds"], event, definition)
            row |= {"rounds": document, "participants": _participants(row, event)}
            row |= {**changes_of(event, row), **_asked(document), **_versions(record)}
            rows.put(approvals, row)


def _participants(row: Mapping[str, Any], event: Any) -> list[str]:
    names = ("assignee_id", "principal_id", "decided_by", "on_behalf_of", "by", "resubmitted_by")
    named = [getattr(event, name, None) for name in names]
    if isinstance(event, events.Copied):
        named += event.people
    return sorted({*row["participants"], *(person for person in named if person)})


def _versions(record: Recorded) -> dict[str, Any]:
    return {"version": record.originator_version, "updated_at": record.recorded_at}


def _asked(document: rounds.Rounds) -> dict[str, Any]:
    if not document:
        return {}
    nodes, due = rounds.active_nodes(document), rounds.earliest_due(document)
    return {
        "current_node": nodes[0] if nodes else None,
        "current_nodes": nodes,
        "due_at": datetime.fromisoformat(due) if due else None,
        "form": rounds.form_of(document),
    }


def _requested(event: events.Created, record: Recorded) -> dict[str, Any]:
    return {
        "id": event.originator_id,
        "flow": event.flow,
        "request_no": event.request_no,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "subject_version": event.subject_version,
        "subject_name": event.facts.get("name"),
        "submitter_id": event.submitter_id,
        "status": Status.REQUESTED,
        "round": 0,
        "current_nodes": [],
        "stale": False,
        "missing": [],
        "facts": event.facts,
        "form": event.form,
        "rounds": [],
        "participants": [event.submitter_id],
        "created_at": event.timestamp,
        **_versions(record),
    }


def ahead(ids: Sequence[UUID], rows: Rows) -> None:
    """Load the rows of these approvals."""
    rows.prefetch(approvals, ({"id": id} for id in ids))


APPROVALS = Projection("approvals", (approvals,), apply, ahead)
