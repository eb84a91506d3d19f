"""Approvals: how far they are as of any instant, and how long they took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from metrics_service.read_models.facts import Fact, Values
from metrics_service.read_models.metadata import metadata
from opentas_shared.contracts.approval import (
    ApprovalCompleted,
    ApprovalResubmitted,
    ApprovalReturned,
    ApprovalStarted,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics_service.read_models.entries import Entry
    from metrics_service.read_models.timelines import State

approval_facts = Table(
    "approval_facts",
    metadata,
    Column("approval_id", Uuid, primary_key=True),
    Column("entries", JSONB, nullable=False),
)

approval_spans = Table(
    "approval_spans",
    metadata,
    Column("approval_id", Uuid, primary_key=True),
    Column("valid_from", DateTime(timezone=True), primary_key=True),
    Column("valid_to", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("submitter_id", Text, nullable=False),
    Column("resubmissions", Integer, nullable=False),
    Column("submitted_at", DateTime(timezone=True), nullable=False),
    Column("approved_at", DateTime(timezone=True)),
    Column("completed_at", DateTime(timezone=True)),
    Index(None, "valid_to", "flow"),
)
"""``status``: RUNNING, RETURNED, APPROVED or REJECTED; ``approved_at``: the last final approval,
which stays when the approval is taken back later."""

VALUES: Values = {
    ApprovalStarted: lambda event: {
        "status": "RUNNING",
        "flow": event.flow,
        "subject_id": str(event.subject_id),
        "submitter_id": event.submitter_id or "",
    },
    ApprovalReturned: lambda event: {"status": "RETURNED"},
    ApprovalResubmitted: lambda event: {"status": "RUNNING"},
    ApprovalCompleted: lambda event: {"status": event.outcome},
}


def states(entries: Sequence[Entry]) -> list[State | None]:
    """The columns of ``approval_spans`` after each entry; none before the start."""
    state: State = {"resubmissions": 0, "approved_at": None, "completed_at": None}
    found: list[State | None] = []
    for entry in entries:
        state = {**state, **entry.values}
        match entry.kind:
            case "ApprovalStarted":
                state["submitted_at"] = entry.effective_at
            case "ApprovalResubmitted":
                state["resubmissions"] += 1
                state["completed_at"] = None
            case "ApprovalCompleted":
                state["completed_at"] = entry.effective_at
                if entry.values["status"] == "APPROVED":
                    state["approved_at"] = entry.effective_at
        found.append(state if "submitted_at" in state else None)
    return found


FACT = Fact(approval_facts, approval_spans, "approval_id", states)
APPROVALS = FACT.projection("approvals", VALUES)
