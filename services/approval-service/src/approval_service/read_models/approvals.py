"""The approvals as they are now: one row each, with all rounds, nodes, tasks and opinions."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from approval_service.domain.approval import events
from approval_service.domain.approval.states import Status
from approval_service.read_models import rounds
from approval_service.read_models.metadata import metadata
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    Column("current_node", Text),
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
)
"""``created_at`` is when the approval was asked for in the business, ``submitted_at`` when it
first ran, ``updated_at`` when the system last learnt something of it. ``participants`` submitted
it or have or had tasks in it.
"""


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Change the row of the approval of an event."""
    if isinstance(event, events.Created):
        rows.new(approvals, _requested(event, record))
    elif isinstance(event, events.ApprovalEvent):
        row = rows.get(approvals, id=event.originator_id)
        if row is not None:
            document = deepcopy(row["rounds"])
            rounds.evolve(document, event, row["definition"])
            changes = {**_changes(event), "participants": _participants(row, event)}
            rows.put(approvals, {**row, "rounds": document, **changes, **_versions(record)})


def _participants(row: Mapping[str, Any], event: Any) -> list[str]:
    named = (getattr(event, name, None) for name in ("assignee_id", "decided_by"))
    return sorted({*row["participants"], *(person for person in named if person)})


def _versions(record: Recorded) -> dict[str, Any]:
    return {"version": record.originator_version, "updated_at": record.recorded_at}


def _requested(event: events.Created, record: Recorded) -> dict[str, Any]:
    return {
        "id": event.originator_id,
        "flow": event.flow,
        "request_no": event.request_no,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "submitter_id": event.submitter_id,
        "status": Status.REQUESTED,
        "round": 0,
        "missing": [],
        "facts": event.facts,
        "form": event.form,
        "rounds": [],
        "participants": [event.submitter_id],
        "created_at": event.timestamp,
        **_versions(record),
    }


def _changes(event: Any) -> Mapping[str, Any]:
    match event:
        case events.Started():
            return {
                "status": Status.RUNNING,
                "round": event.round,
                "definition_version": event.definition_version,
                "definition": event.definition,
                "submitted_at": event.timestamp,
            }
        case events.NotStarted():
            return {
                "status": Status.NOT_STARTED,
                "reason_code": event.reason_code,
                "reason": event.reason,
                "missing": event.missing,
                "completed_at": event.timestamp,
            }
        case events.NodeActivated():
            return {"current_node": event.node}
        case events.Returned():
            return {"status": Status.RETURNED, "current_node": None}
        case events.Resubmitted():
            return {"status": Status.RUNNING, "round": event.round, "form": event.form}
        case events.Completed():
            return {
                "status": event.outcome,
                "current_node": None,
                "reason_code": event.reason_code,
                "completed_at": event.timestamp,
            }
    return {}


APPROVALS = Projection("approvals", (approvals,), apply)
