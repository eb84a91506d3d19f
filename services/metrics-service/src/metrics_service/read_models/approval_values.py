"""What each published event of an approval says about it, as far as reports need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas_shared.contracts.approval import (
    ApprovalCompleted,
    ApprovalRecalled,
    ApprovalRefreshed,
    ApprovalResubmitted,
    ApprovalReturned,
    ApprovalReversed,
    ApprovalStarted,
    ApprovalWentStale,
    DecisionWithdrawn,
    TaskAssigned,
    TaskClosed,
    TaskDecided,
    TaskOpened,
)

if TYPE_CHECKING:
    from datetime import datetime

    from metrics_service.read_models.facts import Values


def _about(event: Any) -> dict[str, Any]:
    return {"flow": event.flow, "submitter_id": event.submitter_id or ""}


def _task(event: Any) -> dict[str, Any]:
    return {
        **_about(event),
        "task_id": str(event.task_id),
        "node": event.node,
        "assignee_id": event.assignee_id,
    }


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


VALUES: Values = {
    ApprovalStarted: lambda event: {
        **_about(event),
        "status": "RUNNING",
        "subject_id": str(event.subject_id),
    },
    TaskAssigned: lambda event: {
        **_task(event),
        "role": event.role,
        "status": "OPEN" if event.open else "WAITING",
        "due_at": _text(event.due_at),
    },
    TaskOpened: lambda event: {
        **_task(event),
        "status": event.status,
        "due_at": _text(event.due_at),
    },
    TaskDecided: lambda event: {
        **_task(event),
        "role": event.role,
        "decision": event.decision,
        "decision_no": event.decision_no,
        "decided_by": event.on_behalf_of or event.decided_by,
    },
    TaskClosed: _task,
    DecisionWithdrawn: lambda event: {
        "task_id": str(event.task_id),
        "decision_no": event.decision_no,
    },
    ApprovalReturned: lambda event: {"to": event.to},
    ApprovalRecalled: lambda event: {},
    ApprovalResubmitted: lambda event: {"status": "RUNNING"},
    ApprovalCompleted: lambda event: {"status": event.outcome},
    ApprovalReversed: lambda event: {**_about(event), "role": event.role, "by": event.by},
    ApprovalWentStale: lambda event: {},
    ApprovalRefreshed: lambda event: {},
}
"""``decided_by`` is the person for whom somebody acted, where it was on behalf."""
