"""Who else decides a task: signers added and removed, transfer, advice, claim (A14-A17, A5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.domain.approval import events
from approval_service.domain.approval.asking import assign, reopen
from approval_service.domain.approval.closing import close
from approval_service.domain.approval.deciding import followed
from approval_service.domain.approval.errors import (
    AlreadyAsked,
    NotClaimable,
    PersonUnknown,
    SubmitterIsNoApprover,
)
from approval_service.domain.approval.staffing import may_decide
from approval_service.domain.approval.states import Reason, TaskKind
from approval_service.domain.flows.policies import Mode

if TYPE_CHECKING:
    from approval_service.domain.approval.routing import Actor
    from approval_service.domain.approval.states import Task
    from approval_service.domain.approval.walking import Walk


def _askable(walk: Walk, task: Task, person: str) -> None:
    if not walk.routing.active(person):
        raise PersonUnknown(person)
    if person == task.assignee_id or any(
        one.live and one.assignee_id == person for one in walk.approval.tasks_in(task.activation_no)
    ):
        raise AlreadyAsked(person, task.node)


def _decidable(walk: Walk, task: Task, person: str) -> None:
    if not may_decide(walk.approval, task.node, person):
        raise SubmitterIsNoApprover(person, task.node)


def add_signer(
    walk: Walk, task: Task, person: str, position: TaskKind, actor: Actor, comment: str
) -> None:
    """加签: before, the asking person waits; after, the signer waits; parallel, nobody does."""
    _askable(walk, task, person)
    _decidable(walk, task, person)
    approval = walk.approval
    approval.personal(
        events.SignerAdded,
        walk.at,
        actor,
        comment,
        task_id=task.id,
        node=task.node,
        signer_id=person,
        position=str(position),
    )
    if position is TaskKind.BEFORE:
        wait(walk, task, "BEFORE_ADDED")
    assign(
        walk,
        approval.activation(task.activation_no),
        person,
        slot=task.slot,
        kind=position,
        open=position is not TaskKind.AFTER,
        role=task.role,
        parent_id=task.id,
    )


def remove_signer(walk: Walk, task: Task, actor: Actor, comment: str) -> None:
    """减签: the signer of the task is not needed any more."""
    approval = walk.approval
    approval.personal(
        events.SignerRemoved,
        walk.at,
        actor,
        comment,
        task_id=task.id,
        node=task.node,
        signer_id=task.assignee_id,
    )
    close(approval, task, Reason.SIGNER_REMOVED, walk.at)
    followed(walk, task, "SIGNER_REMOVED")
    walk.decided(approval.activation(task.activation_no))


def transfer(walk: Walk, task: Task, to: str, actor: Actor, comment: str) -> None:
    """转交: the task is the other person's; the first one keeps seeing it."""
    _askable(walk, task, to)
    _decidable(walk, task, to)
    walk.approval.personal(
        events.TaskTransferred,
        walk.at,
        actor,
        comment,
        task_id=task.id,
        node=task.node,
        assignee_id=task.assignee_id,
        to=to,
    )
    hand_over(walk, task, to, Reason.TRANSFERRED)


def hand_over(walk: Walk, task: Task, to: str, reason: Reason) -> None:
    """Close the task and ask the other person in its place."""
    approval = walk.approval
    for other in approval.holding(task):
        close(approval, other, reason, walk.at)
    close(approval, task, reason, walk.at)
    assign(
        walk,
        approval.activation(task.activation_no),
        to,
        slot=task.slot,
        kind=task.kind,
        role=task.role,
        principal_id=task.principal_id,
        parent_id=task.parent_id,
    )


def delegate(walk: Walk, task: Task, to: str, actor: Actor, comment: str) -> None:
    """委派: the other person gives advice, then the task is open again for its owner."""
    _askable(walk, task, to)
    walk.approval.personal(
        events.TaskDelegated,
        walk.at,
        actor,
        comment,
        task_id=task.id,
        node=task.node,
        assignee_id=task.assignee_id,
        to=to,
    )
    wait(walk, task, "DELEGATED")
    assign(
        walk,
        walk.approval.activation(task.activation_no),
        to,
        slot=task.slot,
        kind=TaskKind.ADVICE,
        role=task.role,
        parent_id=task.id,
    )


def wait(walk: Walk, task: Task, reason_code: str) -> None:
    """Let the task wait for another; its time limit goes on."""
    walk.approval.record(
        events.TaskWaits,
        walk.at,
        activation_no=task.activation_no,
        node=task.node,
        task_id=task.id,
        assignee_id=task.assignee_id,
        reason_code=reason_code,
    )


def claim(walk: Walk, task: Task, actor: Actor, comment: str) -> None:
    """Take a 或签 task for oneself; the others' are closed. ``NotClaimable`` (422) else."""
    approval = walk.approval
    others = [
        one for one in approval.tasks_in(task.activation_no) if one.slot != task.slot and one.live
    ]
    if approval.plan.approval_node(task.node).mode is not Mode.ANY or not others:
        raise NotClaimable
    _claimed(walk, task, actor, comment, released=False)
    for other in others:
        close(approval, other, Reason.CLAIMED, walk.at)


def release(walk: Walk, task: Task, actor: Actor, comment: str) -> None:
    """Give a claimed task back to all who were asked."""
    approval = walk.approval
    claimed = approval.claimed_from(task)
    if not claimed:
        raise NotClaimable
    _claimed(walk, task, actor, comment, released=True)
    for other in claimed:
        reopen(walk, other, "RELEASED")


def _claimed(walk: Walk, task: Task, actor: Actor, comment: str, *, released: bool) -> None:
    about = {"task_id": task.id, "node": task.node, "released": released}
    walk.approval.personal(events.TaskClaimed, walk.at, actor, comment, **about)
