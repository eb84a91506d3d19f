"""Approvals: how far they are as of any instant, and how long they took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from metrics_service.read_models.facts import Derived, Fact, Values
from metrics_service.read_models.metadata import METADATA
from metrics_service.read_models.timelines import spans
from opentas_shared.contracts.approval import (
    ApprovalCompleted,
    ApprovalResubmitted,
    ApprovalReturned,
    ApprovalStarted,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics_service.read_models.entries import Entry

approval_facts = Table(
    "approval_facts",
    METADATA,
    Column("approval_id", Uuid, primary_key=True),
    Column("entries", JSONB, nullable=False),
)

approval_spans = Table(
    "approval_spans",
    METADATA,
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


def derive_spans(entries: Sequence[Entry]) -> Derived:
    """The rows of ``approval_spans``; none before the start is known."""
    state: dict[str, Any] = {"resubmissions": 0, "approved_at": None, "completed_at": None}
    steps = []
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
        if "submitted_at" in state:
            steps.append((entry.effective_at, state))
    return spans(steps)


FACT = Fact(approval_facts, "approval_id", {approval_spans: derive_spans})
APPROVALS = FACT.projection("approvals", VALUES)
