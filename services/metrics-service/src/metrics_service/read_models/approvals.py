"""Approvals: how far they are as of any instant, and how long they took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from metrics_service.read_models.approval_values import VALUES
from metrics_service.read_models.facts import Fact, Part
from metrics_service.read_models.metadata import metadata
from metrics_service.read_models.turns import approval_turns, turns

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
    Column("rejections", Integer, nullable=False),
    Column("reversals", Integer, nullable=False),
    Column("submitted_at", DateTime(timezone=True), nullable=False),
    Column("approved_at", DateTime(timezone=True)),
    Column("completed_at", DateTime(timezone=True)),
    Index(None, "valid_to", "flow"),
    Index(None, "submitted_at"),
)
"""``status``: RUNNING, RETURNED (also when recalled), APPROVED, REJECTED, REVOKED, TERMINATED or
REVERSED; ``approved_at``: the last final approval, which stays when it is taken back later.

``rejections`` are decisions of people that stand, ``reversals`` final approvals taken back.
"""

_STATUS = {
    "ApprovalStarted": "RUNNING",
    "ApprovalRecalled": "RETURNED",
    "ApprovalResubmitted": "RUNNING",
    "ApprovalReversed": "REVERSED",
    "ApprovalWentStale": "RUNNING",
    "ApprovalRefreshed": "APPROVED",
    "DecisionWithdrawn": "RUNNING",
}
_ABOUT = ("flow", "subject_id", "submitter_id")


def states(entries: Sequence[Entry]) -> list[State | None]:
    """The columns of ``approval_spans`` after each entry; none before the start."""
    state: State = {"resubmissions": 0, "reversals": 0, "approved_at": None, "completed_at": None}
    rejected: set[tuple[str, int]] = set()
    found: list[State | None] = []
    for entry in entries:
        state = {**state, **_changed(entry, state)}
        if entry.kind == "TaskDecided" and entry.values["decision"] == "REJECTED":
            rejected.add(_decision(entry))
        elif entry.kind == "DecisionWithdrawn":
            rejected.discard(_decision(entry))
        state["rejections"] = len(rejected)
        found.append(state if "submitted_at" in state else None)
    return found


def _decision(entry: Entry) -> tuple[str, int]:
    return (entry.values["task_id"], entry.values["decision_no"])


def _changed(entry: Entry, state: State) -> dict[str, Any]:
    """What an entry changes, besides the number of rejections."""
    at, values = entry.effective_at, entry.values
    changed: dict[str, Any] = {}
    if entry.kind in _STATUS:
        changed["status"] = _STATUS[entry.kind]
    match entry.kind:
        case "ApprovalStarted":
            changed |= {"submitted_at": at, **{name: values[name] for name in _ABOUT}}
        case "ApprovalReturned" if values.get("to", SUBMITTER) == SUBMITTER:
            changed["status"] = "RETURNED"
        case "ApprovalResubmitted":
            changed |= {"resubmissions": state["resubmissions"] + 1, "completed_at": None}
        case "ApprovalWentStale":
            changed["completed_at"] = None
        case "ApprovalRefreshed":
            changed["completed_at"] = at
        case "ApprovalReversed":
            changed["reversals"] = state["reversals"] + 1
        case "ApprovalCompleted":
            changed |= {"status": values["status"], "completed_at": at}
            if values["status"] == "APPROVED":
                changed["approved_at"] = at
    return changed


SUBMITTER = "submitter"
"""Where an approval is returned to when it is not an earlier node."""
FACT = Fact(
    approval_facts,
    approval_spans,
    "approval_id",
    states,
    (Part(approval_turns, "turn_no", turns),),
)
APPROVALS = FACT.projection("approvals", VALUES)
