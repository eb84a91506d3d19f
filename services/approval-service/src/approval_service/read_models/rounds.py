"""The document of an approval's rounds: what was asked, decided and said, never overwritten.

A round has its nodes in the order in which they were entered or skipped; a node has its tasks.
"""

from __future__ import annotations

from typing import Any

from approval_service.domain.approval import events
from approval_service.domain.approval.states import NodeStatus, TaskStatus

Rounds = list[dict[str, Any]]


def evolve(document: Rounds, event: Any, definition: dict[str, Any] | None) -> None:
    """Write one event into the document."""
    at = event.timestamp.isoformat()
    match event:
        case events.Started():
            document.append(_round(1, at, event.submitter_id, event.form))
        case events.Resubmitted():
            opened = _round(event.round, at, event.resubmitted_by, event.form)
            said = ("on_behalf_of", "on_behalf_reason", "comment")
            document.append(opened | {name: getattr(event, name) for name in said})
        case events.NodeSkipped() | events.NodeActivated():
            skipped = isinstance(event, events.NodeSkipped)
            document[-1]["nodes"].append(
                {
                    "activation_no": event.activation_no,
                    "node": event.node,
                    **_labels(event.node, definition),
                    "status": NodeStatus.SKIPPED if skipped else NodeStatus.ACTIVE,
                    "reason_code": event.reason_code,
                    "reason": event.reason,
                    "activated_at": at,
                    "completed_at": at if skipped else None,
                    "tasks": [],
                }
            )
        case events.NodeCompleted():
            _node(document, event).update(status=event.outcome, completed_at=at)
        case events.TaskAssigned():
            _node(document, event)["tasks"].append(_task(event, at))
        case events.TaskDecided():
            _find_task(document, event).update(
                status=event.decision,
                decided_by=event.decided_by,
                on_behalf_of=event.on_behalf_of,
                on_behalf_reason=event.on_behalf_reason,
                comment=event.comment,
                ended_at=at,
            )
        case events.TaskClosed():
            _find_task(document, event).update(
                status=TaskStatus.CLOSED, reason_code=event.reason_code, ended_at=at
            )
        case events.Returned():
            document[-1].update(outcome="RETURNED", ended_at=at)
        case events.Completed():
            document[-1].update(outcome=event.outcome, ended_at=at)


def _round(number: int, at: str, by: str, form: dict[str, Any]) -> dict[str, Any]:
    return {
        "round": number,
        "submitted_at": at,
        "submitted_by": by,
        "on_behalf_of": None,
        "on_behalf_reason": None,
        "comment": "",
        "form": form,
        "outcome": None,
        "ended_at": None,
        "nodes": [],
    }


def _task(event: events.TaskAssigned, at: str) -> dict[str, Any]:
    return {
        "id": str(event.task_id),
        "assignee_id": event.assignee_id,
        "status": TaskStatus.OPEN,
        "decided_by": None,
        "on_behalf_of": None,
        "on_behalf_reason": None,
        "comment": "",
        "reason_code": None,
        "assigned_at": at,
        "ended_at": None,
    }


def _node(document: Rounds, event: Any) -> dict[str, Any]:
    return next(
        node
        for round in reversed(document)
        for node in round["nodes"]
        if node["activation_no"] == event.activation_no
    )


def _find_task(document: Rounds, event: Any) -> dict[str, Any]:
    tasks: list[dict[str, Any]] = _node(document, event)["tasks"]
    return next(task for task in tasks if task["id"] == str(event.task_id))


def _labels(node: str, definition: dict[str, Any] | None) -> dict[str, Any]:
    known = (entry for entry in (definition or {}).get("nodes", ()) if entry["id"] == node)
    entry: dict[str, Any] = next(known, {})
    return {"name": entry.get("name", node), "name_zh": entry.get("name_zh", node)}
