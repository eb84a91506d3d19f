"""A person decides a task: what is recorded, and which tasks it opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events
from approval_service.domain.approval.asking import reopen
from approval_service.domain.approval.closing import close_all
from approval_service.domain.approval.errors import CommentMissing, NextNotAsked, ReturnImpossible
from approval_service.domain.approval.returning import targets
from approval_service.domain.approval.states import (
    Decision,
    NodeStatus,
    Reason,
    TaskKind,
    TaskStatus,
)

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval
    from approval_service.domain.approval.routing import Actor
    from approval_service.domain.approval.states import Task
    from approval_service.domain.approval.walking import Walk

ADVICE = (Decision.APPROVED, Decision.REJECTED)


@dataclass(frozen=True)
class Opinion:
    """What somebody says with a decision; ``form_changes`` and ``next`` only where asked for.

    ``next`` names who is asked next at a node of approvers' choice: a ``role`` or ``people``.
    """

    comment: str = ""
    attachments: tuple[dict[str, Any], ...] = ()
    form_changes: dict[str, Any] = field(default_factory=dict)
    next: dict[str, Any] | None = None


def check_opinion(approval: Approval, task: Task, decision: Decision, opinion: Opinion) -> None:
    """Refuse a missing comment (422) and a ``next`` that nobody asked for (422)."""
    node = approval.plan.approval_node(task.node)
    if decision in node.comment_required and not opinion.comment.strip():
        raise CommentMissing(node.id, decision)
    if opinion.next is not None and not (node.chosen_by_approver and decision is Decision.APPROVED):
        raise NextNotAsked(node.id)


def decide(walk: Walk, task: Task, decision: Decision, actor: Actor, opinion: Opinion) -> None:
    """Record the decision and go as far as it leads; advice only comes back to its owner."""
    if task.kind is TaskKind.ADVICE and decision in ADVICE:
        _record(walk, task, Decision.ADVISED, actor, opinion, advice=str(decision))
        _give_back(walk, task, "ADVISED")
        return
    check_opinion(walk.approval, task, decision, opinion)
    _record(walk, task, decision, actor, opinion)
    if decision is Decision.APPROVED:
        followed(walk, task)
    walk.decided(walk.approval.activation(task.activation_no))


def followed(walk: Walk, task: Task, reason_code: str = "AGREED") -> None:
    """Open the task that waited for this one: the owner's, else the next signer after it."""
    if task.kind is TaskKind.BEFORE:
        _give_back(walk, task, reason_code)
    voice = [one for one in walk.approval.tasks.values() if one.slot == task.slot and one.live]
    only_later = all(one.kind is TaskKind.AFTER for one in voice)
    if voice and only_later and voice[0].status is TaskStatus.WAITING:
        reopen(walk, voice[0], reason_code)


def _give_back(walk: Walk, task: Task, reason_code: str) -> None:
    """Open the task that waited for this one, when it waits for no other."""
    owner = walk.approval.tasks.get(task.parent_id) if task.parent_id else None
    if owner is None or walk.approval.holding(owner):
        return
    if owner.status is TaskStatus.WAITING:
        reopen(walk, owner, reason_code)


def hand_back(
    walk: Walk, task: Task, to: str, actor: Actor, opinion: Opinion, *, return_to_me: bool
) -> None:
    """退回: to the submitter or an earlier node. ``ReturnImpossible`` (422) elsewhere."""
    approval = walk.approval
    target = next((one for one in targets(approval, task) if one.node == to), None)
    if target is None or (return_to_me and not target.return_to_me):
        raise ReturnImpossible(to, [one.node for one in targets(approval, task)], return_to_me)
    check_opinion(approval, task, Decision.RETURNED, opinion)
    _record(walk, task, Decision.RETURNED, actor, opinion)
    activation = approval.activation(task.activation_no)
    close_all(approval, approval.tasks_in(activation.no), Reason.RETURNED, walk.at)
    approval.complete_node(activation, NodeStatus.RETURNED, walk.at)
    walk.send_back(activation, to, actor.person, return_to_me=return_to_me)


def _record(
    walk: Walk,
    task: Task,
    decision: Decision,
    actor: Actor,
    opinion: Opinion,
    advice: str | None = None,
) -> None:
    walk.approval.record(
        events.TaskDecided,
        walk.at,
        activation_no=task.activation_no,
        node=task.node,
        task_id=task.id,
        assignee_id=task.assignee_id,
        decision=str(decision),
        decided_by=actor.person,
        on_behalf_of=actor.on_behalf_of,
        on_behalf_reason=actor.reason,
        comment=opinion.comment,
        decision_no=len(walk.approval.decisions) + 1,
        role=task.role,
        principal_id=task.principal_id,
        advice=advice,
        form_changes=opinion.form_changes or None,
        attachments=list(opinion.attachments) or None,
        next=opinion.next,
    )
