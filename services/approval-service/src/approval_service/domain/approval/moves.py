"""The moves that several commands share: asking the next node, deciding a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.domain.approval.states import Decision, NodeStatus, Reason, Status, Task
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval
    from approval_service.domain.approval.routing import Actor
    from approval_service.domain.approval.walking import Steps
    from opentas_shared.domain.time import Moment


def ask(approval: Approval, steps: Steps, at: Moment) -> None:
    """Skip what does not apply, then activate the next node or complete the approval."""
    no = len(approval.activations)
    for node, verdict in steps.skip:
        no += 1
        approval.record(
            approval.NodeSkipped,
            at,
            activation_no=no,
            node=node.id,
            reason_code=verdict.reason_code,
            reason=verdict.reason,
        )
    if steps.ask is None:
        round = approval.round
        asked = any(
            a.round == round and a.status is NodeStatus.APPROVED for a in approval.activations
        )
        reason = None if asked else str(Reason.NO_NODE_APPLIES)
        approval.record(approval.Completed, at, outcome=str(Status.APPROVED), reason_code=reason)
        return
    node, resolution = steps.ask
    no += 1
    approval.record(
        approval.NodeActivated,
        at,
        activation_no=no,
        node=node.id,
        approvers=list(resolution.approvers),
        reason_code=resolution.reason_code,
        reason=resolution.reason,
    )
    for person in resolution.approvers:
        approval.record(
            approval.TaskAssigned,
            at,
            activation_no=no,
            node=node.id,
            task_id=derived_id("task", approval.id, no, person),
            assignee_id=person,
        )


def decide(
    approval: Approval, task: Task, decision: Decision, actor: Actor, comment: str, at: Moment
) -> None:
    """Decide the task; 或签: the first decision closes the other tasks and completes the node."""
    about = {"activation_no": task.activation_no, "node": task.node}
    approval.record(
        approval.TaskDecided,
        at,
        **about,
        task_id=task.id,
        assignee_id=task.assignee_id,
        decision=str(decision),
        decided_by=actor.person,
        on_behalf_of=actor.on_behalf_of,
        on_behalf_reason=actor.reason,
        comment=comment,
    )
    for other in approval.open_tasks:
        approval.record(
            approval.TaskClosed,
            at,
            **about,
            task_id=other.id,
            assignee_id=other.assignee_id,
            reason_code=str(Reason.DONE_BY_OTHER),
        )
    approval.record(approval.NodeCompleted, at, **about, outcome=str(decision))
