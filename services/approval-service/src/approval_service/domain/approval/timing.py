"""Reminders and time limits of tasks (A28, A29). A timer acts once, and only on a live task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.domain.approval import events
from approval_service.domain.approval.closing import close
from approval_service.domain.approval.deciding import followed
from approval_service.domain.approval.signing import hand_over
from approval_service.domain.approval.staffing import may_decide
from approval_service.domain.approval.states import Decision, Reason
from approval_service.domain.flows.policies import TimerAction

if TYPE_CHECKING:
    from approval_service.domain.approval.states import Task, Timer
    from approval_service.domain.approval.walking import Walk


def fire(walk: Walk, task: Task, timer: Timer) -> None:
    """Do what the timer says; a task that nobody can take over is only reminded of."""
    approval, action = walk.approval, TimerAction(timer.action)
    to = _successor(walk, task, timer) if action in SUCCESSION else None
    approval.record(
        events.TimerFired,
        walk.at,
        activation_no=task.activation_no,
        node=task.node,
        task_id=task.id,
        assignee_id=task.assignee_id,
        timer_no=timer.no,
        action=str(action),
        to=to,
    )
    if to is not None:
        hand_over(walk, task, to, SUCCESSION[action])
    elif action in DECIDED:
        _decide(walk, task, DECIDED[action])


SUCCESSION = {
    TimerAction.ESCALATE: Reason.ESCALATED,
    TimerAction.TRANSFER: Reason.TRANSFERRED,
}
DECIDED = {TimerAction.APPROVE: Decision.APPROVED, TimerAction.REJECT: Decision.REJECTED}


def _successor(walk: Walk, task: Task, timer: Timer) -> str | None:
    person = timer.to if timer.action == TimerAction.TRANSFER else None
    if person is None:
        person = walk.routing.superior(task.assignee_id)
    asked = {one.assignee_id for one in walk.approval.tasks_in(task.activation_no) if one.live}
    if person is None or person in asked or not walk.routing.active(person):
        return None
    return person if may_decide(walk.approval, task.node, person) else None


def _decide(walk: Walk, task: Task, decision: Decision) -> None:
    approval = walk.approval
    for other in approval.holding(task):
        close(approval, other, Reason.TIMED_OUT, walk.at)
    close(approval, task, Reason.TIMED_OUT, walk.at, decision)
    if decision is Decision.APPROVED:
        followed(walk, task)
    walk.decided(approval.activation(task.activation_no))
