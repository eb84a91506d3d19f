"""Ending tasks and nodes by machine, always with a reason code and never in a person's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.domain.approval import events
from approval_service.domain.approval.states import NodeStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from approval_service.domain.approval.approval import Approval
    from approval_service.domain.approval.states import Activation, Decision, Reason, Task
    from opentas_shared.domain.time import Moment


def close(
    approval: Approval,
    task: Task,
    reason: Reason,
    at: Moment,
    outcome: Decision | None = None,
    why: str = "",
) -> None:
    """End the task; with an ``outcome`` the machine decides it in the person's place."""
    approval.record(
        events.TaskClosed,
        at,
        activation_no=task.activation_no,
        node=task.node,
        task_id=task.id,
        assignee_id=task.assignee_id,
        reason_code=str(reason),
        outcome=None if outcome is None else str(outcome),
        reason=why,
    )


def close_all(approval: Approval, tasks: Iterable[Task], reason: Reason, at: Moment) -> None:
    """End every task that is still live."""
    for task in list(tasks):
        if task.live:
            close(approval, task, reason, at)


def cancel(approval: Approval, activation: Activation, reason: Reason, at: Moment) -> None:
    """End a node that the way does not need any more, with its tasks."""
    close_all(approval, approval.tasks_in(activation.no), reason, at)
    approval.complete_node(activation, NodeStatus.CANCELLED, at, reason)
