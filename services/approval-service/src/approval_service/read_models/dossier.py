"""What an approver saw when deciding (D3), from the events up to that decision.

It depends on nothing but those events, so it is the same for ever, whatever happens later. A
different selection from them would be another ``FORMAT``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events
from approval_service.domain.approval.approval import Approval
from approval_service.domain.flows.policies import FieldAccess
from approval_service.read_models.decisions import opinions

if TYPE_CHECKING:
    from approval_service.domain.approval.states import Task
    from approval_service.domain.flows.nodes import ApprovalNode
    from approval_service.read_models.decisions import Decided, Stream

FORMAT = 1


def evidence(decided: Decided) -> dict[str, Any]:
    """What lay before the person who took the decision, as primitive values."""
    approval = _approval(decided.before)
    task = approval.tasks[decided.event.task_id]
    node = approval.plan.approval_node(task.node)
    fields = _permissions(approval, node)
    hidden = {name for name, access in fields.items() if access == FieldAccess.HIDDEN}
    return {
        "format": FORMAT,
        "approval_id": str(approval.id),
        "decision_no": decided.no,
        "flow": approval.flow,
        "round": approval.round,
        "approval_version": approval.version,
        "stream_position": decided.before[-1][1].position,
        "subject": {
            "type": approval.subject_type,
            "id": approval.subject_id,
            "version": _subject_version(decided.before),
        },
        "submitter_id": approval.submitter_id,
        "definition": {"version": approval.plan.version, "node": _entry(decided.before, node.id)},
        "facts": approval.facts,
        "form": _open(approval.form, hidden),
        "fields": fields,
        "approvers": _approvers(decided.before, task),
        "task": _task(decided.before, task),
        "opinions": [
            {**one, "form_changes": _open(one["form_changes"] or {}, hidden)}
            for one in opinions(decided.before)
        ],
        "comments": _comments(decided.before),
    }


def _approval(stream: Stream) -> Approval:
    approval: Any = None
    for event, _ in stream:
        approval = event.mutate(approval)
    assert isinstance(approval, Approval)
    return approval


def _open(form: dict[str, Any], hidden: set[str]) -> dict[str, Any]:
    return {name: value for name, value in form.items() if name not in hidden}


def _entry(stream: Stream, node: str) -> dict[str, Any]:
    """The node as the definition was recorded, not as the code understands it today."""
    started = next(one for one, _ in stream if isinstance(one, events.Started))
    waiting: list[dict[str, Any]] = list(started.definition["nodes"])
    while waiting:
        entry = waiting.pop()
        if entry["id"] == node:
            return entry
        waiting += [inner for branch in entry.get("branches", ()) for inner in branch["nodes"]]
    raise KeyError(node)


def _subject_version(stream: Stream) -> int:
    facts = (one for one, _ in stream if isinstance(one, events.Created | events.WentStale))
    return [one.subject_version for one in facts][-1]


def _permissions(approval: Approval, node: ApprovalNode) -> dict[str, str]:
    names = {*approval.plan.form.get("properties", {}), *approval.form}
    return {name: str(node.fields.get(name, FieldAccess.READ)) for name in sorted(names)}


def _approvers(stream: Stream, task: Task) -> dict[str, Any]:
    """Who was resolved when the node was entered, and why them."""
    activated = (one for one, _ in stream if isinstance(one, events.NodeActivated))
    entered = next(one for one in activated if one.activation_no == task.activation_no)
    return {
        "activation_no": entered.activation_no,
        "people": entered.candidates or [{"person": one, "role": ""} for one in entered.approvers],
        "reason_code": entered.reason_code,
        "reason": entered.reason,
        "activated_at": entered.timestamp.isoformat(),
    }


def _task(stream: Stream, task: Task) -> dict[str, Any]:
    asked = [
        one
        for one, _ in stream
        if isinstance(one, events.TaskAssigned | events.TaskOpened) and one.task_id == task.id
    ]
    return {
        "id": str(task.id),
        "kind": str(task.kind),
        "assignee_id": task.assignee_id,
        "role": task.role,
        "principal_id": task.principal_id,
        "parent_id": None if task.parent_id is None else str(task.parent_id),
        "assigned_at": asked[0].timestamp.isoformat(),
        "due_at": asked[-1].due_at,
    }


def _comments(stream: Stream) -> list[dict[str, Any]]:
    return [
        {
            "by": one.by,
            "on_behalf_of": one.on_behalf_of,
            "comment": one.comment,
            "attachments": one.attachments,
            "at": one.timestamp.isoformat(),
        }
        for one, _ in stream
        if isinstance(one, events.Commented)
    ]
