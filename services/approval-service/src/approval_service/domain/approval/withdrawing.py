"""撤回: an approver takes an own decision back, until the next decision of anybody (A20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.domain.approval import events
from approval_service.domain.approval.asking import reopen
from approval_service.domain.approval.closing import cancel, close
from approval_service.domain.approval.errors import NotWithdrawable
from approval_service.domain.approval.states import NodeStatus, Reason

if TYPE_CHECKING:
    from approval_service.domain.approval.memory import Memory
    from approval_service.domain.approval.routing import Actor
    from approval_service.domain.approval.states import Before, Said
    from approval_service.domain.approval.walking import Walk


def withdrawable(approval: Memory, actor: Actor) -> tuple[Said, Before]:
    """The last decision, when it is the actor's and still stands; else ``NotWithdrawable``."""
    last = approval.decisions[-1] if approval.decisions else None
    before = approval.before
    if last is None or before is None or last.acting_as != actor.acting_as:
        raise NotWithdrawable
    return last, before


def withdraw(walk: Walk, actor: Actor, comment: str) -> None:
    """Bring everything to where it was before the decision, which stays visible as withdrawn.

    What came after it (nodes entered, tasks opened or closed) is undone by events of its own.
    """
    approval = walk.approval
    said, before = withdrawable(approval, actor)
    node = approval.tasks[said.task_id].node
    for activation in approval.activations:
        undone = activation.status is NodeStatus.CANCELLED
        if activation.no not in before.activations and not undone:
            cancel(approval, activation, Reason.WITHDRAWN, walk.at)
    for task in [one for one in approval.tasks.values() if one.id not in before.tasks]:
        if task.live:
            close(approval, task, Reason.WITHDRAWN, walk.at)
    approval.personal(
        events.DecisionWithdrawn,
        walk.at,
        actor,
        comment,
        task_id=said.task_id,
        node=node,
        decision_no=said.no,
    )
    for no, status in before.activations.items():
        activation = approval.activation(no)
        if activation.status is not status and status is NodeStatus.ACTIVE:
            approval.record(events.NodeReopened, walk.at, activation_no=no, node=activation.node)
    for id, earlier in before.tasks.items():
        if approval.tasks[id].status is not earlier:
            reopen(walk, approval.tasks[id], str(Reason.WITHDRAWN), earlier)
