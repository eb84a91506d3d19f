"""The tasks of a node: whom it asked, and every opinion, those withdrawn too."""

from __future__ import annotations

from typing import Any

from approval_service.domain.approval import events
from approval_service.domain.approval.states import TaskStatus
from approval_service.read_models.round_nodes import each, node_of

STANDING = ("decided_by", "on_behalf_of", "on_behalf_reason", "comment", "advice")
"""What a task repeats of its last opinion while that stands."""


def evolve(document: list[dict[str, Any]], event: Any, at: str) -> None:
    """Ask, decide, close or open a task."""
    match event:
        case events.TaskAssigned():
            node_of(document, event.activation_no)["tasks"].append(_assigned(event, at))
        case events.TaskOpened():
            _task(document, event).update(
                status=event.status, reason_code=None, reason="", ended_at=None, due_at=event.due_at
            )
        case events.TaskWaits():
            _task(document, event)["status"] = TaskStatus.WAITING
        case events.TaskDecided():
            _decided(_task(document, event), event, at)
        case events.TaskClosed():
            _task(document, event).update(
                status=event.outcome or TaskStatus.CLOSED,
                reason_code=event.reason_code,
                reason=event.reason,
                ended_at=at,
            )
        case events.DecisionWithdrawn():
            _withdrawn(_task(document, event), event, at)
        case events.TimerFired():
            fired = {"no": event.timer_no, "action": event.action, "to": event.to, "fired_at": at}
            _task(document, event).setdefault("timers_fired", []).append(fired)


def _assigned(event: events.TaskAssigned, at: str) -> dict[str, Any]:
    return {
        "id": str(event.task_id),
        "assignee_id": event.assignee_id,
        "kind": event.kind,
        "slot": event.slot,
        "role": event.role,
        "principal_id": event.principal_id,
        "parent_id": str(event.parent_id) if event.parent_id else None,
        "status": TaskStatus.OPEN if event.open else TaskStatus.WAITING,
        **dict.fromkeys(STANDING),
        "comment": "",
        "reason_code": None,
        "reason": "",
        "assigned_at": at,
        "due_at": event.due_at,
        "ended_at": None,
        "opinions": [],
        "timers_fired": [],
    }


def _decided(task: dict[str, Any], event: events.TaskDecided, at: str) -> None:
    opinion = {
        "no": event.decision_no,
        "decision": event.decision,
        **{name: getattr(event, name) for name in STANDING},
        "attachments": event.attachments or [],
        "form_changes": event.form_changes,
        "next": event.next,
        "decided_at": at,
        "withdrawn": None,
    }
    task.setdefault("opinions", []).append(opinion)
    standing = {name: opinion[name] for name in STANDING}
    task.update(status=event.decision, ended_at=at, **standing)


def _withdrawn(task: dict[str, Any], event: events.DecisionWithdrawn, at: str) -> None:
    said = ("by", "on_behalf_of", "on_behalf_reason", "comment")
    opinion = next(one for one in task["opinions"] if one["no"] == event.decision_no)
    opinion["withdrawn"] = {"at": at, **{name: getattr(event, name) for name in said}}
    task.update({**dict.fromkeys(STANDING), "comment": ""})


def _task(document: list[dict[str, Any]], event: Any) -> dict[str, Any]:
    id = str(event.task_id)
    return next(task for node in each(document) for task in node["tasks"] if task["id"] == id)
