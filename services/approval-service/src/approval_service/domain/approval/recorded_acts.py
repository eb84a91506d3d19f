"""What people and timers did to an approval, as commands that can be given to another one.

Each event that opens a command becomes an ``Act``. What a command caused besides is left out:
an approval by another definition causes its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events
from approval_service.domain.approval.deciding import Opinion
from approval_service.domain.approval.routing import Actor
from approval_service.domain.approval.states import Decision, TaskKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from approval_service.domain.approval.approval import Approval
    from approval_service.domain.approval.routing import Routing
    from approval_service.domain.approval.states import Task
    from opentas_shared.domain.time import Moment

NO_COMMENT = "-"
"""Said where a definition demands an opinion that nobody gave."""


@dataclass(frozen=True)
class Act:
    """The event of a command, and for a return where it went."""

    event: Any
    returned: events.Returned | None = None

    @property
    def is_decision(self) -> bool:
        """Whether somebody decided a task."""
        return isinstance(self.event, events.TaskDecided)


ACTS = (
    events.TaskDecided,
    events.DecisionWithdrawn,
    events.SignerAdded,
    events.SignerRemoved,
    events.TaskTransferred,
    events.TaskDelegated,
    events.TaskClaimed,
    events.TimerFired,
    events.Resubmitted,
    events.Recalled,
    events.Revoked,
    events.Terminated,
    events.Reversed,
    events.Jumped,
    events.WentStale,
    events.Refreshed,
)


def acts(history: Iterable[Any]) -> list[Act]:
    """The commands of an approval after its start, in order."""
    found: list[Act] = []
    for event in history:
        if isinstance(event, ACTS):
            found.append(Act(event))
        elif isinstance(event, events.Returned) and found and found[-1].is_decision:
            found[-1] = Act(found[-1].event, event)
    return found


def decide(
    approval: Approval, task: Task, act: Act, actor: Actor, routing: Routing, at: Moment
) -> None:
    """Decide the task as it was decided in the recorded act."""
    event: events.TaskDecided = act.event
    node = approval.plan.approval_node(task.node)
    opinion = Opinion(
        event.comment if event.comment.strip() else NO_COMMENT,
        form_changes=event.form_changes or {},
        next=event.next if node.chosen_by_approver else None,
    )
    match event.advice or event.decision:
        case Decision.APPROVED:
            approval.approve(actor, opinion, routing, at, task.id)
        case Decision.REJECTED:
            approval.reject(actor, opinion, routing, at, task.id)
        case Decision.RETURNED if act.returned is not None:
            to, straight = act.returned.to, act.returned.return_to_me
            approval.return_to(
                to, actor, opinion, routing, at, return_to_me=straight, task_id=task.id
            )


def repeat(approval: Approval, act: Act, routing: Routing, at: Moment) -> None:
    """Give the approval the same command, besides decisions; a refusal is the approval's own."""
    event = act.event
    match event:
        case events.TimerFired():
            _fire(approval, event, routing, at)
        case events.Resubmitted():
            approval.resubmit(
                actor_of(event, event.resubmitted_by), event.comment, event.form, routing, at
            )
        case events.WentStale():
            approval.go_stale(event.changes, event.facts, routing, at)
        case events.Refreshed():
            approval.refresh(event.facts, at)
        case _:
            _personal(approval, event, actor_of(event, event.by), routing, at)


def _personal(approval: Approval, event: Any, actor: Actor, routing: Routing, at: Moment) -> None:
    comment = event.comment.strip() or NO_COMMENT
    match event:
        case events.DecisionWithdrawn():
            approval.withdraw(actor, comment, routing, at)
        case events.SignerAdded():
            position, own = TaskKind(event.position), _same_task(approval, event, actor)
            approval.add_signer(event.signer_id, position, actor, comment, routing, at, own)
        case events.SignerRemoved():
            for task in _tasks(approval, event, event.signer_id):
                approval.remove_signer(task.id, actor, comment, routing, at)
                return
        case events.TaskTransferred():
            own = _same_task(approval, event, actor)
            approval.transfer(event.to, actor, comment, routing, at, own)
        case events.TaskDelegated():
            own = _same_task(approval, event, actor)
            approval.delegate(event.to, actor, comment, routing, at, own)
        case events.TaskClaimed():
            taken = approval.release if event.released else approval.claim
            taken(actor, comment, routing, at)
        case events.Recalled():
            approval.recall(actor, comment, at)
        case events.Revoked():
            approval.revoke(actor, comment, at)
        case events.Terminated():
            approval.terminate(actor, comment, at)
        case events.Reversed():
            approval.reverse(actor, comment, at, role=event.role, late=True)
        case events.Jumped():
            approval.jump(event.to, actor, comment, routing, at)


def _fire(approval: Approval, event: events.TimerFired, routing: Routing, at: Moment) -> None:
    for task in _tasks(approval, event, event.assignee_id):
        for timer in task.timers:
            if timer.action == event.action and not timer.fired:
                approval.fire_timer(task.id, timer.no, routing, at)
                return


def _tasks(approval: Approval, event: Any, person: str) -> list[Task]:
    """The live tasks of the person at the event's node, the one with the same id first."""
    found = [
        task
        for task in approval.tasks.values()
        if (task.node, task.assignee_id) == (event.node, person) and task.live
    ]
    return sorted(found, key=lambda task: task.id != event.task_id)


def _same_task(approval: Approval, event: Any, actor: Actor) -> UUID | None:
    """The task of the event where the actor has it here too; none: the actor's first one."""
    tasks = _tasks(approval, event, actor.acting_as)
    return tasks[0].id if tasks else None


def actor_of(event: Any, person: str) -> Actor:
    """As whom it was done; what only administrators may do is theirs here too."""
    return Actor(
        person, event.on_behalf_of, event.on_behalf_reason or NO_COMMENT, administrator=True
    )
