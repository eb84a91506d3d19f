"""Asking people at a node, and when a node is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events
from approval_service.domain.approval.closing import close, close_all
from approval_service.domain.approval.staffing import has_agreed
from approval_service.domain.approval.states import (
    Decision,
    NodeStatus,
    Reason,
    TaskKind,
    TaskStatus,
)
from approval_service.domain.approval.voting import outcome, voices
from approval_service.domain.flows.policies import Mode
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.domain.approval.states import Activation, Task
    from approval_service.domain.approval.walking import Walk
    from approval_service.domain.flows.policies import Limit

CLOSED_BECAUSE = {
    Mode.ALL: Reason.REJECTED_BY_OTHER,
    Mode.ANY: Reason.DONE_BY_OTHER,
    Mode.SEQUENTIAL: Reason.REJECTED_BY_OTHER,
    Mode.RATIO: Reason.RESULT_CERTAIN,
}

NO_TIMERS: dict[str, Any] = {"due_at": None, "timers": None}


def assign_all(walk: Walk, activation: Activation) -> None:
    """Ask everybody of the node, in order only the first."""
    mode = walk.approval.plan.approval_node(activation.node).mode
    asked = activation.approvers[:1] if mode is Mode.SEQUENTIAL else activation.approvers
    for candidate in asked:
        _assign_candidate(walk, activation, candidate)


def _assign_candidate(walk: Walk, activation: Activation, candidate: dict[str, Any]) -> None:
    approval = walk.approval
    person = candidate["person"]
    deputy = walk.routing.deputy(person, approval.flow, walk.at.instant)
    taken = {one["person"] for one in activation.approvers} | {approval.submitter_id}
    taken |= {task.assignee_id for task in approval.tasks_in(activation.no)}
    stands_in = deputy is not None and deputy not in taken
    task = assign(
        walk,
        activation,
        deputy if stands_in and deputy is not None else person,
        role=candidate["role"],
        principal_id=person if stands_in else None,
    )
    node = approval.plan.approval_node(activation.node)
    if has_agreed(approval, node, activation.no, task.assignee_id):
        close(approval, task, Reason.REPEATED_APPROVER, walk.at, Decision.APPROVED)


def assign(
    walk: Walk,
    activation: Activation,
    person: str,
    *,
    slot: int | None = None,
    kind: TaskKind = TaskKind.ASSIGNED,
    open: bool = True,
    role: str = "",
    principal_id: str | None = None,
    parent_id: UUID | None = None,
) -> Task:
    """Ask one person; without a ``slot`` the task is a voice of its own."""
    approval = walk.approval
    number = len(approval.tasks) + 1
    task_id = derived_id("task", approval.id, number)
    timed = open and kind is not TaskKind.ADVICE  # the owner's time goes on meanwhile
    approval.record(
        events.TaskAssigned,
        walk.at,
        activation_no=activation.no,
        node=activation.node,
        task_id=task_id,
        assignee_id=person,
        slot=slot or number,
        kind=str(kind),
        open=open,
        role=role,
        principal_id=principal_id,
        parent_id=parent_id,
        **(timers(walk, activation, person) if timed else NO_TIMERS),
    )
    return approval.tasks[task_id]


def reopen(walk: Walk, task: Task, reason_code: str, status: TaskStatus = TaskStatus.OPEN) -> None:
    """Let a task be decided (again); its time begins anew."""
    activation = walk.approval.activation(task.activation_no)
    walk.approval.record(
        events.TaskOpened,
        walk.at,
        activation_no=task.activation_no,
        node=task.node,
        task_id=task.id,
        assignee_id=task.assignee_id,
        status=str(status),
        reason_code=reason_code,
        **timers(walk, activation, task.assignee_id),
    )


def timers(walk: Walk, activation: Activation, person: str) -> dict[str, Any]:
    """``due_at`` and ``timers`` of a task that opens now; history starts none."""
    limit = walk.approval.plan.approval_node(activation.node).limit
    if limit is None or not walk.at.runs_timers:
        return NO_TIMERS
    instants = walk.routing.instants(limit, person, walk.at.instant)
    entries = [
        {"no": no, "action": action, "fires_at": instant.isoformat(), "to": limit.to}
        for no, (action, instant) in enumerate(zip(_actions(limit), instants, strict=True), 1)
    ]
    return {"due_at": instants[-1].isoformat(), "timers": entries}


def _actions(limit: Limit) -> list[str]:
    return ["REMIND"] * len(limit.remind) + [str(limit.action)]


def settle(walk: Walk, activation: Activation) -> NodeStatus | None:
    """Complete the node when its decision is certain; none while people are asked."""
    approval, node = walk.approval, walk.approval.plan.approval_node(activation.node)
    while True:
        said = voices(approval.tasks_in(activation.no))
        decision = outcome(node.mode, node.ratio, said, len(activation.approvers))
        if decision is not None:
            close_all(
                approval, approval.tasks_in(activation.no), CLOSED_BECAUSE[node.mode], walk.at
            )
            return approval.complete_node(activation, NodeStatus(decision), walk.at)
        if node.mode is not Mode.SEQUENTIAL or None in said:
            return None
        _assign_candidate(walk, activation, activation.approvers[len(said)])
