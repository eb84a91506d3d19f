"""The tasks of a node: whom it asked, and every opinion, those withdrawn too."""

from __future__ import annotations

from typing import Any

from approval_service.domain.approval import events
from approval_service.domain.approval.states import TaskStatus
from approval_service.read_models.round_nodes import node_of, own

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
            _append(_task(document, event), "timers_fired", fired)


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
    _append(task, "opinions", opinion)
    standing = {name: opinion[name] for name in STANDING}
    task.update(status=event.decision, ended_at=at, **standing)


def _withdrawn(task: dict[str, Any], event: events.DecisionWithdrawn, at: str) -> None:
    said = ("by", "on_behalf_of", "on_behalf_reason", "comment")
    withdrawn = {"at": at, **{name: getattr(event, name) for name in said}}
    task["opinions"] = [
        {**one, "withdrawn": withdrawn} if one["no"] == event.decision_no else one
        for one in task["opinions"]
    ]
    task.update({**dict.fromkeys(STANDING), "comment": ""})


def _append(task: dict[str, Any], name: str, entry: dict[str, Any]) -> None:
    task[name] = [*task.get(name, ()), entry]


def _task(document: list[dict[str, Any]], event: Any) -> dict[str, Any]:
    """The task of an event, to be changed: from now on it is a copy in a copy of its node."""
    id = str(event.task_id)
    nodes, index, place = next(
        (round["nodes"], index, place)
        for round in document
        for index, node in enumerate(round["nodes"])
        for place, task in enumerate(node["tasks"])
        if task["id"] == id
    )
    tasks = own(nodes, index)["tasks"]
    tasks[place] = {**tasks[place]}
    task: dict[str, Any] = tasks[place]
    return task
